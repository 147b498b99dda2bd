"""The gate between challenger and champion, and the way back.

A challenger becomes champion only if no figure is worse than the champion's beyond noise on the same held-out
matchups, in any slice. Every decision is recorded with its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any, Final

import numpy as np

from predictiondex.errors import RegistryError
from predictiondex.ml.evaluation import Losses
from predictiondex.ml.registry import CHALLENGER, CHAMPION, Registry

#: Chance to refuse an equal challenger by bad luck, all tests together.
_LEVEL: Final = 0.05
#: Worse by less than this share of the champion's loss is no reason to refuse.
_TOLERANCE: Final = 0.02
#: What a first model must reach: no champion, but no nonsense either.
_SANE: Final = {"rmse": 0.12, "ece": 0.05, "opening_regret": 0.05}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in one slice: mean losses, their difference with its standard error, and chance's share."""

    figure: str
    part: str
    rows: int
    champion: float
    challenger: float
    difference: float
    standard_error: float
    p_value: float

    @property
    def text(self) -> str:
        """For people."""
        return (
            f"{self.figure} ({self.part}): {self.challenger:.5f} instead of {self.champion:.5f}, "
            f"p = {self.p_value:.2g} on {self.rows} rows"
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a challenger may become champion, and why."""

    accepted: bool
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...] = ()

    def facts(self) -> dict[str, Any]:
        """For the record."""
        return {
            "accepted": self.accepted,
            "reasons": list(self.reasons),
            "worst": [one.text for one in sorted(self.comparisons, key=lambda one: one.p_value)[:5]],
        }


def gate(champion: Losses, challenger: Losses) -> Decision:
    """Compare two models by their losses on the same rows.

    One-sided paired tests, corrected for their number after Holm: the challenger is refused for every figure
    and slice where it is worse by more than noise and by more than a small tolerance.
    """
    comparisons = tuple(_compare(champion, challenger))
    worse = [one.text for one in _significant(comparisons)]
    if worse:
        return Decision(False, tuple(f"worse: {text}" for text in worse), comparisons)
    better = [one for one in comparisons if one.part == "all"]
    return Decision(True, tuple(f"not worse: {one.text}" for one in better), comparisons)


def _compare(champion: Losses, challenger: Losses) -> list[Comparison]:
    found = []
    for figure, parts in champion.items():
        for part, theirs in parts.items():
            ours = challenger[figure][part]
            if ours.shape != theirs.shape:
                raise RegistryError(f"The two models were not judged on the same rows ({figure}, {part}).")
            difference = ours - theirs
            mean = float(np.mean(difference))
            error = float(np.std(difference) / sqrt(max(len(difference), 1)))
            p_value = 0.5 * erfc(mean / error / sqrt(2)) if error > 0 else (0.0 if mean > 0 else 1.0)
            means = float(np.mean(theirs)), float(np.mean(ours))
            found.append(Comparison(figure, part, len(ours), *means, mean, error, p_value))
    return found


def _significant(comparisons: tuple[Comparison, ...]) -> list[Comparison]:
    """Those that are worse, by Holm's procedure and by more than the tolerance."""
    worse = []
    ordered = sorted(comparisons, key=lambda one: one.p_value)
    for place, one in enumerate(ordered):
        if one.p_value > _LEVEL / (len(ordered) - place):
            break
        if one.difference > _TOLERANCE * max(one.champion, 1e-4):
            worse.append(one)
    return worse


def first(metrics: Mapping[str, float]) -> Decision:
    """The decision where there is no champion: anything sane is better than nothing."""
    broken = [
        f"{name} is {metrics[name]:.4f}, more than {most}"
        for name, most in _SANE.items()
        if metrics.get(name, float("inf")) > most
    ]
    return Decision(not broken, tuple(broken) or ("the first model, within the limits of sanity",))


def promote(registry: Registry, version: str, decision: Decision, *, by: str) -> None:
    """Carry a decision out: the challenger becomes champion, or the refusal is recorded."""
    reason = "; ".join(decision.reasons[:3])
    if decision.accepted:
        registry.set_alias(CHAMPION, version, reason=reason, by=by, facts=decision.facts())
        if registry.aliases().get(CHALLENGER) == version:
            registry.set_alias(CHALLENGER, None, reason="became champion", by=by)
    else:
        registry.set_alias(CHALLENGER, version, reason=f"refused: {reason}", by=by, facts=decision.facts())


def rollback(registry: Registry, to: str | None, *, by: str, reason: str = "") -> str:
    """Make an earlier version champion again; returns it. Without ``to``: the one before the present one.

    Raises :class:`~predictiondex.errors.RegistryError` when there is none.
    """
    now = registry.aliases().get(CHAMPION)
    if to is None:
        to = _champion_before(registry, now)
    if to == now:
        raise RegistryError(f"Version {to} is the champion already.")
    registry.set_alias(CHAMPION, to, reason=reason or f"rolled back from {now}", by=by)
    return to


def _champion_before(registry: Registry, now: str | None) -> str:
    for line in reversed(registry.history()):
        if line["alias"] == CHAMPION and line["after"] == now and line["before"] not in (None, now):
            return str(line["before"])
    raise RegistryError("There is no earlier champion to go back to.")
