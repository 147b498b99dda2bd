"""``predictions``: what the prediction log holds, and how it is kept from growing for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common
from predictiondex.cli.progress import on_terminal_or_lines

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from predictiondex.store import Predictions

app = typer.Typer(help="The prediction log: what it holds, and what of it is kept.", no_args_is_help=True)

#: The watcher looks back six hours; a day leaves drift and shadow scores something to look at.
_LEAST_DAYS = 1


@app.command(epilog="Example: predictiondex predictions show --json")
def show(as_json: common.Json = False) -> None:
    """Tell how many predictions are logged, from when to when, and how many were told of."""
    with _log() as log:
        found = log.extent()
    if as_json:
        common.echo_json(
            {
                "predictions": found.predictions,
                "oldest": found.oldest and found.oldest.isoformat(),
                "newest": found.newest and found.newest.isoformat(),
                "told": found.told,
            }
        )
    elif found.oldest is None or found.newest is None:
        typer.echo("No prediction is logged yet.")
    else:
        typer.echo(
            f"{_many(found.predictions)} from {_moment(found.oldest)} to {_moment(found.newest)}; "
            f"how the battle ended was told of {found.told:,}."
        )


@app.command(epilog="Example: predictiondex predictions delete --older-than 90 --dry-run")
def delete(
    older_than: Annotated[
        int, typer.Option(min=_LEAST_DAYS, max=36_500, metavar="DAYS", help="Age from which on they go.")
    ],
    told: Annotated[
        bool, typer.Option("--told", help="Also those of which was told how the battle ended, with that.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell how many there are, delete none.")] = False,
    as_json: common.Json = False,
) -> None:
    """Delete old predictions. The service may run meanwhile, and goes on logging.

    PostgreSQL and SQLite use the room again for new predictions; their files do not shrink by it.
    """
    from datetime import UTC, datetime, timedelta

    before = datetime.now(UTC) - timedelta(days=older_than)
    with _log() as log:
        count = log.count_older(before, told=told)
        if not dry_run and count:
            count = _delete(log, before, count, told=told)
    if as_json:
        common.echo_json({"before": before.isoformat(), "predictions": count, "deleted": not dry_run})
        return
    what = "would be deleted" if dry_run else "deleted"
    typer.echo(f"{_many(count)} made before {_moment(before)} {what}.")


def _delete(log: Predictions, before: datetime, count: int, *, told: bool) -> int:
    """Delete them one short transaction after the other; how many it were."""
    deleted = 0
    with on_terminal_or_lines() as progress:
        progress.start("Deleting predictions", count)
        while gone := log.delete_older(before, told=told):
            progress.advance(gone)
            deleted += gone
    return deleted


def _log() -> AbstractContextManager[Predictions]:
    """The log of the database that is set."""
    from predictiondex import store

    return store.prediction_log(common.settings_with().database_url)


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _many(predictions: int) -> str:
    return f"{predictions:,} prediction{'' if predictions == 1 else 's'}"
