"""Requests of the prediction and battle endpoints.

Only what can be checked without the facts is checked here: types, ranges, lengths. Names and legality
are the advisor's business, because it knows the Pokédex.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from predictiondex.messages.text import Lang
from predictiondex.pokedex.model import AVS, FRIENDSHIP, IVS, LEVELS, STAGES

#: ``model`` is instant, ``simulation`` plays battles, ``hybrid`` takes both.
EngineName = Literal["model", "simulation", "hybrid"]
#: Engines of live advice: ``search`` plays on with own moves improved turn by turn, status moves included.
AdviceEngine = Literal["model", "simulation", "hybrid", "search"]
#: What to think of an opponent whose moves nobody named: its likeliest set, the one worst for you, or both.
Assume = Literal["likely", "worst", "both"]
StatusName = Literal["par", "brn", "psn", "tox", "slp", "frz"]
#: Conditions that a player sees on the screen; names as in saved battles.
ConditionName = Literal[
    "bide", "confusion", "defensecurl", "disable", "encore", "focusenergy", "leechseed", "lightscreen",
    "lockedmove", "minimize", "mist", "mustrecharge", "partiallytrapped", "rage", "reflect", "stall",
    "substitute", "taunt", "twoturnmove", "yawn",
]  # fmt: skip

#: No request may ask for more battles than this: for four moves about a fifth of a second of one core.
MAX_SIMULATIONS = 20_000
#: A matchup table multiplies its battles by up to 36 pairs.
MAX_TEAM_SIMULATIONS = 5_000
#: The longest name in the games has 18 letters; the rest is room for typos and form names.
MAX_NAME = 64

#: No database keeps a NUL in JSON, and every request that is answered must be kept.
NO_NUL = r"^[^\x00]*$"

#: The last number of the Pokédex of these games.
LAST_DEX = 809

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, pattern=NO_NUL)]
Level = Annotated[int, Field(ge=LEVELS.low, le=LEVELS.high)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Iv = Annotated[int, Field(ge=IVS.low, le=IVS.high)]
Av = Annotated[int, Field(ge=AVS.low, le=AVS.high)]
Friendship = Annotated[int, Field(ge=FRIENDSHIP.low, le=FRIENDSHIP.high)]
Stage = Annotated[int, Field(ge=STAGES.low, le=STAGES.high)]


class _Request(BaseModel):
    """Strict: ``"50"`` is not a level, and a misspelt field is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Ivs(_Request):
    """Individual values, 0-31; 31 where nothing is said."""

    hp: Iv = IVS.high
    atk: Iv = IVS.high
    def_: Iv = Field(default=IVS.high, alias="def")
    spa: Iv = IVS.high
    spd: Iv = IVS.high
    spe: Iv = IVS.high

    def values(self) -> tuple[int, int, int, int, int, int]:
        """In the order of :data:`predictiondex.pokedex.model.STATS`."""
        return self.hp, self.atk, self.def_, self.spa, self.spd, self.spe


class Avs(_Request):
    """Awakening values, 0-200, from candies; 0 where nothing is said."""

    hp: Av = 0
    atk: Av = 0
    def_: Av = Field(default=0, alias="def")
    spa: Av = 0
    spd: Av = 0
    spe: Av = 0

    def values(self) -> tuple[int, int, int, int, int, int]:
        """In the order of :data:`predictiondex.pokedex.model.STATS`."""
        return self.hp, self.atk, self.def_, self.spa, self.spd, self.spe


class Boosts(_Request):
    """Stat stages, -6 to 6; 0 where nothing is said."""

    atk: Stage = 0
    def_: Stage = Field(default=0, alias="def")
    spa: Stage = 0
    spd: Stage = 0
    spe: Stage = 0
    accuracy: Stage = 0
    evasion: Stage = 0

    def values(self) -> tuple[int, int, int, int, int, int, int]:
        """In the order of :data:`predictiondex.pokedex.model.BOOSTS`."""
        return self.atk, self.def_, self.spa, self.spd, self.spe, self.accuracy, self.evasion


class Condition(_Request):
    """Something that holds a Pokémon or covers its side, with what the player knows of it."""

    name: ConditionName
    turns: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Ends of turn since it began (of `stall`: uses of Protect in a row). Left out, it began "
        "in the turn just played.",
    )
    move: Name | None = Field(
        default=None,
        description="The move concerned: of `disable`, `encore`, `lockedmove` (a rampage), `twoturnmove`.",
    )
    hp_percent: float | None = Field(
        default=None, gt=0, le=100, description="Of `substitute`: what is left of the decoy."
    )


class Side(_Request):
    """One Pokémon as it stands: who it is, how it was raised, and its state right now."""

    pokemon: Name | Annotated[int, Field(ge=1, le=LAST_DEX)] = Field(
        description="English or French name, id, slug or Pokédex number; accents and case do not matter."
    )
    moves: list[Name] | None = Field(
        default=None,
        min_length=1,
        max_length=4,
        description="One to four moves it knows, by name (English, French) or id. Left out, the likeliest "
        "four are assumed: the last it learns by level.",
    )
    level: Level = 50
    nature: Name = Field(default="serious", description="English or French name of the nature.")
    ivs: Ivs = Field(default_factory=Ivs)
    avs: Avs = Field(default_factory=Avs)
    friendship: Friendship = 70
    mega: bool | Literal["mega", "x", "y"] | None = Field(
        default=False, description="It mega-evolves on the first turn; `x` or `y` where there are two."
    )
    hp_percent: float = Field(default=100.0, gt=0, le=100, description="Hit points left, in per cent.")
    status: StatusName | None = None
    status_turns: int | None = Field(
        default=None,
        ge=0,
        le=15,
        description="Turns it has slept so far, or times bad poison has hurt it. Left out for sleep: "
        "unknown, every possible length counts; for poison: none yet.",
    )
    boosts: Boosts = Field(default_factory=Boosts)
    conditions: list[ConditionName | Condition] = Field(
        default_factory=list,
        max_length=20,
        description="What holds it or covers its side, by name or with details.",
    )
    pp: dict[Name, Annotated[int, Field(ge=0, le=64)]] = Field(
        default_factory=dict, max_length=4, description="PP left of its moves; full where nothing is said."
    )
    last_move: Name | None = Field(default=None, description="The move it used last.")
    strict: bool | None = Field(
        default=None,
        description="Overrides the request's `strict` for this side: false lets it have any move.",
    )


class _BattleRequest(_Request):
    seed: Seed = Field(default=1, description="Same request, same seed, same answer.")
    lang: Lang = Field(default="en", description="Language of names and explanations.")
    strict: bool = Field(default=True, description="Refuse moves that the form cannot have in these games.")


class BestMoveRequest(_BattleRequest):
    """Which of my moves should I open with?"""

    you: Side
    opponent: Side
    engine: AdviceEngine = "simulation"
    simulations: int = Field(
        default=1000, ge=1, le=MAX_SIMULATIONS, description="Battles played for each move."
    )
    turn: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="The turn about to be played. After the first one a Mega Evolution has taken place and "
        "Fake Out is over.",
    )
    contributions: bool = Field(
        default=False,
        description="Also say how far the model's features moved the chance (engines `model` and `hybrid`; "
        "10 to 30 ms more).",
    )
    assume: Assume | None = Field(
        default=None,
        description="When the opponent's moves are left out: `likely`, `worst` for you, or `both`: the "
        "likeliest with the worst case beside it where they differ much. Left out: `both`, and `likely` for "
        "the engine `model`, which answers at once.",
    )

    @property
    def assumes(self) -> Assume:
        """What to think of unknown moves, left out or not."""
        return self.assume or ("likely" if self.engine == "model" else "both")


class MatchupsRequest(_BattleRequest):
    """Every one of my team against every one of theirs."""

    you: list[Side] = Field(min_length=1, max_length=6)
    opponent: list[Side] = Field(min_length=1, max_length=6)
    engine: EngineName = "simulation"
    simulations: int = Field(
        default=500, ge=1, le=MAX_TEAM_SIMULATIONS, description="Battles played for each of the pairs."
    )


class DuelRequest(_BattleRequest):
    """Battles between two Pokémon under named policies."""

    you: Side
    opponent: Side
    simulations: int = Field(default=1000, ge=1, le=MAX_SIMULATIONS)
    policy_you: Name = Field(
        default="greedy",
        description="`greedy`, `greedycap`, `random`, `fixed:<move>` or `first:<move>`, then greedy.",
    )
    policy_opponent: Name = "greedy"


class DamageRequest(_Request):
    """What one move does to one target."""

    attacker: Side
    defender: Side
    move: Name
    critical: bool = Field(default=False, description="Say the sentence of a critical hit.")
    lang: Lang = "en"
    strict: bool = True
