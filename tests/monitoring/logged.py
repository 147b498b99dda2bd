"""A prediction log for the tests: real advice on drawn matchups, by a small real model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from predictiondex import store
from predictiondex.advisor import Advisor
from predictiondex.ml.boosting import xgboost
from predictiondex.ml.dataset import recipe
from predictiondex.ml.model import BattleModel
from predictiondex.ml.pipeline import made_for
from predictiondex.ml.registry import CHAMPION, Registry
from predictiondex.ml.sampling import Matchup, draw
from predictiondex.monitoring.asking import request_of
from predictiondex.pokedex import pokedex
from predictiondex.settings import Settings
from predictiondex.wire import BestMoveRequest
from tests.ml.models import booster, manifest


@cache
def told() -> Mapping[str, bytes]:
    """What a training tells with the small champion: a second of work."""
    loaded = xgboost.Booster()
    loaded.load_model(bytearray(booster()))
    return made_for(recipe("quick"), BattleModel(loaded, manifest(calibration=None)).from_features)


def small_champion(settings: Settings, *, referred: bool = True) -> Registry:
    """A registry whose champion is the race with hardly any correction. ``referred``: with the reference
    that drift is judged by."""
    registry = Registry(settings.models)
    version = registry.add(booster(), manifest(calibration=None), extra=told() if referred else None)
    registry.set_alias(CHAMPION, version, reason="for a test", by="tests")
    return registry


def new_home(folder: Path) -> Settings:
    """A home with an empty database."""
    settings = Settings(home=folder)
    folder.mkdir(parents=True, exist_ok=True)
    engine = store.engine(settings.database_url)
    store.migrate(engine)
    engine.dispose()
    return settings


def advise(
    advisor: Advisor, matchups: Iterable[Matchup], *, start: datetime | None = None
) -> list[store.PredictionRow]:
    """What the API would log for these matchups, a tenth of a second apart."""
    start = start or datetime.now(UTC) - timedelta(minutes=5)
    rows = []
    for number, matchup in enumerate(matchups):
        request = BestMoveRequest.model_validate(request_of(matchup, engine="model", simulations=200))
        advice = advisor.best_move(request)
        rows.append(
            store.PredictionRow(
                prediction_id=advice.prediction_id,
                created_at=start + number * timedelta(milliseconds=100),
                model_name=advice.model.name,
                model_version=advice.model.version,
                latency_ms=1.0,
                request=request.model_dump(mode="json", by_alias=True),
                answer=advice.model_dump(mode="json"),
            )
        )
    return rows


def plain(count: int, *, seed: int = 11) -> list[Matchup]:
    """Matchups as training draws them."""
    return [draw(seed, number) for number in range(count)]


def shifted(count: int, *, seed: int = 12) -> list[Matchup]:
    """The same, but everybody is a strong fire or psychic type at level 80 and more."""
    forms = [
        form
        for _, form in sorted(pokedex.forms.items())
        if form.kind != "mega" and form.types[0] in ("Fire", "Psychic") and sum(form.base_stats) >= 480
    ]
    found = []
    for number in range(count):
        drawn = draw(seed, number)
        sides = []
        for turn, one in enumerate((drawn.a, drawn.b)):
            form = forms[(7 * number + 3 * turn) % len(forms)]
            moves = tuple(pokedex.moves[move] for move in pokedex.level_up_moves(form, 90))
            sides.append(replace(one, form=form, moves=moves, level=80 + (number + turn) % 21, mega=None))
        found.append(Matchup(sides[0], sides[1], drawn.mid_battle))
    return found
