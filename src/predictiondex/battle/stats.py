"""The games' stat formulas, with awakening values (AVs), in whole numbers: every division truncates.

HP = floor((2 B + IV + 100) L / 100 + 10) + AV; the others floor((2 B + IV) L / 100 + 5), x 1.1 or 0.9 for the
nature, x (1 + friendship / 255 / 10) in whole per cents, + AV. The reference engine's rules for these games
drop the AVs of the five and fix friendship at 70.
"""

from __future__ import annotations

from predictiondex.battle.compiled import kernel


@kernel
def bond(friendship):
    """What friendship (0-255) makes of a stat, in per cent."""
    return 100 + friendship * 10 // 255


@kernel
def hp_stat(base, iv, level, av):
    """Maximum hp."""
    return (2 * base + iv + 100) * level // 100 + 10 + av


@kernel
def other_stat(base, iv, level, nature, bond_percent, av):
    """Any stat but hp; ``nature`` is 90, 100 or 110 per cent."""
    stat = (2 * base + iv) * level // 100 + 5
    return stat * nature // 100 * bond_percent // 100 + av
