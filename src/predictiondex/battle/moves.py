"""The moves as a table of numbers: one row a move, read by the kernel.

A move whose fields say everything needs nothing but its row. One that does more names its ``Effect`` in
``_EFFECTS`` below, and :mod:`predictiondex.battle.effects` holds what that effect does.
"""

from __future__ import annotations

from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import layout
from predictiondex.battle.compiled import kernel
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import BOOSTS, TYPES, Move

_at = count()

# --- columns -------------------------------------------------------------------------------------
TYPE: Final = next(_at)
CATEGORY: Final = next(_at)
POWER: Final = next(_at)
ACCURACY: Final = next(_at)  # 0: never misses
START_PP: Final = next(_at)
BASE_PP: Final = next(_at)
PRIORITY: Final = next(_at)
TARGET: Final = next(_at)
FLAGS: Final = next(_at)
CRIT: Final = next(_at)  # stage; SURE_CRIT: always
HITS_MIN: Final = next(_at)
HITS_MAX: Final = next(_at)
DRAIN: Final = next(_at)  # per cent of the damage
RECOIL: Final = next(_at)  # numerator, then denominator
RECOIL_OF: Final = next(_at)
HEAL: Final = next(_at)  # per cent of the maximum
FIXED: Final = next(_at)  # damage; FIXED_LEVEL: the user's level
STATUS: Final = next(_at)
CONDITION: Final = next(_at)  # bit number on the target, or NONE
SIDE_CONDITION: Final = next(_at)
BOOST: Final = next(_at)  # seven columns, on the target
for _ in range(6):
    next(_at)
HAS_BOOST: Final = next(_at)
SELF_BOOST: Final = next(_at)  # seven columns
for _ in range(6):
    next(_at)
SELF_KIND: Final = next(_at)  # what a hit does to its user, SELF_*
SELF_CONDITION: Final = next(_at)
CHANCE: Final = next(_at)  # of the secondary effect, per cent; 0: none
CHANCE_STATUS: Final = next(_at)  # RANDOM_STATUS: burn, paralysis or freeze
CHANCE_CONDITION: Final = next(_at)
CHANCE_BOOST: Final = next(_at)  # seven columns
for _ in range(6):
    next(_at)
CHANCE_HAS_BOOST: Final = next(_at)
EFFECT: Final = next(_at)
COLUMNS: Final = next(_at)

PHYSICAL: Final = 0
SPECIAL: Final = 1
STATUS_MOVE: Final = 2
_CATEGORIES = {"Physical": PHYSICAL, "Special": SPECIAL, "Status": STATUS_MOVE}

SURE_CRIT: Final = 99
FIXED_LEVEL: Final = -1
RANDOM_STATUS: Final = 99

AT_FOE: Final = 0
AT_SELF: Final = 1
AT_OWN_SIDE: Final = 2
AT_FOE_SIDE: Final = 3
AT_ALL: Final = 4
AT_ALLY: Final = 5
_TARGETS = {
    "normal": AT_FOE, "any": AT_FOE, "allAdjacentFoes": AT_FOE, "allAdjacent": AT_FOE, "randomNormal": AT_FOE,
    "scripted": AT_FOE, "self": AT_SELF, "allySide": AT_OWN_SIDE, "foeSide": AT_FOE_SIDE, "all": AT_ALL,
    "adjacentAlly": AT_ALLY,
}  # fmt: skip

SELF_NOTHING: Final = 0
SELF_BOOSTS: Final = 1
SELF_CONDITIONED: Final = 2
SELF_SCREEN: Final = 3
SELF_CURE: Final = 4

# Flags, one bit each.
F_PROTECT: Final = 1 << 0
F_MIRROR: Final = 1 << 1
F_BYPASS_SUB: Final = 1 << 2
F_POWDER: Final = 1 << 3
F_DEFROST: Final = 1 << 4
F_MINIMIZE: Final = 1 << 5
F_CHARGE: Final = 1 << 6
F_RECHARGE: Final = 1 << 7
F_FAIL_ENCORE: Final = 1 << 8
F_FAIL_MIMIC: Final = 1 << 9
F_IGNORE_IMMUNITY: Final = 1 << 10
F_OHKO: Final = 1 << 11
F_SELF_DESTRUCT: Final = 1 << 12
F_BREAKS_PROTECT: Final = 1 << 13
F_THAWS: Final = 1 << 14
F_TARGET_ATTACK: Final = 1 << 15
F_CRASH: Final = 1 << 16
F_STRUGGLE_RECOIL: Final = 1 << 17
F_FORCES_OUT: Final = 1 << 18
F_HITS_FLY: Final = 1 << 19
F_HITS_DIG: Final = 1 << 20
F_STRONG_ON_FLY: Final = 1 << 21
F_STRONG_ON_DIG: Final = 1 << 22
#: The greedy policy's value of the move changes from turn to turn: with the hp left, or after the first turn.
F_FLEETING: Final = 1 << 23

_FLAG_NAMES = {
    "protect": F_PROTECT, "mirror": F_MIRROR, "bypasssub": F_BYPASS_SUB, "powder": F_POWDER,
    "defrost": F_DEFROST, "minimize": F_MINIMIZE, "charge": F_CHARGE, "recharge": F_RECHARGE,
    "failencore": F_FAIL_ENCORE, "failmimic": F_FAIL_MIMIC,
}  # fmt: skip
#: Who reaches a flying or digging target, and who hits it twice as hard (reference: conditions of the two).
_REACH = {
    "thunder": F_HITS_FLY, "gust": F_HITS_FLY | F_STRONG_ON_FLY, "twister": F_HITS_FLY | F_STRONG_ON_FLY,
    "hurricane": F_HITS_FLY, "skyuppercut": F_HITS_FLY, "smackdown": F_HITS_FLY,
    "earthquake": F_HITS_DIG | F_STRONG_ON_DIG, "magnitude": F_HITS_DIG | F_STRONG_ON_DIG,
}  # fmt: skip

# --- effects: what plain columns cannot say ---------------------------------------------------------
_effect = count(1)
E_BIDE: Final = next(_effect)
E_BREAK_SCREENS: Final = next(_effect)
E_CLEAR_TARGET: Final = next(_effect)
E_CLEAR_ALL: Final = next(_effect)
E_CONVERSION: Final = next(_effect)
E_COUNTER: Final = next(_effect)
E_MIRROR_COAT: Final = next(_effect)
E_DIG: Final = next(_effect)
E_FLY: Final = next(_effect)
E_CHARGE: Final = next(_effect)
E_CHARGE_GUARD: Final = next(_effect)
E_DISABLE: Final = next(_effect)
E_DREAM_EATER: Final = next(_effect)
E_ENCORE: Final = next(_effect)
E_FACADE: Final = next(_effect)
E_FAKE_OUT: Final = next(_effect)
E_LEECH_SEED: Final = next(_effect)
E_SEED_TARGET: Final = next(_effect)
E_WEIGHT_POWER: Final = next(_effect)
E_FRIEND_POWER: Final = next(_effect)
E_METRONOME: Final = next(_effect)
E_MIMIC: Final = next(_effect)
E_MIRROR_MOVE: Final = next(_effect)
E_PROTECT: Final = next(_effect)
E_PSYWAVE: Final = next(_effect)
E_REST: Final = next(_effect)
E_SUBSTITUTE: Final = next(_effect)
E_SUCKER_PUNCH: Final = next(_effect)
E_SUPER_FANG: Final = next(_effect)
E_NO_SWITCH: Final = next(_effect)
E_SURE_TOXIC: Final = next(_effect)
E_TRANSFORM: Final = next(_effect)
E_TAUNT: Final = next(_effect)
E_YAWN: Final = next(_effect)
E_STRUGGLE: Final = next(_effect)

_EFFECTS = {
    "bide": E_BIDE, "brickbreak": E_BREAK_SCREENS, "clearsmog": E_CLEAR_TARGET, "freezyfrost": E_CLEAR_ALL,
    "haze": E_CLEAR_ALL, "conversion": E_CONVERSION, "counter": E_COUNTER, "mirrorcoat": E_MIRROR_COAT,
    "dig": E_DIG, "fly": E_FLY, "solarbeam": E_CHARGE, "razorwind": E_CHARGE, "skyattack": E_CHARGE,
    "skullbash": E_CHARGE_GUARD, "disable": E_DISABLE, "dreameater": E_DREAM_EATER, "encore": E_ENCORE,
    "facade": E_FACADE, "fakeout": E_FAKE_OUT, "leechseed": E_LEECH_SEED, "sappyseed": E_SEED_TARGET,
    "lowkick": E_WEIGHT_POWER, "pikapapow": E_FRIEND_POWER, "veeveevolley": E_FRIEND_POWER,
    "metronome": E_METRONOME, "mimic": E_MIMIC, "mirrormove": E_MIRROR_MOVE, "protect": E_PROTECT,
    "psywave": E_PSYWAVE, "rest": E_REST, "substitute": E_SUBSTITUTE, "suckerpunch": E_SUCKER_PUNCH,
    "superfang": E_SUPER_FANG, "teleport": E_NO_SWITCH, "toxic": E_SURE_TOXIC, "transform": E_TRANSFORM,
    "taunt": E_TAUNT, "yawn": E_YAWN, "struggle": E_STRUGGLE,
}  # fmt: skip
#: Moves whose callbacks change nothing one against one without weather, or whose columns say it all.
_PLAIN_DESPITE_CALLBACKS = frozenset({
    "baddybad", "blizzard", "celebrate", "defensecurl", "focusenergy", "glitzyglow", "growth", "helpinghand",
    "highjumpkick", "hyperbeam", "jumpkick", "lightscreen", "minimize", "mist", "outrage", "petaldance",
    "rage", "reflect", "roost", "sparklyswirl", "splash", "stealthrock", "superpower", "thrash", "thunder",
    "triattack",
})  # fmt: skip

_CONDITION_IDS = {name: bit for bit, name in enumerate(layout.CONDITION_NAMES)} | {
    "mustrecharge": layout.MUST_RECHARGE
}
_STATUS_IDS = {name: number for number, name in enumerate(layout.STATUS_NAMES) if name}
_FLEETING = {"explosion", "selfdestruct", "superfang", "fissure", "guillotine", "horndrill", "fakeout"}

#: Move ids in the order of their numbers in the kernel.
MOVE_IDS: Final[tuple[str, ...]] = tuple(sorted(pokedex.moves))
MOVE_NUMBER: Final[dict[str, int]] = {move: number for number, move in enumerate(MOVE_IDS)}
STRUGGLE: Final = MOVE_NUMBER["struggle"]
BIDE_MOVE: Final = MOVE_NUMBER["bide"]

#: Types that cannot have each status (reference: type chart), as bits of type indices.
_IMMUNE_TO = {"par": ("Electric",), "brn": ("Fire",), "psn": ("Poison", "Steel"), "tox": ("Poison", "Steel"),
              "frz": ("Ice",)}  # fmt: skip
STATUS_IMMUNITY: Final = np.array(
    [sum(1 << TYPES.index(t) for t in _IMMUNE_TO.get(name, ())) for name in layout.STATUS_NAMES],
    dtype=np.int64,
)
NORMAL: Final = TYPES.index("Normal")
FLYING: Final = TYPES.index("Flying")
GRASS: Final = TYPES.index("Grass")
POISON: Final = TYPES.index("Poison")
FIRE: Final = TYPES.index("Fire")
#: Struggle's and confusion's type: neutral to everything.
TYPELESS: Final = len(TYPES)


def _chart() -> NDArray[np.int8]:
    """Attacker by defender: +1 super effective, -1 resisted, ``IMMUNE`` no effect; a last row for no type."""
    chart = np.zeros((len(TYPES) + 1, len(TYPES)), dtype=np.int8)
    exponent = {0.0: IMMUNE, 0.5: -1, 1.0: 0, 2.0: 1}
    for attacker in range(len(TYPES)):
        for defender in range(len(TYPES)):
            chart[attacker, defender] = exponent[pokedex.type_chart[attacker][defender]]
    return chart


IMMUNE: Final = 9
TYPE_CHART: Final = _chart()


def _boost_columns(boosts: tuple[tuple[str, int], ...]) -> list[int]:
    given = dict(boosts)
    return [given.get(name, 0) for name in BOOSTS]


def _flags(move: Move) -> int:
    bits = sum(bit for name, bit in _FLAG_NAMES.items() if name in move.flags) | _REACH.get(move.id, 0)
    for present, bit in (
        (move.ignore_immunity, F_IGNORE_IMMUNITY),
        (move.ohko, F_OHKO),
        (move.self_destruct == "always", F_SELF_DESTRUCT),
        (move.breaks_protect, F_BREAKS_PROTECT),
        (move.thaws_target, F_THAWS),
        (move.use_target_attack, F_TARGET_ATTACK),
        (move.crash_damage, F_CRASH),
        (move.struggle_recoil, F_STRUGGLE_RECOIL),
        (move.force_switch, F_FORCES_OUT),
        (move.id in _FLEETING, F_FLEETING),
    ):
        bits |= bit if present else 0
    return bits


def _self_kind(move: Move) -> int:
    if move.self_boosts:
        return SELF_BOOSTS
    if move.self_volatile:
        return SELF_CONDITIONED
    if move.self_side_condition:
        return SELF_SCREEN
    return SELF_CURE if "self.onHit" in move.callbacks else SELF_NOTHING


def _per_cent(fraction: tuple[int, int] | None) -> int:
    return 0 if fraction is None else 100 * fraction[0] // fraction[1]


def _row(move: Move) -> NDArray[np.int64]:
    row = np.zeros(COLUMNS, dtype=np.int64)
    row[TYPE] = TYPELESS if move.id == "struggle" else TYPES.index(move.type)
    row[CATEGORY] = _CATEGORIES[move.category]
    row[POWER] = move.power
    row[ACCURACY] = move.accuracy or 0
    row[START_PP] = move.pp
    row[BASE_PP] = move.base_pp
    row[PRIORITY] = move.priority
    row[TARGET] = _TARGETS[move.target]
    row[FLAGS] = _flags(move)
    row[CRIT] = SURE_CRIT if move.will_crit else move.crit_ratio
    row[HITS_MIN], row[HITS_MAX] = move.multihit or (1, 1)
    row[DRAIN] = _per_cent(move.drain)
    row[RECOIL], row[RECOIL_OF] = move.recoil or (0, 1)
    row[HEAL] = _per_cent(move.heal)
    row[FIXED] = FIXED_LEVEL if move.fixed_damage == "level" else (move.fixed_damage or 0)
    row[STATUS] = _STATUS_IDS.get(move.status or "", 0)
    row[CONDITION] = (
        _CONDITION_IDS[move.volatile] if move.volatile and move.volatile != "helpinghand" else layout.NONE
    )
    row[SIDE_CONDITION] = _CONDITION_IDS[move.side_condition] if move.side_condition else layout.NONE
    row[BOOST : BOOST + 7] = _boost_columns(move.boosts)
    row[HAS_BOOST] = bool(move.boosts)
    row[SELF_BOOST : SELF_BOOST + 7] = _boost_columns(move.self_boosts)
    row[SELF_KIND] = _self_kind(move)
    own = move.self_volatile or move.self_side_condition
    row[SELF_CONDITION] = _CONDITION_IDS[own] if own else layout.NONE
    row[CHANCE_CONDITION] = layout.NONE
    for secondary in move.secondaries:
        row[CHANCE] = secondary.chance
        row[CHANCE_STATUS] = (
            RANDOM_STATUS if secondary.random_status else _STATUS_IDS.get(secondary.status or "", 0)
        )
        row[CHANCE_CONDITION] = _CONDITION_IDS[secondary.volatile] if secondary.volatile else layout.NONE
        row[CHANCE_BOOST : CHANCE_BOOST + 7] = _boost_columns(secondary.boosts)
        row[CHANCE_HAS_BOOST] = bool(secondary.boosts)
    row[EFFECT] = _EFFECTS.get(move.id, 0)
    return row


def _table() -> NDArray[np.int64]:
    for move in pokedex.moves.values():
        unknown = move.callbacks and move.id not in _EFFECTS and move.id not in _PLAIN_DESPITE_CALLBACKS
        if unknown or len(move.secondaries) > 1 or any(s.on_self for s in move.secondaries):
            raise NotImplementedError(f"no battle rule for {move.id}: {move.callbacks}")
    table = np.stack([_row(pokedex.moves[move]) for move in MOVE_IDS])
    table.flags.writeable = False
    return table


#: The moves, one row each (shape ``(227, COLUMNS)``, ``int64``, read only).
TABLE: Final[NDArray[np.int64]] = _table()
_FIELDS = TABLE.astype(np.int32)


@kernel
def trait(move, column):
    """One number of a move's row."""
    return np.int64(_FIELDS[np.uint32(move), np.uint32(column)])


#: What Metronome chooses from, in the reference's order.
METRONOME_POOL: Final = np.array(
    [MOVE_NUMBER[m.id] for m in sorted(pokedex.moves.values(), key=lambda m: m.num) if m.metronome],
    dtype=np.int64,
)
