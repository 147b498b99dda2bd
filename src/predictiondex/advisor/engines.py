"""Which engine answers: the one asked for, or simulation where no model is ready."""

from __future__ import annotations

from predictiondex.advisor.words import say
from predictiondex.battle import ENGINE_VERSION
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Lang
from predictiondex.wire import EngineName, ModelInfo, ModelRef

#: What answers are signed with while they come from simulated battles: the version of the rules.
SIMULATION = ModelRef(name="simulation", version=ENGINE_VERSION)


def engine_warning(asked: EngineName, lang: Lang) -> list[str]:
    """What to tell a caller whose engine is not there; nothing when it is."""
    return [] if asked == "simulation" else [say("engine_not_ready", lang, engine=asked)]


def model_info(loaded_since: str | None = None) -> ModelInfo:
    """What answers at this moment. ``loaded_since`` is the moment its process had it ready."""
    return ModelInfo(
        name=SIMULATION.name,
        version=SIMULATION.version,
        engine="simulation",
        loaded_since=loaded_since,
        pokedex_version=pokedex.version,
        pokedex_checksum=pokedex.checksum,
        engines={"simulation": True, "model": False, "hybrid": False},
    )
