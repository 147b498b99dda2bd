"""The gate between challenger and champion, and the way back.

A challenger becomes champion only if no figure is worse than the champion's beyond noise on the same held-out
matchups, overall and in every slice. Every decision is recorded with its reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import erfc, isfinite, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.errors import RegistryError
from predictiondex.ml.evaluation import Losses
from predictiondex.ml.registry import ANY, CHALLENGER, CHAMPION, Registry

Array = NDArray[np.float64]

#: Chance to refuse an equal challenger by bad luck, all tests together.
_LEVEL: Final = 0.05
#: Worse by less than this share of the champion's loss is no reason to refuse: what another seed of the same
#: training changes in a slice (measured: 2 to 5 % of its squared error).
_TOLERANCE: Final = 0.02
#: What a first model must reach: no champion, but no nonsense either.
_AT_MOST: Final = {"rmse": 0.12, "ece": 0.05, "opening_regret": 0.05}
_AT_LEAST: Final = {"decided_accuracy": 0.9}
#: In the facts of a move that goes back.
_BACK: Final = "rollback"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in one slice: mean losses, their difference, and chance's share."""

    figure: str
    part: str
    rows: int
    champion: float
    challenger: float
    difference: float
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
    #: The champion that it was compared with: the decision holds for no other.
    against: str | None = ANY

    def facts(self) -> dict[str, Any]:
        """For the record."""
        return {
            "accepted": self.accepted,
            "reasons": list(self.reasons),
            "worst": [one.text for one in sorted(self.comparisons, key=lambda one: one.p_value)[:5]],
        }


def gate(champion: Losses, challenger: Losses) -> Decision:
    """Compare two models by their losses on the same rows.

    One-sided paired tests over whole matchups, whose rows are not independent, corrected for their number
    after Holm: the challenger is refused for every figure and slice where it is worse by more than noise and
    by more than a small tolerance. Losses that are no numbers, and none at all, are refused.
    """
    comparisons = tuple(_compare(champion, challenger))
    broken = [one.text for one in comparisons if not isfinite(one.difference)]
    if broken or not comparisons:
        return Decision(False, tuple(f"no number: {text}" for text in broken) or ("nothing to judge by",))
    worse = [one.text for one in _significant(comparisons)]
    if worse:
        return Decision(False, tuple(f"worse: {text}" for text in worse), comparisons)
    overall = [one for one in comparisons if one.part == "all"]
    return Decision(True, tuple(f"not worse: {one.text}" for one in overall), comparisons)


def _compare(champion: Losses, challenger: Losses) -> list[Comparison]:
    found = []
    for figure, part, theirs, ours in _pairs(champion, challenger):
        rows = ours[:, 1].sum()
        difference = ours[:, 0] - theirs[:, 0]
        mean = float(difference.sum() / rows)
        with np.errstate(invalid="ignore"):  # infinite losses are refused afterwards
            # Of a ratio whose parts come in whole matchups.
            error = float(np.sqrt(np.sum((difference - mean * ours[:, 1]) ** 2)) / rows)
        p_value = 0.5 * erfc(mean / error / sqrt(2)) if error > 0 else (0.0 if mean > 0 else 1.0)
        means = float(theirs[:, 0].sum() / rows), float(ours[:, 0].sum() / rows)
        found.append(Comparison(figure, part, int(rows), *means, mean, p_value))
    return found


def _pairs(champion: Losses, challenger: Losses) -> Iterator[tuple[str, str, Array, Array]]:
    """Figure, slice and the two models' losses. Raises ``RegistryError`` unless they are of the same rows."""
    if _parts(champion) != _parts(challenger):
        raise RegistryError("The two models were not judged by the same figures and slices.")
    for figure, part in sorted(_parts(champion)):
        theirs, ours = champion[figure][part], challenger[figure][part]
        if ours.shape != theirs.shape or not np.array_equal(ours[:, 1], theirs[:, 1]):
            raise RegistryError(f"The two models were not judged on the same rows ({figure}, {part}).")
        yield figure, part, theirs, ours


def _parts(losses: Losses) -> set[tuple[str, str]]:
    return {(figure, part) for figure, parts in losses.items() for part in parts}


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
    nan = float("nan")
    broken = [
        f"{name} is {metrics.get(name, nan):.4f}, not at most {most}"
        for name, most in _AT_MOST.items()
        if not metrics.get(name, nan) <= most
    ]
    broken += [
        f"{name} is {metrics.get(name, nan):.4f}, not at least {least}"
        for name, least in _AT_LEAST.items()
        if not metrics.get(name, nan) >= least
    ]
    reasons = tuple(broken) or ("no champion to compare with, and within the limits of sanity",)
    return Decision(not broken, reasons)


def promote(registry: Registry, version: str, decision: Decision, *, by: str) -> None:
    """Carry a decision out: the challenger becomes champion, or the refusal is recorded and it stays one.

    Raises :class:`~predictiondex.errors.RegistryError` when the champion is no longer the one that the
    decision was made against.
    """
    reason = "; ".join(decision.reasons[:3])
    facts = {**decision.facts(), "version": version}
    if decision.accepted:
        registry.set_alias(CHAMPION, version, reason=reason, by=by, facts=facts, expected=decision.against)
        if registry.named().get(CHALLENGER) == version:
            registry.set_alias(CHALLENGER, None, reason="became champion", by=by, expected=version)
    elif registry.named().get(CHALLENGER) == version:
        registry.note(version, reason=f"refused: {reason}", by=by, facts=facts)
    else:
        registry.set_alias(CHALLENGER, version, reason=f"refused: {reason}", by=by, facts=facts)


def rollback(
    registry: Registry, to: str | None, *, by: str, reason: str = "", expected: str | None = None
) -> str:
    """Make an earlier champion champion again; returns its version. Without ``to``: the one that the present
    one replaced, so that going back twice goes back two steps.

    Raises :class:`~predictiondex.errors.RegistryError` when there is none, for a version that never was
    champion (that one has to pass the gate), and when another one than ``expected`` is champion by now.
    """
    reigns = champions(registry)
    now = reigns[-1] if reigns else None
    if expected is not None and now != expected:
        raise RegistryError(f"Version {now} is the champion by now, and not {expected}.")
    if to is None:
        if len(reigns) < 2:
            raise RegistryError("There is no earlier champion to go back to.")
        to = reigns[-2]
    if to == now:
        raise RegistryError(f"Version {to} is the champion already.")
    registry.path(to)  # an unknown version is told as such
    if to not in {line["after"] for line in registry.history() if line["alias"] == CHAMPION}:
        raise RegistryError(f"Version {to} never was champion: `promote {to}` asks the gate.")
    registry.set_alias(
        CHAMPION, to, reason=reason or f"rolled back from {now}", by=by, facts={_BACK: True}, expected=now
    )
    return to


def champions(registry: Registry) -> list[str]:
    """The champions whose reign was not undone, oldest first; the last is the present one."""
    reigns: list[str] = []
    for line in registry.history():
        after = line["after"]
        if line["alias"] != CHAMPION or after is None or reigns[-1:] == [after]:
            continue
        if line["facts"].get(_BACK) and after in reigns:
            del reigns[len(reigns) - reigns[::-1].index(after) :]
        else:
            reigns.append(str(after))
    return reigns
