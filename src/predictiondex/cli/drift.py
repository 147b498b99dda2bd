"""``drift`` and ``shadow``: do requests still look like the training data, and were the answers true?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines

if TYPE_CHECKING:
    from predictiondex.ml.drift import Drift
    from predictiondex.monitoring.reports import Report
    from predictiondex.monitoring.shadow import Figures

Last = Annotated[int, typer.Option(min=1, help="How many of the latest predictions.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example: predictiondex drift --last 1000")(drift)
    app.command(epilog="Example: predictiondex shadow --sample 200")(shadow)


def drift(
    last: Last = 1000,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Write Evidently's report, too.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to (default: monitoring/ in the home).")
    ] = None,
    as_json: common.Json = False,
) -> None:
    """Hold the latest requests of the log against what the champion was trained on.

    Exit code 1: drift. Too few requests are no drift.
    """
    from predictiondex.ml.observed import columns
    from predictiondex.monitoring import looking

    settings = common.settings_with()
    answers = looking.served(settings, last)
    found, reference = looking.judge_drift(settings, answers)
    written = None
    if report and found.detected is not None:
        from datetime import UTC, datetime

        from predictiondex.monitoring import reports

        name = f"drift-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        folder = out or settings.home / "monitoring"
        written = reports.write(reference, columns([one.row for one in answers]), folder, name)
    if as_json:
        common.echo_json(_drift_facts(found, written))
    else:
        _tell_drift(found, written)
    if found.detected or (written and written.detected):
        raise typer.Exit(1)


def _drift_facts(found: Drift, written: Report | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "rows": found.rows,
        "detected": found.detected,
        "share": found.share,
        "drifted": found.drifted,
        "columns": {
            one.feature: {"psi": one.psi, "ks": one.ks, "p_value": one.p_value} for one in found.columns
        },
    }
    if written:
        facts["evidently"] = {
            "detected": written.detected,
            "drifted": written.drifted,
            "html": str(written.html),
            "json": str(written.json),
        }
    return facts


def _tell_drift(found: Drift, written: Report | None) -> None:
    from predictiondex.ml.drift import LEAST_ROWS

    if found.detected is None:
        typer.echo(f"{found.rows} requests in the log are too few to judge (from {LEAST_ROWS} on).")
        return
    from rich.table import Table

    table = Table("column", "PSI", "KS", "p", "Evidently's PSI", "drifted")
    for one in sorted(found.columns, key=lambda one: -one.psi):
        theirs = f"{written.scores[one.feature]:.3f}" if written else "-"
        ks = "-" if one.ks is None else f"{one.ks:.3f}"
        mark = "yes" if one.drifted else ""
        table.add_row(one.feature, f"{one.psi:.3f}", ks, f"{one.p_value:.2g}", theirs, mark)
    common.console().print(table)
    verdict = f"Drift in {', '.join(found.drifted)}" if found.detected else "No drift"
    typer.echo(f"{verdict}: {len(found.drifted)} of {len(found.columns)} columns, {found.rows} requests.")
    if written:
        agrees = "agrees" if written.detected == found.detected else "says otherwise"
        typer.echo(f"Evidently {agrees}: {written.html}")


def shadow(
    last: Last = 1000,
    sample: Annotated[int, typer.Option(min=1, help="How many of them to play again.")] = 200,
    battles: Annotated[int, typer.Option(min=10, max=20_000, help="Battles for each move and half.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the sample and the battles.")] = 1,
    as_json: common.Json = False,
) -> None:
    """Play a sample of the latest predictions of the latest model again and tell how true they were.

    Exit code 1: some figure is beyond its limit. Too few predictions are not judged.
    """
    from dataclasses import asdict

    from predictiondex.monitoring import looking

    answers = looking.of_latest_model(looking.served(common.settings_with(), last))
    with on_terminal_or_lines() as progress:
        progress.start("Playing again", min(sample, len(answers)))
        found = looking.judge_answers(answers, sample, seed=seed, battles=battles, told=progress.advance)
    broken = looking.LIMITS.broken(found) if found else []
    if as_json:
        judged = found is not None and looking.LIMITS.can_judge(found)
        facts = asdict(found) if found else {"rows": 0}
        common.echo_json({**facts, "judged": judged, "beyond_limits": broken})
    else:
        _tell_shadow(found, broken)
    if broken:
        raise typer.Exit(1)


def _tell_shadow(found: Figures | None, broken: list[str]) -> None:
    from predictiondex.monitoring.looking import LIMITS

    if found is None:
        typer.echo("There are no predictions in the log that could be played again.")
        return
    typer.echo(f"Predictions of {' '.join(found.model)} played again: {found.rows}")
    typer.echo(f"  root mean squared error  {found.mean_squared_error**0.5:.4f}")
    typer.echo(f"  calibration error        {found.calibration_error:.4f}")
    typer.echo(f"  regret                   {found.regret:.4f}")
    if not LIMITS.can_judge(found):
        typer.echo(f"Too few to judge (from {LIMITS.least_rows} on).")
    else:
        typer.echo("Beyond the limits: " + "; ".join(broken) if broken else "All within the limits.")
