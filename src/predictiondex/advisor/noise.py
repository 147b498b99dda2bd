"""How far chance alone carries a win rate."""

from __future__ import annotations

from typing import Final

#: 95 % of a normal distribution lie within so many standard deviations.
Z: Final = 1.96
