"""What the traffic asks: requests that succeed, and requests that are meant to fail.

The fights follow the distribution that models are trained on, so that plain traffic shows no drift; shifted
traffic is another crowd, with few species at low levels.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from predictiondex.ml.sampling import draw
from predictiondex.monitoring.asking import request_of
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import TYPES

Kind = Literal["predict", "read", "error"]

#: The crowd of shifted traffic: early species, and how high they are raised.
SHIFTED_FORMS: Final = (
    "bulbasaur", "caterpie", "charmander", "magikarp", "metapod", "pidgey", "rattata", "squirtle", "weedle",
)  # fmt: skip
SHIFTED_LEVELS: Final = (2, 12)

#: Engine of a prediction -> share of the requests.
_ENGINES: Final[dict[str, float]] = {"model": 0.6, "simulation": 0.25, "hybrid": 0.15}
_SIMULATIONS: Final = (100, 200, 300)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request and the status codes that are right for it."""

    kind: Kind
    method: str
    path: str
    right: frozenset[int]
    json: dict[str, Any] | None = None
    content: bytes | None = None


class Asker:
    """An endless supply of requests; the same seed gives the same ones."""

    def __init__(self, seed: int, *, shift: bool = False) -> None:
        self._chance = random.Random(f"traffic {seed}")  # noqa: S311 - traffic, not secrets
        self._seed = seed
        self._number = 0
        self._shift = shift

    def ask(self, kind: Kind) -> Ask:
        """The next request of a kind."""
        if kind == "predict":
            return self._predict()
        return self._read() if kind == "read" else self._error()

    def _predict(self) -> Ask:
        self._number += 1
        body = self._fight()
        if self._chance.random() < 0.1:
            teams = {"you": [body["you"]], "opponent": [body["opponent"]], "simulations": 100}
            return Ask("predict", "POST", "/predict/matchups", _OK, teams)
        engine = self._chance.choices(list(_ENGINES), list(_ENGINES.values()))[0]
        more = {"engine": engine, "simulations": self._chance.choice(_SIMULATIONS), "seed": self._number}
        lang = self._chance.choice(("fr", "en"))
        return Ask("predict", "POST", "/predict/best-move", _OK, {**body, **more, "lang": lang})

    def _fight(self) -> dict[str, Any]:
        if self._shift:
            return {"you": self._young(), "opponent": self._young()}
        return request_of(draw(self._seed, self._number))

    def _young(self) -> dict[str, Any]:
        form = pokedex.forms[self._chance.choice(SHIFTED_FORMS)]
        level = self._chance.randint(*SHIFTED_LEVELS)
        legal = sorted(form.movepool)
        return {
            "pokemon": form.id,
            "level": level,
            "moves": list(pokedex.level_up_moves(form, level)) or legal[:1],
        }

    def _read(self) -> Ask:
        form = self._chance.choice(_FORMS)
        move = self._chance.choice(_MOVES)
        kind = self._chance.choice(TYPES).lower()
        paths = (
            "/pokemon/?limit=20", f"/pokemon/search?q={form[:4]}", f"/pokemon/{form}",
            f"/pokemon/{form}/weaknesses", f"/pokemon/{form}/moves", "/moves/?limit=20",
            f"/moves/id/{move}", f"/moves/by-type/{kind}", "/types/", "/types/affinities",
            f"/types/by-name/{kind}/pokemon", "/predict/model-info", "/health",
        )  # fmt: skip
        return Ask("read", "GET", self._chance.choice(paths), _OK)

    def _error(self) -> Ask:
        return self._chance.choice(_MISTAKES)(self._chance)


_OK: Final = frozenset({200})
_FORMS: Final = tuple(sorted(key for key, form in pokedex.forms.items() if form.kind != "mega"))
_MOVES: Final = tuple(sorted(key for key in pokedex.moves if key != "struggle"))


# --- mistakes, made on purpose -----------------------------------------------------------------------------


def _body(**you: Any) -> dict[str, Any]:
    fine = {"pokemon": "pikachu", "moves": ["thunderbolt"], "level": 50}
    return {"you": {**fine, **you}, "opponent": {"pokemon": "gyarados", "moves": ["bite"]}, "simulations": 50}


def _refused(body: dict[str, Any]) -> Ask:
    return Ask("error", "POST", "/predict/best-move", frozenset({422}), body)


def _no_such_pokemon(chance: random.Random) -> Ask:
    return _refused(_body(pokemon=f"missingno{chance.randint(0, 99)}"))


def _illegal_move(_chance: random.Random) -> Ask:
    return _refused(_body(moves=["flamethrower"]))


def _bad_level(chance: random.Random) -> Ask:
    return _refused(_body(level=chance.randint(101, 999)))


def _no_json(_chance: random.Random) -> Ask:
    return Ask("error", "POST", "/predict/best-move", frozenset({422}), content=b'{"you":')


def _no_such_page(chance: random.Random) -> Ask:
    return Ask("error", "GET", f"/nothing/{chance.randint(0, 999)}", frozenset({404}))


def _no_such_form(chance: random.Random) -> Ask:
    return Ask("error", "GET", f"/pokemon/missingno{chance.randint(0, 99)}", frozenset({404}))


def _wrong_method(_chance: random.Random) -> Ask:
    return Ask("error", "GET", "/predict/best-move", frozenset({405}))


_MISTAKES: Final[tuple[Callable[[random.Random], Ask], ...]] = (
    _no_such_pokemon,
    _illegal_move,
    _bad_level,
    _no_json,
    _no_such_page,
    _no_such_form,
    _wrong_method,
)
