"""How good a model is, overall and by slice: on held-out matchups of our own engine, and on the reference's.

Every figure is against the true chance to win; what a finite number of battles cannot know is taken off
(:mod:`predictiondex.ml.scores`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from predictiondex.ml import scores
from predictiondex.ml.features import NAMES, matrix
from predictiondex.ml.labels import label, openings_of, seed_of
from predictiondex.ml.parquet import Rows
from predictiondex.ml.sampling import draw, state_of
from predictiondex.ml.splits import SPECIES, TEST, split_of

if TYPE_CHECKING:
    from predictiondex.ml.dataset import Progress

Predict = Callable[[NDArray[np.float32]], NDArray[np.float64]]
#: Figure -> slice -> ``(matchups, 2)``: sum of the losses of a matchup's rows, and their number. All sums by
#: all numbers is the figure. For comparing two models on the same rows, matchup by matchup.
Losses = dict[str, dict[str, NDArray[np.float64]]]

_STATUS: Final = NAMES.index("you_status"), NAMES.index("foe_status")
_QUIET: Final = NAMES.index("quiet")
#: Fewer rows than this are not compared.
_FEWEST: Final = 50
#: No model is taken for more battles than this: rare states, which it knows less well, are rare here, too.
_MOST_BATTLES: Final = 1000.0
#: Matchups and battles for each opening behind the opening regret.
REGRET: Final[dict[str, tuple[int, int]]] = {"quick": (150, 1500), "full": (1200, 6000)}


def held_out(rows: Rows) -> Rows:
    """The rows that no training sees: unseen pairs and unseen species."""
    return rows.where(np.isin(rows.about["split"], (TEST, SPECIES)))


def slices(rows: Rows) -> dict[str, NDArray[np.bool_]]:
    """The slices that every figure is given for, as masks over the rows."""
    level = rows.about["level_you"]
    ailing = (rows.features[:, list(_STATUS)] != 0).any(axis=1)
    quiet = rows.features[:, _QUIET] > 0
    return {
        "all": np.ones(len(rows), dtype=bool),
        "unseen pairs": rows.about["split"] == TEST,
        "unseen species": rows.about["split"] == SPECIES,
        "both greedy": rows.about["greedy"],
        "opening does damage": ~quiet,
        "opening is a status move": quiet,
        "as they came in": ~rows.about["mid_battle"],
        "in mid-battle": rows.about["mid_battle"],
        "after turns played": rows.about["turns"] > 0,
        "a side has a status": ailing,
        "a Mega Evolution": rows.about["mega"],
        "level below 30": level < 30,
        "level 30 to 69": (level >= 30) & (level < 70),
        "level 70 and above": level >= 70,
    }


def by_slice(rows: Rows, p: NDArray[np.float64]) -> dict[str, dict[str, Any]]:
    """Every figure for every slice that has rows."""
    return {
        name: scores.summary(p[mask], rows.p[mask], rows.n[mask])
        for name, mask in slices(rows).items()
        if mask.any()
    }


# --- opening regret -----------------------------------------------------------------------------------------


def regret_matchups(seed: int, count: int) -> list[int]:
    """Numbers of the first ``count`` matchups of a seed between pairs that no training sees."""
    numbers: list[int] = []
    number = 0
    while len(numbers) < count:
        matchup = draw(seed, number)
        held = split_of(matchup.a.form.dex, matchup.b.form.dex) in (TEST, SPECIES)
        if held and len(openings_of(state_of(matchup))) > 1:
            numbers.append(number)
        number += 1
    return numbers


def opening_values(
    seed: int, numbers: Iterable[int], battles: int, progress: Progress
) -> list[tuple[NDArray[np.float32], NDArray[np.float64]]]:
    """For each matchup the features of its openings, and their values by two independent simulations
    ``(openings, 2)``: the one chooses the best, the other says what that was worth."""
    cases = []
    for number in numbers:
        matchup = draw(seed, number)
        state = state_of(matchup)
        slots = openings_of(state)
        features = matrix(np.repeat(state[np.newaxis], len(slots), axis=0), slots)
        values = np.array([_twice(state, int(slot), battles, seed, number) for slot in slots])
        cases.append((features, values))
        progress.advance()
    return cases


def _twice(state: NDArray[np.int64], slot: int, battles: int, seed: int, number: int) -> list[float]:
    return [label(state, slot, n=battles, seed=seed_of(seed, number, slot, half)) for half in (0, 1)]


def regrets(
    cases: Iterable[tuple[NDArray[np.float32], NDArray[np.float64]]], predict: Predict
) -> NDArray[np.float64]:
    """Win probability lost in each matchup by the model's best opening instead of the simulation's."""
    lost = []
    for features, values in cases:
        chosen = int(np.argmax(predict(features)))
        best = int(np.argmax(values[:, 0]))
        lost.append(values[best, 1] - values[chosen, 1])
    return np.array(lost)


def lead_battles(cases: Iterable[tuple[NDArray[np.float32], NDArray[np.float64]]], predict: Predict) -> float:
    """So many battles of each opening tell how far one leads another as exactly as the model does.

    What a model gets wrong about a matchup it mostly gets wrong about all openings of it, so leads are better
    known than chances. The two simulations' own errors are independent and cancel in the product.
    """
    chance, error = 0.0, 0.0
    for features, values in cases:
        p = predict(features)
        chance += float(np.mean(p * (1 - p)))
        error += float(np.cov(p - values[:, 0], p - values[:, 1])[0, 1])
    return min(max(chance / error, 1.0), _MOST_BATTLES) if error > 0 else _MOST_BATTLES


# --- comparing two models -----------------------------------------------------------------------------------


def losses(rows: Rows, p: NDArray[np.float64], regret: NDArray[np.float64]) -> Losses:
    """Losses of a model on held-out rows; two models' losses on the same rows can be paired."""
    y = rows.p
    decided = (y >= scores.DECIDED) | (y <= 1 - scores.DECIDED)
    wrong = ((p > 0.5) != (y > 0.5)).astype(float)
    masks = slices(rows)
    each = {
        "squared error": [(name, mask, (p - y) ** 2) for name, mask in masks.items()],
        "log loss": [(name, mask, scores.log_loss(p, y)) for name, mask in masks.items()],
        "calibration error": [
            (name, mask, scores.calibration_loss(p, y, mask)) for name, mask in masks.items()
        ],
        "wrong winner": [(name, mask & decided, wrong) for name, mask in masks.items()],
    }
    by_matchup = {
        figure: {
            name: _by_matchup(loss[mask], rows.about["matchup"][mask])
            for name, mask, loss in parts
            if mask.sum() >= _FEWEST
        }
        for figure, parts in each.items()
    }
    return {**by_matchup, "opening regret": {"all": _by_matchup(regret, np.arange(len(regret)))}}


def _by_matchup(loss: NDArray[np.float64], matchup: NDArray[Any]) -> NDArray[np.float64]:
    """``(matchups, 2)``: sum of the losses and number of rows of each matchup."""
    _, place = np.unique(matchup, return_inverse=True)
    return np.column_stack([np.bincount(place, weights=loss), np.bincount(place)])


def figures_of(report: Mapping[str, Any]) -> dict[str, float]:
    """The few figures that a manifest carries, from a report."""
    overall = report["slices"]["all"]
    return {
        "rmse": overall["rmse"],
        "excess_brier": overall["excess"],
        "ece": overall["ece"],
        "log_loss": overall["log_loss"],
        "decided_accuracy": overall["decided_accuracy"] or 0.0,
        "rmse_unseen_species": report["slices"].get("unseen species", overall)["rmse"],
        "rmse_both_greedy": report["slices"]["both greedy"]["rmse"],
        "opening_regret": report["regret"]["mean"],
        "lead_battles": report["regret"]["lead_battles"],
    }
