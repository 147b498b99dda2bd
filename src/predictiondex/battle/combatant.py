"""One side of a battle as a person would describe it, checked, and turned into the kernel's numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import layout as at
from predictiondex.battle.events import WIDTH
from predictiondex.battle.moves import MOVE_NUMBER, START_PP, TABLE
from predictiondex.battle.stats import bond, hp_stat, other_stat
from predictiondex.errors import IllegalMove, UnknownName, UsageError
from predictiondex.messages import message
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import (
    AVS,
    BOOSTS,
    FRIENDSHIP,
    IVS,
    LEVELS,
    STAGES,
    STATS,
    TYPES,
    Form,
    Move,
    Nature,
)

MegaKey = Literal["mega", "x", "y"]
Stats6 = tuple[int, int, int, int, int, int]

#: Form ids in the order of their numbers in the kernel.
FORM_IDS: Final[tuple[str, ...]] = tuple(sorted(pokedex.forms))
_FORM_NUMBER: Final = {form: number for number, form in enumerate(FORM_IDS)}

PERFECT_IVS: Final[Stats6] = (IVS.high,) * 6
NO_AVS: Final[Stats6] = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Combatant:
    """A Pokémon in a battle.

    ``mega`` is the Mega Evolution it uses on its first free turn (``mega``, ``x``, ``y``). ``ivs`` (0-31) and
    ``avs`` (0-200) in the order of ``STATS``, ``boosts`` (-6 to 6) in the order of ``BOOSTS``. A mid-battle
    state is given by ``hp_percent`` (above 0, to 100), ``status`` and ``boosts``. ``sleep_turns`` counts the
    attempts to move that sleep still costs, ``toxic_stage`` the turns of bad poison so far. With ``strict``
    every move must be in the form's legal pool.

    Raises ``UsageError`` naming the field.
    """

    form: Form
    moves: tuple[Move, ...]
    level: int = 50
    nature: str = "serious"
    ivs: Stats6 = PERFECT_IVS
    avs: Stats6 = NO_AVS
    friendship: int = 70
    mega: MegaKey | None = None
    hp_percent: float = 100.0
    status: str | None = None
    boosts: tuple[int, ...] = (0,) * 7
    sleep_turns: int = 2
    toxic_stage: int = 0
    strict: bool = True

    def __post_init__(self) -> None:
        """Check every field."""
        self._check_moves()
        _check_whole(self.level, "level", *LEVELS)
        _check_whole(self.friendship, "friendship", *FRIENDSHIP)
        _check_all(self.ivs, "ivs", STATS, *IVS)
        _check_all(self.avs, "avs", STATS, *AVS)
        if self.nature not in pokedex.natures:
            raise UnknownName("nature", self.nature, field="nature")
        if self.mega is not None and pokedex.mega_form(self.form, self.mega) is None:
            said = message("side.not_that_mega", pokemon=self.form.names, key=self.mega)
            raise UsageError(said, field="mega")
        self._check_state()

    def _check_moves(self) -> None:
        if not 1 <= len(self.moves) <= 4:
            raise UsageError(message("side.how_many_moves", count=len(self.moves)), field="moves")
        seen: set[str] = set()
        for number, move in enumerate(self.moves):
            field = f"moves[{number}]"
            if move.id in seen:
                raise UsageError(message("side.move_twice", move=move.names), field=field)
            if move.id == "struggle":
                raise UsageError(message("side.struggle"), field=field)
            if self.strict and move.id not in self.form.movepool:
                said = message("side.cannot_learn", pokemon=self.form.names, move=move.names)
                raise IllegalMove(said, field=field)
            seen.add(move.id)

    def _check_state(self) -> None:
        if not (math.isfinite(self.hp_percent) and 0 < self.hp_percent <= 100):
            raise UsageError(message("side.hp"), field="hp_percent")
        if self.status is not None and self.status not in at.STATUS_NAMES[1:]:
            raise UsageError(message("side.status", status=self.status), field="status")
        _check_all(self.boosts, "boosts", BOOSTS, *STAGES)
        _check_whole(self.sleep_turns, "sleep_turns", 1, 4)
        _check_whole(self.toxic_stage, "toxic_stage", 0, 15)

    @property
    def stats(self) -> Stats6:
        """Unboosted stats, in the order of ``STATS``."""
        return stats_of(self.form, self)

    @property
    def hp(self) -> int:
        """Hit points left: ``hp_percent`` of the maximum, rounded, at least one."""
        most: int = hp_stat(self.form.base_stats[0], self.ivs[0], self.level, self.avs[0])
        return max(1, round(most * self.hp_percent / 100))


def _check_whole(value: object, field: str, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
        said = message("side.whole", field=field, low=low, high=high, value=value)
        raise UsageError(said, field=field)


def _check_all(values: Sequence[int], field: str, names: tuple[str, ...], low: int, high: int) -> None:
    if len(values) != len(names):
        six = len(names) == len(STATS)
        said = message("side.six", field=field, stats=names) if six else message("side.seven", stats=names)
        raise UsageError(said, field=field)
    for name, value in zip(names, values, strict=True):
        if type(value) is not int or not low <= value <= high:
            _check_whole(value, f"{field}.{name}", low, high)


def _nature_percents(nature: Nature) -> Stats6:
    """What a nature makes of each stat, in per cent; HP is not touched."""
    if nature.plus == nature.minus:
        return 100, 100, 100, 100, 100, 100
    return tuple(110 if nature.plus == stat else 90 if nature.minus == stat else 100 for stat in STATS)  # type: ignore[return-value]


_NATURES: Final = {name: _nature_percents(nature) for name, nature in pokedex.natures.items()}


def stats_of(form: Form, who: Combatant) -> Stats6:
    """The stats that ``who`` has as ``form`` (itself or its Mega), in the order of ``STATS``."""
    return _stats(form.base_stats, tuple(who.ivs), who.level, who.nature, who.friendship, tuple(who.avs))


@lru_cache(maxsize=4096)
def _stats(base: Stats6, ivs: Stats6, level: int, nature: str, friendship: int, avs: Stats6) -> Stats6:
    percent = bond(friendship)
    rows = zip(base, ivs, _NATURES[nature], avs, strict=True)
    _, *others = (other_stat(one, iv, level, share, percent, av) for one, iv, share, av in rows)
    return (hp_stat(base[0], ivs[0], level, avs[0]), *others)


def _types(form: Form) -> tuple[int, int]:
    first, *rest = (TYPES.index(name) for name in form.types)
    return first, rest[0] if rest else at.NONE


#: First type, second type, and weight in hectograms of each form, as the kernel has them.
_BUILDS: Final = {form.id: (*_types(form), round(form.weight_kg * 10)) for form in pokedex.forms.values()}
_STATUS_NUMBER: Final = {name: number for number, name in enumerate(at.STATUS_NAMES)}
_START_PP: Final = TABLE[:, START_PP].tolist()


def write_side(state: NDArray[np.int64], side: int, who: Combatant) -> None:
    """Write a combatant into its block of a fresh state."""
    s = [0] * at.SIDE  # written number by number, for which lists are made
    s[at.MAX_HP : at.SPE + 1] = who.stats
    s[at.HP] = who.hp
    s[at.LEVEL] = who.level
    s[at.TYPE1], s[at.TYPE2], s[at.WEIGHT] = _BUILDS[who.form.id]
    s[at.FRIENDSHIP] = who.friendship
    s[at.FORM] = _FORM_NUMBER[who.form.id]
    s[at.STATUS] = _STATUS_NUMBER[who.status or ""]
    s[at.STATUS_TIME] = {"slp": who.sleep_turns + 1, "tox": who.toxic_stage}.get(who.status or "", 0)
    s[at.STAGE : at.STAGE + 7] = who.boosts
    s[at.MOVE : at.MOVE + 4] = [at.NONE] * 4
    for slot, move in enumerate(who.moves):
        number = MOVE_NUMBER[move.id]
        s[at.MOVE + slot] = number
        s[at.PP + slot] = _START_PP[number]
    s[at.LAST_MOVE] = at.NONE
    s[at.GREEDY_CHOICE] = at.NONE
    s[at.BASE_SPE] = who.form.base_stats[5]
    s[at.IV_SPE], s[at.AV_SPE] = who.ivs[5], who.avs[5]
    s[at.NATURE_SPE] = _NATURES[who.nature][5]
    s[at.BOND] = bond(who.friendship)
    _write_mega(s, who)
    state[side : side + at.SIDE] = s


def _write_mega(s: list[int], who: Combatant) -> None:
    mega = pokedex.mega_form(who.form, who.mega) if who.mega else None
    if mega is None:
        return
    s[at.MEGA] = at.MEGA_PLAIN if who.mega == "mega" else at.MEGA_XY
    s[at.MEGA_STATS : at.MEGA_STATS + 5] = stats_of(mega, who)[1:]
    s[at.MEGA_TYPE1], s[at.MEGA_TYPE2], s[at.MEGA_WEIGHT] = _BUILDS[mega.id]
    s[at.MEGA_FORM] = _FORM_NUMBER[mega.id]
    s[at.MEGA_BASE_SPE] = mega.base_stats[5]


def new_state(a: Combatant, b: Combatant, *, log: int = 0) -> NDArray[np.int64]:
    """The state at the start of turn 1, with room for ``log`` events."""
    state = np.zeros(at.VECTOR + log * WIDTH, dtype=np.int64)
    write_side(state, int(at.A), a)
    write_side(state, int(at.B), b)
    state[at.TURN] = 1
    state[at.WINNER] = at.TIE
    state[at.LOG_CAPACITY] = log
    return state
