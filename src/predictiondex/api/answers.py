"""Answers that were given already: the same request and seed have the same answer, so it is made once.

Each caller still gets a prediction of its own, with an id of its own in the log.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import to_json

from predictiondex.wire import Advice, MatchupsAnswer, PlanAnswer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from predictiondex.advisor import Advisor

#: Answers that name a prediction.
Prediction = Advice | MatchupsAnswer | PlanAnswer


class Recommended(NamedTuple):
    """What is measured of a recommended move."""

    confidence: float
    win_probability: float
    type: str


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it is kept: its JSON around the id, who made it, what is measured of it, and the features
    that it was made from, as JSON.

    Plain texts: thousands of whole answers would be looked through for garbage again and again.
    """

    model: str
    version: str
    head: str
    tail: str
    recommended: Recommended | None
    features: str | None = None

    @classmethod
    def of(cls, answer: Prediction, features: str | None = None) -> Told:
        """As it is first told."""
        head, tail = answer.model_dump_json().split(answer.prediction_id, 1)
        recommended = None
        if isinstance(answer, Advice):
            recommended = Recommended(answer.confidence, answer.win_probability, answer.moves[0].type)
        return cls(answer.model.name, answer.model.version, head, tail, recommended, features)

    def json(self, prediction_id: str) -> str:
        """The answer under an id."""
        return f"{self.head}{prediction_id}{self.tail}"


class Answers:
    """The last ``most`` different answers of one advisor; of another one nothing is kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._told: OrderedDict[tuple[str, str], Told] = OrderedDict()
        self._advisor: Advisor | None = None

    def find(self, advisor: Advisor, path: str, request: str) -> Told | None:
        """What ``advisor`` answered to this request."""
        if self._advisor is not advisor:
            return None
        told = self._told.get((path, request))
        if told is not None:
            self._told.move_to_end((path, request))
        return told

    def keep(self, advisor: Advisor, path: str, request: str, told: Told) -> None:
        """Remember an answer, unless a newer advisor has answered meanwhile."""
        if self._advisor is not advisor:
            self._advisor = advisor
            self._told.clear()
        self._told[path, request] = told
        while len(self._told) > self._most:
            self._told.popitem(last=False)


class Seen:
    """What a model looked at for an answer: a witness of the advisor."""

    def __init__(self) -> None:
        self.json: str | None = None

    def __call__(self, features: NDArray[np.float32], **about: str) -> None:
        """Keep it for the prediction log; the columns are named in the manifest of the model's version."""
        values = features.astype(float).round(6).tolist()
        self.json = to_json({**about, "values": values}).decode()
