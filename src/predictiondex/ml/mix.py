"""A crowd seen in traffic, to draw matchups from: who met whom, how raised and in what state."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from predictiondex.battle.combatant import Combatant
from predictiondex.errors import DatasetError, UsageError
from predictiondex.pokedex import pokedex

FILE: Final = "mix.json"
#: Matchups of the traffic that a mix remembers.
MOST: Final = 1000
_FORMAT: Final = 1


@dataclass(frozen=True)
class Mix:
    """Pairs of you and the foe, and the share of a dataset that is to be drawn from them."""

    share: float
    pairs: tuple[tuple[Combatant, Combatant], ...]

    @cached_property
    def digest(self) -> str:
        """Names the content."""
        return hashlib.sha256(self.content()).hexdigest()[:16]

    def content(self) -> bytes:
        """As JSON."""
        pairs = [[_plain(one), _plain(other)] for one, other in self.pairs]
        return json.dumps({f"mix {_FORMAT}": {"share": self.share, "pairs": pairs}}, sort_keys=True).encode()

    @classmethod
    def read(cls, path: Path) -> Mix:
        """The mix of a file. Raises :class:`~predictiondex.errors.DatasetError` when it holds none."""
        try:
            content = json.loads(path.read_bytes())[f"mix {_FORMAT}"]
            pairs = tuple((_combatant(one), _combatant(other)) for one, other in content["pairs"])
            return cls(float(content["share"]), pairs)
        except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
            raise DatasetError(f"{path} holds no mix of matchups ({error}).") from error

    def pick(self, chance: random.Random) -> tuple[Combatant, Combatant] | None:
        """A pair by this mix's share of chance, as it was seen; else ``None``."""
        if not self.pairs or chance.random() >= self.share:
            return None
        return chance.choice(self.pairs)


def mix_of(pairs: Iterable[tuple[Combatant, Combatant]], share: float) -> Mix:
    """A mix of the first :data:`MOST` pairs."""
    kept = [(replace(one, strict=False), replace(other, strict=False)) for one, other in pairs]
    return Mix(share, tuple(kept[:MOST]))


def _plain(one: Combatant) -> dict[str, Any]:
    return {
        "form": one.form.id,
        "moves": [move.id for move in one.moves],
        "level": one.level,
        "nature": one.nature,
        "ivs": list(one.ivs),
        "avs": list(one.avs),
        "friendship": one.friendship,
        "mega": one.mega,
        "hp_percent": one.hp_percent,
        "status": one.status,
        "boosts": list(one.boosts),
        "sleep_turns": one.sleep_turns,
        "toxic_stage": one.toxic_stage,
    }


def _combatant(plain: dict[str, Any]) -> Combatant:
    given = dict(plain)
    given["form"] = pokedex.forms[plain["form"]]
    given["moves"] = tuple(pokedex.moves[move] for move in plain["moves"])
    given |= {name: tuple(plain[name]) for name in ("ivs", "avs", "boosts")}
    return Combatant(strict=False, **given)
