"""Which engine answers: the one asked for, or simulation where no model is ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from predictiondex.advisor.words import say
from predictiondex.battle import ENGINE_VERSION
from predictiondex.errors import ArtefactError, RegistryError
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.wire import AdviceEngine, ModelInfo, ModelRef

if TYPE_CHECKING:
    from predictiondex.ml.model import BattleModel

#: What answers are signed with while they come from simulated battles: the version of the rules.
SIMULATION = ModelRef(name="simulation", version=ENGINE_VERSION)


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines that are there. ``problem``: why there is no model, where one should be."""

    model: BattleModel | None = None
    problem: str = ""

    def asks_model(self, asked: AdviceEngine) -> bool:
        """Whether the model takes part in an answer by this engine."""
        return asked in ("model", "hybrid") and self.model is not None

    def signature(self, asked: AdviceEngine) -> ModelRef:
        """The name and version that made an answer."""
        if self.model is None or asked not in ("model", "hybrid"):
            return SIMULATION
        return ModelRef(name=self.model.name, version=self.model.version)

    def warnings(self, asked: AdviceEngine, lang: Lang) -> list[str]:
        """What to tell a caller whose engine is not there; nothing when it is."""
        if asked in ("simulation", "search") or self.model is not None:
            return []
        return [say("engine_not_ready", lang)]

    def info(self, loaded_since: str | None = None) -> ModelInfo:
        """What answers at this moment; ``loaded_since`` is when its process had it ready."""
        ref, model = self.signature("model"), self.model
        return ModelInfo(
            name=ref.name,
            version=ref.version,
            engine="simulation" if model is None else "model",
            loaded_since=loaded_since,
            training_data_hash=None if model is None else str(model.manifest.dataset["hash"]),
            metrics={} if model is None else dict(model.manifest.metrics),
            pokedex_version=pokedex.version,
            pokedex_checksum=pokedex.checksum,
            engines={"simulation": True, "model": model is not None, "hybrid": model is not None},
        )


class Witness(Protocol):
    """Is told what a model looked at; of nothing where no model was asked."""

    def __call__(self, features: NDArray[np.float32], **about: str) -> None:
        """``features`` of one case, or a row for each, and what they belong to."""


#: Simulation alone.
SIMULATION_ONLY = Engines()


def load_engines(models: Path) -> Engines:
    """The engines with the champion of a registry; a champion that cannot be used is left out and named."""
    from predictiondex.ml import features
    from predictiondex.ml.model import BattleModel
    from predictiondex.ml.registry import Registry

    try:
        folder = Registry(models).champion()
        if folder is None:
            return SIMULATION_ONLY
        model = BattleModel.load(folder)
        features.warm_up()
        model.self_test()
    except (ArtefactError, RegistryError) as error:
        return Engines(problem=error.message)
    return Engines(model)


def model_chances(
    model: BattleModel,
    worlds: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
    slots: Sequence[Sequence[int]],
    witness: Witness | None = None,
) -> NDArray[np.float64]:
    """The model's chances of situations, ``(n,)``: each with the states ``(m, VECTOR)`` that it may be, the
    likeliest first, how likely each is ``(m,)``, and the slot that is opened with in each.

    ``witness`` is told the features of the likeliest states.
    """
    from predictiondex.ml.features import matrix

    states = np.concatenate([states for states, _ in worlds])
    rows = matrix(states, np.array([slot for each in slots for slot in each], dtype=np.int64))
    first = [0, *accumulate(len(weights) for _, weights in worlds[:-1])]
    if witness is not None:
        witness(rows[first])
    weights = np.concatenate([weights for _, weights in worlds])
    chances: NDArray[np.float64] = np.add.reduceat(weights * model.from_features(rows), first)
    return chances
