"""A model's report: one JSON object, the same as Markdown, and pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictiondex.ml import scores

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def markdown(report: Mapping[str, Any]) -> str:
    """The report as tables."""
    lines = ["## Figures on held-out matchups", "", _HEAD, _RULE]
    lines += [_row(name, figures) for name, figures in report["slices"].items()]
    lines += ["", "*Farthest off*: the row whose battles contradict it most, their luck included."]
    lines += ["", "## Against simpler answers, on unseen pairs and species", "", _HEAD, _RULE]
    lines += [_row(name, figures) for name, figures in report["baselines"].items()]
    regret = report["regret"]
    lines += [
        "",
        "## Opening regret",
        "",
        f"Win probability lost by the model's best opening instead of the simulation's, on "
        f"{regret['matchups']} unseen matchups, {regret['battles']} battles for each opening and half: "
        f"mean {regret['mean']:.4f} (standard error {regret['standard_error']:.4f}), "
        f"95 % of the matchups lose at most {regret['p95']:.4f}.",
    ]
    if "lead_battles" in regret:
        lines += [
            "",
            f"How far one opening leads another is told as by {regret['lead_battles']:.0f} battles of each.",
        ]
    if report.get("reference"):
        lines += ["", "## Against the reference engine's win rates", "", _HEAD, _RULE]
        lines += [_row(name, figures) for name, figures in report["reference"].items()]
    if report.get("hybrid"):
        lines += [
            "",
            "## Model, simulation and both",
            "",
            "| battles | model | simulation | hybrid |",
            "|--:|--:|--:|--:|",
        ]
        lines += [
            f"| {row['battles']} | {row['model']:.4f} | {row['simulation']:.4f} | {row['hybrid']:.4f} |"
            for row in report["hybrid"]
        ]
        lines += ["", "RMSE against the true chance on held-out rows, by the battles played for an answer."]
    return "\n".join(lines) + "\n"


_HEAD = "| slice | rows | RMSE | excess Brier | floor | ECE | accuracy, decided | farthest off |"
_RULE = "|---|--:|--:|--:|--:|--:|--:|--:|"


def _row(name: str, figures: Mapping[str, Any]) -> str:
    accuracy = figures["decided_accuracy"]
    right = "-" if accuracy is None else f"{100 * accuracy:.2f} %"
    return (
        f"| {name} | {figures['rows']} | {figures['rmse']:.4f} | {figures['excess']:.6f} | "
        f"{figures['floor']:.4f} | {figures['ece']:.4f} | {right} | {figures['largest']:.2f} |"
    )


def reliability_png(p: NDArray[np.float64], y: NDArray[np.float64]) -> bytes:
    """Told against seen, with the share of rows in each bin."""
    figure, (top, bottom) = _figure()
    told, seen, share = scores.calibration(p, y)
    filled = share > 0
    top.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    top.plot(told[filled], seen[filled], marker="o", color="#1f5fa8")
    top.set(ylabel="battles won", xlim=(0, 1), ylim=(0, 1), title="Reliability on held-out matchups")
    bottom.bar((np.arange(len(share)) + 0.5) / len(share), share, width=0.9 / len(share), color="#1f5fa8")
    bottom.set(xlabel="chance told", ylabel="share of rows", xlim=(0, 1))
    return _png(figure)


def importance_png(names: list[str], gains: NDArray[np.float64]) -> bytes:
    """What the correction leans on: the features of highest total gain."""
    from matplotlib.figure import Figure

    best = np.argsort(gains)[-20:]
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    axes.barh([names[at] for at in best], gains[best] / max(gains.sum(), 1e-12), color="#1f5fa8")
    axes.set(xlabel="share of the total gain", title="What the correction of the race leans on")
    return _png(figure)


def _figure() -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 7), layout="constrained")
    return figure, figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
