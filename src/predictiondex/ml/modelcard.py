"""The model card: written from an artefact's manifest and report, so that it cannot say anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from predictiondex.ml import reporting, sampling
from predictiondex.ml.artefact import Manifest
from predictiondex.ml.features import FEATURES
from predictiondex.ml.race.evidence import BATTLES, MOST
from predictiondex.ml.splits import SPLITS

#: Pictures of an artefact and what they are called beside a card.
PICTURES: Final = {"reliability.png": "model-reliability.png", "importance.png": "model-importance.png"}
#: So many slices are named as those at which a model is worst.
_WORST: Final = 3


def write(manifest: Manifest, folder: Path, reference: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The card as Markdown. ``reference``: engine -> report of ``evaluate winrates``."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    parts = [
        _what(manifest),
        _training(manifest),
        reporting.markdown(report),
        _against_reference(reference) if reference else "",
        _pictures(),
        _limits(report),
        _features(),
    ]
    return "\n".join(part for part in parts if part)


def _what(manifest: Manifest) -> str:
    return f"""# Model card: {manifest.name}

Written by `predictiondex evaluate card` from the artefact itself; not to be edited.

**What it says.** The chance that you win a battle of Pokémon Let's Go, Pikachu / Eevee, one against one, if you
open with a certain move and both sides then always take the move of highest expected damage (`greedy`).

**How.** First the *race* works the battle out by chances: order of moves, accuracy, critical hits, damage rolls,
secondary effects, turn by turn, as if the hp of the two sides told nothing about each other. {BATTLES} battles are
tried out beside it, {MOST} where they leave doubt, and overrule it where they contradict it. A gradient boosting
(XGBoost, {manifest.parameters.get("rounds")} trees) then corrects the log odds of both. Rules come from the battle kernel
alone; there is no second copy of them.

| | |
|---|---|
| profile, seed | {manifest.dataset["profile"]}, {manifest.dataset["seed"]} |
| rows | {manifest.dataset["rows"]} |
| dataset hash | `{manifest.dataset["hash"]}` |
| rules | `{manifest.engine_version}` |
| made with | {", ".join(manifest.requirements)} |
| calibration applied | {_calibration(manifest)} |
| hybrid | the model is worth {manifest.hybrid["strength"]:.0f} battles, with a doubt of {manifest.hybrid["doubt"]:g} |
| format | XGBoost's own (`{manifest.model_file}`, {manifest.model_bytes} bytes), JSON manifest, no pickle |
"""


def _calibration(manifest: Manifest) -> str:
    if manifest.calibration is None:
        return "none: scaling gained nothing on held-out pairs"
    return f"Platt's, a = {manifest.calibration['a']:.4f}, b = {manifest.calibration['b']:.4f}"


def _training(manifest: Manifest) -> str:
    lines = "\n".join(f"- {name.replace('_', ' ')}: {text}" for name, text in sampling.DISTRIBUTION.items())
    kept = ("max_depth", "eta", "min_child_weight", "subsample", "colsample_bytree", "reg_lambda", "rounds")
    parameters = ", ".join(f"{name} {_short(manifest.parameters[name])}" for name in kept)
    return f"""## Training data

Matchups drawn at random, each opening labelled by battles that our own engine played; the reference engine agrees
with it battle for battle (see `ENGINE.md`). The distribution:

{lines}

The parts ({", ".join(SPLITS)}) are decided by the species alone: every unordered pair of species belongs to one
part, and six per cent of the species are in no training matchup at all.

Parameters: {parameters}.
"""


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _against_reference(reference: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "## Against the reference engine",
        "",
        "Win rates of Pokémon Showdown's `gen7letsgo` rules, 200 to 2,000 battles each.",
        "",
        "| engine | set | n | RMSE | excess Brier | ECE | accuracy, decided |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for engine, report in reference.items():
        for name, one in {**report["sets"], "all": report["all"]}.items():
            accuracy = one["decided_accuracy"]
            right = "-" if accuracy is None else f"{100 * accuracy:.2f} %"
            lines.append(
                f"| {engine} | {name} | {one['rows']} | {one['rmse']:.4f} | {one['excess']:.6f} | "
                f"{one['ece']:.4f} | {right} |"
            )
    return "\n".join(lines) + "\n\nSimulation: 1,000 battles an answer; hybrid: the model and 64 battles.\n"


def _pictures() -> str:
    return (
        "## Pictures\n\n"
        "![Reliability: chance told against battles won](images/model-reliability.png)\n\n"
        "![Features that the correction of the race leans on](images/model-importance.png)\n"
    )


def _limits(report: Mapping[str, Any]) -> str:
    return f"""## When it is the right engine, and when it is not

- **Model**: answers at once; for large batches (team tables, planners), and where answers must come within a
  millisecond.
- **Simulation**: exact in the limit; it takes {_battles_worth(report)} battles an answer to come as near as the model. It knows
  every effect, also the rare ones below.
- **Hybrid**: the model as a prior, battles as evidence; {_hybrid_pays(report)}.

This model is farthest from the true chances (RMSE) where {_weakest(report)}.

Whatever a model has learned from, a simulation should be asked where the race is wrong by a little, so that a few
battles cannot tell: under confusion, which costs both sides' hp at once; behind a substitute; where Encore holds
somebody to a move; where status moves are all that greedy falls back on.

The figures are about `greedy` play on both sides. A player who plans ahead can do better than the number says, and
so can an opponent.
"""


def _battles_worth(report: Mapping[str, Any]) -> str:
    """Battles of an answer by which luck alone costs as much as the model is wrong."""
    overall = report["slices"]["all"]
    return (
        f"{overall['floor'] / overall['excess']:.0f}"
        if overall["excess"] > 0
        else "more than can be measured"
    )


def _hybrid_pays(report: Mapping[str, Any]) -> str:
    """With which of the numbers of battles tried the hybrid is better than both of which it is made."""
    better = [
        row["battles"] for row in report["hybrid"] if row["hybrid"] < min(row["model"], row["simulation"])
    ]
    tried = ", ".join(str(row["battles"]) for row in report["hybrid"])
    if not better:
        return "with none of the numbers of battles tried better than both"
    return f"better than both with {', '.join(map(str, better))} battles ({tried} were tried)"


def _weakest(report: Mapping[str, Any]) -> str:
    """The slices of the highest error, of those that have one above the whole's."""
    overall = report["slices"]["all"]["rmse"]
    worst = sorted(report["slices"].items(), key=lambda one: -one[1]["rmse"])
    named = [f"*{name}* ({figures['rmse']:.4f})" for name, figures in worst if figures["rmse"] > overall]
    return ", ".join(named[:_WORST]) or "nothing stands out"


def _features() -> str:
    rows = "\n".join(f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in FEATURES)
    return f"## Features\n\n| name | unit | meaning |\n|---|---|---|\n{rows}\n"


def save(out: Path, text: str, folder: Path) -> None:
    """Write the card and its pictures, which lie in ``images`` beside it."""
    pictures = out.parent / "images"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, called in PICTURES.items():
        (pictures / called).write_bytes((folder / name).read_bytes())
    out.write_text(text, encoding="utf-8")
