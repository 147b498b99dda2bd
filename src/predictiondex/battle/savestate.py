"""A battle's state as named JSON fields, and back with every field checked.

What is written is the state between two turns, complete: played on, it draws the same numbers and ends the
same way. What is read may come from anywhere, and the kernel checks no bounds, so nothing gets into a state
that has not been checked here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import layout as at
from predictiondex.battle import rng
from predictiondex.battle.choices import selectable
from predictiondex.battle.combatant import FORM_IDS
from predictiondex.battle.events import WIDTH
from predictiondex.battle.moves import MOVE_IDS, MOVE_NUMBER
from predictiondex.errors import UsageError
from predictiondex.pokedex.model import AVS, BOOSTS, FRIENDSHIP, IVS, LEVELS, STAGES, STATS, TYPES

FORMAT: Final = 1
#: Far above anything the games' formulas give, far below where arithmetic would overflow.
_MAX_STAT: Final = 9999
_MAX_COUNT: Final = 1_000_000
_OTHER_STATS: Final = STATS[1:]
_WINNERS: Final = ("A", "B", "tie")
_MEGA_KINDS: Final = {"mega": at.MEGA_PLAIN, "xy": at.MEGA_XY}
_SPEED_BASIS: Final = (
    ("base", at.BASE_SPE, 1, 255),
    ("iv", at.IV_SPE, *IVS),
    ("nature_percent", at.NATURE_SPE, 90, 110),
    ("av", at.AV_SPE, *AVS),
    ("bond_percent", at.BOND, 100, 110),
)
#: What a condition remembers besides its duration: name, place, least and most; ``None`` bounds: a move.
_MEMORY: Final[Mapping[int, tuple[tuple[str, int, int | None, int], ...]]] = {
    at.CONFUSION: (("attempts", at.CONFUSION_TIME, 1, 5),),
    at.LOCKED_MOVE: (("move", at.LOCKED_ID, None, 0), ("turns", at.LOCKED_TURNS, -_MAX_COUNT, 3)),
    at.TWO_TURN: (("move", at.TWO_TURN_ID, None, 0),),
    at.STALL: (("counter", at.STALL_COUNTER, 1, 729),),
    at.BIDE: (("damage", at.BIDE_DAMAGE, 0, _MAX_COUNT),),
    at.COUNTER: (("damage", at.COUNTER_DAMAGE, at.NONE, _MAX_COUNT),),
    at.MIRROR_COAT: (("damage", at.MIRROR_COAT_DAMAGE, at.NONE, _MAX_COUNT),),
    at.DISABLE: (("move", at.DISABLE_ID, None, 0),),
    at.ENCORE: (("move", at.ENCORE_ID, None, 0),),
}
#: More at once than any battle reaches; the kernel has room for a few more to begin.
_MOST_CONDITIONS: Final = at.MAX_CONDITIONS - 4
#: Conditions that never outlast a turn.
WITHIN_A_TURN: Final = (at.FLINCH, at.PROTECT, at.COUNTER, at.MIRROR_COAT, at.ROOST, at.SURE_TOXIC)


# --- writing ------------------------------------------------------------------------------------------------


def write(state: NDArray[np.int64]) -> dict[str, Any]:
    """A state between two turns as plain JSON values."""
    return {
        "format": FORMAT,
        "turn": int(state[at.TURN]),
        "winner": _WINNERS[state[at.WINNER]] if state[at.ENDED] else None,
        "random": _write_random(state),
        "a": _write_side(state[: at.SIDE]),
        "b": _write_side(state[at.SIDE : 2 * at.SIDE]),
    }


def _write_random(state: NDArray[np.int64]) -> dict[str, Any]:
    kind = int(state[at.RNG_KIND])
    if kind == rng.SCRIPTED:
        rest = state[state[at.SCRIPT_AT] : state[at.SCRIPT_END]].reshape(-1, 2)
        return {"kind": "script", "rolls": rest.tolist()}
    word = int(state[at.RNG_WORD]) & 0xFFFFFFFFFFFFFFFF
    return {"kind": "gen5" if kind == rng.GEN5 else "fast", "word": f"{word:016x}"}


def _move_or_none(number: int) -> str | None:
    return None if number == at.NONE else MOVE_IDS[number]


def _type_names(first: int, second: int) -> list[str]:
    return [TYPES[number] for number in (first, second) if number != at.NONE]


def _write_side(s: NDArray[np.int64]) -> dict[str, Any]:
    greedy = int(s[at.GREEDY_CHOICE])
    return {
        "form": FORM_IDS[s[at.FORM]],
        "level": int(s[at.LEVEL]),
        "types": _type_names(s[at.TYPE1], s[at.TYPE2]),
        "weight_kg": int(s[at.WEIGHT]) / 10,
        "friendship": int(s[at.FRIENDSHIP]),
        "hp": int(s[at.HP]),
        "max_hp": int(s[at.MAX_HP]),
        "stats": dict(zip(_OTHER_STATS, s[at.ATK : at.ATK + 5].tolist(), strict=True)),
        "boosts": dict(zip(BOOSTS, s[at.STAGE : at.STAGE + 7].tolist(), strict=True)),
        "status": at.STATUS_NAMES[s[at.STATUS]] or None,
        "status_count": int(s[at.STATUS_TIME]),
        "moves": _write_moves(s),
        "last_move": _move_or_none(int(s[at.LAST_MOVE])),
        "actions": int(s[at.ACTIONS]),
        "transformed": bool(s[at.TRANSFORMED]),
        "speed_basis": {name: int(s[place]) for name, place, _, _ in _SPEED_BASIS},
        "mega": _write_mega(s),
        "conditions": _write_conditions(s),
        "greedy_choice": None if greedy == at.NONE else greedy,
    }


def _write_moves(s: NDArray[np.int64]) -> list[dict[str, Any]]:
    return [
        {
            "id": MOVE_IDS[s[at.MOVE + slot]],
            "pp": int(s[at.PP + slot]),
            "disabled": bool(s[at.DISABLED] >> slot & 1),
        }
        for slot in range(4)
        if s[at.MOVE + slot] != at.NONE
    ]


def _write_mega(s: NDArray[np.int64]) -> dict[str, Any] | None:
    if s[at.MEGA] == 0:
        return None
    return {
        "kind": "mega" if s[at.MEGA] == at.MEGA_PLAIN else "xy",
        "form": FORM_IDS[s[at.MEGA_FORM]],
        "types": _type_names(s[at.MEGA_TYPE1], s[at.MEGA_TYPE2]),
        "weight_kg": int(s[at.MEGA_WEIGHT]) / 10,
        "stats": dict(zip(_OTHER_STATS, s[at.MEGA_STATS : at.MEGA_STATS + 5].tolist(), strict=True)),
        "base_speed": int(s[at.MEGA_BASE_SPE]),
    }


def _write_conditions(s: NDArray[np.int64]) -> list[dict[str, Any]]:
    written = []
    for bit in s[at.CONDITION_ORDER : at.CONDITION_ORDER + s[at.CONDITION_COUNT]].tolist():
        entry: dict[str, Any] = {"name": at.CONDITION_NAMES[bit], "duration": int(s[at.DURATION + bit])}
        for name, place, low, _ in _MEMORY.get(bit, ()):
            value = int(s[place])
            entry[name] = MOVE_IDS[value] if low is None else (None if value == low == at.NONE else value)
        if bit == at.SUBSTITUTE:
            entry["hp"] = int(s[at.SUBSTITUTE_HP]) / 100
        written.append(entry)
    return written


# --- reading ------------------------------------------------------------------------------------------------


class _Fields:
    """An object of the input: takes named values out, each checked, and complains by path."""

    def __init__(self, given: object, path: str, names: Sequence[str]) -> None:
        if not isinstance(given, Mapping):
            raise UsageError(f"{path or 'A battle'} is an object with named fields.", field=path)
        self.given = given
        self.path = path
        for name in names:
            if name not in given:
                raise UsageError(f"{self.at(name)} is missing.", field=self.at(name))
        for name in given:
            if name not in names:
                raise UsageError(f"Unknown field: {name!r}.", field=self.at(str(name)))

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, wanted: str) -> UsageError:
        return UsageError(f"{self.at(name)} is {wanted}, not {self.given[name]!r:.60}.", field=self.at(name))

    def whole(self, name: str, low: int, high: int) -> int:
        value = self.given[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(name, f"a whole number from {low} to {high}")
        return value

    def tenths(self, name: str, high: float, scale: int) -> int:
        """A decimal number from 0, kept as a whole number of 1/``scale``."""
        value = self.given[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(name, "a number")
        if not math.isfinite(value) or not 0 < value <= high:
            raise self.wrong(name, f"a number above 0, at most {high}")
        return round(value * scale)

    def flag(self, name: str) -> int:
        if not isinstance(self.given[name], bool):
            raise self.wrong(name, "true or false")
        return int(self.given[name])

    def one_of(self, name: str, values: Sequence[str]) -> int:
        value = self.given[name]
        if not isinstance(value, str) or value not in values:
            raise self.wrong(name, "one of the known names")
        return values.index(value)

    def move(self, name: str, *, required: bool = True) -> int:
        value = self.given[name]
        if value is None and not required:
            return at.NONE
        if not isinstance(value, str) or value not in MOVE_NUMBER:
            raise self.wrong(name, "a move id")
        return MOVE_NUMBER[value]

    def items(self, name: str, low: int, high: int) -> list[Any]:
        value = self.given[name]
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise self.wrong(name, f"a list of {low} to {high}")
        return value

    def table(self, name: str, names: Sequence[str], low: int, high: int) -> list[int]:
        inner = _Fields(self.given[name], self.at(name), names)
        return [inner.whole(each, low, high) for each in names]

    def types(self, name: str) -> tuple[int, int]:
        value = self.items(name, 1, 2)
        if not all(isinstance(each, str) and each in TYPES for each in value) or len(set(value)) < len(value):
            raise self.wrong(name, "one or two different types")
        return TYPES.index(value[0]), TYPES.index(value[1]) if len(value) > 1 else at.NONE


_TOP = ("format", "turn", "winner", "random", "a", "b")
_SIDE = (
    "form", "level", "types", "weight_kg", "friendship", "hp", "max_hp", "stats", "boosts", "status",
    "status_count", "moves", "last_move", "actions", "transformed", "speed_basis", "mega", "conditions",
    "greedy_choice",
)  # fmt: skip


def read(given: object, log: int) -> NDArray[np.int64]:
    """A state with room for ``log`` events from what :func:`write` gave.

    Raises ``UsageError`` naming the first field that is missing, unknown or out of bounds.
    """
    top = _Fields(given, "", _TOP)
    top.whole("format", FORMAT, FORMAT)
    state = np.zeros(at.VECTOR + log * WIDTH, dtype=np.int64)
    state[at.LOG_CAPACITY] = log
    _read_side(state[: at.SIDE], _Fields(top.given["a"], "a", _SIDE))
    _read_side(state[at.SIDE : 2 * at.SIDE], _Fields(top.given["b"], "b", _SIDE))
    state[at.TURN] = top.whole("turn", 1, at.MAX_TURNS + 1)
    state[at.ENDED] = top.given["winner"] is not None
    state[at.WINNER] = at.TIE if not state[at.ENDED] else top.one_of("winner", _WINNERS)
    _check_whole_battle(state)
    return _read_random(state, top)


def _check_whole_battle(state: NDArray[np.int64]) -> None:
    down = [int(side) for side in (at.A, at.B) if state[side + at.HP] == 0]
    for side in down:
        state[side + at.FAINTED] = state[side + at.FAINTING] = 1
    if state[at.ENDED]:
        if not down and state[at.WINNER] != at.TIE:
            raise UsageError("Somebody won, but nobody has fainted.", field="winner")
        return
    if len(down) == 2:
        raise UsageError("Both have fainted: there is no battle left to play.", field="b.hp")
    if down:
        field = "a.hp" if down[0] == int(at.A) else "b.hp"
        raise UsageError(f"{field} is 0, but the battle has no winner yet.", field=field)
    for name, start in (("a", at.A), ("b", at.B)):
        _check_lasting(int(state[start + at.CONDITIONS]), f"{name}.conditions")
    if state[at.TURN] > at.MAX_TURNS:
        raise UsageError(f"A battle ends after turn {at.MAX_TURNS}.", field="turn")


def _check_lasting(conditions: int, field: str) -> None:
    for bit in WITHIN_A_TURN:
        if conditions >> bit & 1:
            raise UsageError(f"{at.CONDITION_NAMES[bit]} never outlasts a turn.", field=field)


def _read_random(state: NDArray[np.int64], top: _Fields) -> NDArray[np.int64]:
    given = top.given["random"]
    scripted = isinstance(given, Mapping) and given.get("kind") == "script"
    fields = _Fields(given, "random", ("kind", "rolls") if scripted else ("kind", "word"))
    if scripted:
        return rng.with_script(state, read_rolls(fields.items("rolls", 0, _MAX_COUNT), "random.rolls"))
    state[at.RNG_KIND] = (rng.GEN5, rng.FAST)[fields.one_of("kind", ("gen5", "fast"))]
    word = fields.given["word"]
    if not isinstance(word, str) or len(word) != 16 or set(word) - set("0123456789abcdef"):
        raise fields.wrong("word", "sixteen hexadecimal digits")
    number = int(word, 16)
    state[at.RNG_WORD] = number - (1 << 64) if number >> 63 else number
    return state


def read_rolls(given: Sequence[Any], field: str) -> list[tuple[int, int]]:
    """The rolls of a script, checked: pairs (range, value) of whole numbers, value below range."""
    rolls = []
    for number, pair in enumerate(given):
        whole = (
            isinstance(pair, (list, tuple))
            and len(pair) == 2
            and all(isinstance(each, int) and not isinstance(each, bool) for each in pair)
        )
        if not whole or not 0 <= pair[1] < pair[0] <= _MAX_COUNT:
            raise UsageError(
                "A roll is a pair (range, value) with value from 0 to range - 1.", field=f"{field}[{number}]"
            )
        rolls.append((pair[0], pair[1]))
    return rolls


def _read_side(s: NDArray[np.int64], fields: _Fields) -> None:
    s[at.FORM] = fields.one_of("form", FORM_IDS)
    s[at.LEVEL] = fields.whole("level", *LEVELS)
    s[at.TYPE1], s[at.TYPE2] = fields.types("types")
    s[at.WEIGHT] = fields.tenths("weight_kg", _MAX_STAT, 10)
    s[at.FRIENDSHIP] = fields.whole("friendship", *FRIENDSHIP)
    s[at.MAX_HP] = fields.whole("max_hp", 1, _MAX_STAT)
    s[at.HP] = fields.whole("hp", 0, int(s[at.MAX_HP]))
    s[at.ATK : at.ATK + 5] = fields.table("stats", _OTHER_STATS, 1, _MAX_STAT)
    s[at.STAGE : at.STAGE + 7] = fields.table("boosts", BOOSTS, *STAGES)
    if fields.given["status"] is not None:
        s[at.STATUS] = 1 + fields.one_of("status", at.STATUS_NAMES[1:])
    s[at.STATUS_TIME] = fields.whole("status_count", 0, 15)
    _read_moves(s, fields)
    s[at.LAST_MOVE] = fields.move("last_move", required=False)
    s[at.ACTIONS] = fields.whole("actions", 0, _MAX_COUNT)
    s[at.TRANSFORMED] = fields.flag("transformed")
    basis = _Fields(fields.given["speed_basis"], fields.at("speed_basis"), [row[0] for row in _SPEED_BASIS])
    for name, place, low, high in _SPEED_BASIS:
        s[place] = basis.whole(name, low, high)
    if fields.given["mega"] is not None:
        _read_mega(s, fields)
    _read_conditions(s, fields)
    _read_greedy_choice(s, fields)


def _read_greedy_choice(s: NDArray[np.int64], fields: _Fields) -> None:
    """The kernel trusts what it remembers: only a slot that can be chosen gets in."""
    s[at.GREEDY_CHOICE] = at.NONE
    if fields.given["greedy_choice"] is None:
        return
    slot = fields.whole("greedy_choice", 0, 3)
    slots = selectable(s, 0)
    if slots == 0:  # Struggle is all that is left: nothing worth remembering
        return
    if not slots >> slot & 1:
        raise fields.wrong("greedy_choice", "a slot that can be chosen")
    s[at.GREEDY_CHOICE] = slot


def _read_moves(s: NDArray[np.int64], fields: _Fields) -> None:
    s[at.MOVE : at.MOVE + 4] = at.NONE
    seen = set()
    for slot, given in enumerate(fields.items("moves", 1, 4)):
        move = _Fields(given, f"{fields.at('moves')}[{slot}]", ("id", "pp", "disabled"))
        s[at.MOVE + slot] = number = move.move("id")
        if number in seen:
            raise move.wrong("id", "a move named once")
        seen.add(number)
        s[at.PP + slot] = move.whole("pp", 0, 64)
        s[at.DISABLED] |= move.flag("disabled") << slot


def _read_mega(s: NDArray[np.int64], fields: _Fields) -> None:
    names = ("kind", "form", "types", "weight_kg", "stats", "base_speed")
    mega = _Fields(fields.given["mega"], fields.at("mega"), names)
    kinds = tuple(_MEGA_KINDS)
    s[at.MEGA] = _MEGA_KINDS[kinds[mega.one_of("kind", kinds)]]
    s[at.MEGA_FORM] = mega.one_of("form", FORM_IDS)
    s[at.MEGA_TYPE1], s[at.MEGA_TYPE2] = mega.types("types")
    s[at.MEGA_WEIGHT] = mega.tenths("weight_kg", _MAX_STAT, 10)
    s[at.MEGA_STATS : at.MEGA_STATS + 5] = mega.table("stats", _OTHER_STATS, 1, _MAX_STAT)
    s[at.MEGA_BASE_SPE] = mega.whole("base_speed", 1, 255)


def _read_conditions(s: NDArray[np.int64], fields: _Fields) -> None:
    for number, given in enumerate(fields.items("conditions", 0, _MOST_CONDITIONS)):
        path = f"{fields.at('conditions')}[{number}]"
        if not isinstance(given, Mapping) or given.get("name") not in at.CONDITION_NAMES:
            raise UsageError(f"{path}.name is not a condition.", field=f"{path}.name")
        bit = at.CONDITION_NAMES.index(given["name"])
        if s[at.CONDITIONS] >> bit & 1:
            raise UsageError(f"{path}.name is there twice.", field=f"{path}.name")
        memory = _MEMORY.get(bit, ())
        extra = ["hp"] if bit == at.SUBSTITUTE else [name for name, *_ in memory]
        entry = _Fields(given, path, ["name", "duration", *extra])
        s[at.CONDITIONS] |= 1 << bit
        s[at.CONDITION_ORDER + number] = bit
        s[at.CONDITION_COUNT] = number + 1
        s[at.DURATION + bit] = entry.whole("duration", 0, 10)
        for name, place, low, high in memory:
            if low is None:
                s[place] = entry.move(name)
            elif entry.given[name] is None and low == at.NONE:
                s[place] = at.NONE
            else:
                s[place] = entry.whole(name, max(low, 0) if low == at.NONE else low, high)
        if bit == at.SUBSTITUTE:
            s[at.SUBSTITUTE_HP] = entry.tenths("hp", _MAX_STAT, 100)
