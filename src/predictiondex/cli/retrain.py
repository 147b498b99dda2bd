"""``retrain``: the loop from traffic to a new champion."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines
from predictiondex.cli.training import take_over

if TYPE_CHECKING:
    from predictiondex.monitoring.retrain import Result
    from predictiondex.settings import Settings

CORES = os.cpu_count() or 1


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog="Example: predictiondex retrain --auto")(retrain)


def retrain(
    auto: Annotated[
        bool, typer.Option("--auto", help="Only on drift or figures beyond their limits, after a cool-down.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done and why.")] = False,
    cool_down: Annotated[
        float, typer.Option(min=0, max=87_600, help="Hours between two retrainings of --auto.")
    ] = 6.0,
    last: Annotated[int, typer.Option(min=1, help="How many of the latest requests.")] = 1000,
    profile: Annotated[
        Literal["quick", "full"] | None, typer.Option(help="Default: the profile of the champion.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes of this machine.")] = CORES,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the API to serve it.")] = 30.0,
    track: Annotated[bool, typer.Option("--track/--no-track", help="Record it in MLflow.")] = True,
    as_json: common.Json = False,
) -> None:
    """Learn from the crowd that came: dataset, challenger, gate, champion; back again where it does not help.

    Exit code 1: trained, but refused by the gate or rolled back.
    """
    from datetime import timedelta

    from predictiondex.battle import warm_up
    from predictiondex.ml import dataset, features
    from predictiondex.ml.registry import Registry
    from predictiondex.monitoring import retrain as loop

    settings = common.settings_with()
    if not dry_run:
        take_over(Registry(settings.models))
    warm_up()
    features.warm_up()
    seed = loop.fresh_seed(Registry(settings.models))
    plan = loop.Plan(
        last=last,
        seed=seed,
        workers=workers,
        cool_down=timedelta(hours=cool_down),
        dry_run=dry_run,
        only_if_needed=auto,
        recipe=dataset.recipe(profile, seed) if profile else None,
    )
    with on_terminal_or_lines() as progress:
        result = loop.run(settings, plan, progress=progress)
    trained = result.action in ("promoted", "refused", "rolled back", "superseded")
    if trained and track:
        typer.echo(loop.track(settings, result), err=True)
    live = _await_live(settings, result, wait) if result.action == "promoted" else None
    if as_json:
        common.echo_json({**result.facts(), "live": live})
    else:
        _tell(result, live)
    if result.action in ("refused", "rolled back", "superseded"):
        raise typer.Exit(1)


def _await_live(settings: Settings, result: Result, seconds: float) -> bool | None:
    """Whether the API came to serve the new champion in time; ``None`` where no API answers."""
    import time

    from predictiondex.client import ApiError, ApiUnavailable, Client

    until = time.monotonic() + seconds
    with Client(common.api_address(settings), api_key=settings.api_key or None) as client:
        while True:
            try:
                if client.model_info().version == result.version:
                    return True
            except (ApiError, ApiUnavailable):
                return None
            if time.monotonic() > until:
                return False
            time.sleep(0.2)


def _intent(result: Result) -> str:
    """What would be done without --dry-run, and why."""
    plan = result.details
    why = "; ".join(result.reasons)
    if plan["signs"]:
        why = f"you ask for it, nothing else speaks for it: {plan['signs']}"
    return (
        f"this would train a challenger ({plan['profile']} profile), half of it on matchups like the "
        f"{plan['requests']} latest requests, and make it champion in place of version {plan['champion']} "
        f"if the gate lets it through; the reason: {why}."
    )


def _tell(result: Result, live: bool | None) -> None:
    from predictiondex.monitoring.looking import LIMITS

    before, after = result.signals.figures, result.after
    action = "nothing to do" if result.action == "none" else result.action
    said = _intent(result) if result.action == "dry-run" else "; ".join(result.reasons)
    typer.echo(f"{action.capitalize()}: {said}")
    for when, found in (("before", before), ("after", after)):
        if found:
            rmse, calibration = found.mean_squared_error**0.5, found.calibration_error
            few = "" if LIMITS.can_judge(found) else ", too few to judge"
            typer.echo(
                f"  {when:<6}  RMSE {rmse:.4f}, calibration error {calibration:.4f}"
                f" (requests played again: {found.rows}{few})"
            )
    if live is not None:
        typer.echo("The API serves it." if live else "The API does not serve it yet.")
