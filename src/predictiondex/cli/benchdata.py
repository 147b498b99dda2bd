"""The measurement of ``bench dataset``: labelled matchups a second on one worker and on two."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from predictiondex.cli import common


def register(bench: typer.Typer) -> None:
    """Add ``bench dataset``."""
    bench.command(name="dataset", epilog="Example: predictiondex bench dataset --json")(bench_dataset)


def bench_dataset(
    matchups: Annotated[int, typer.Option(min=100, help="Matchups built for each measurement.")] = 6000,
    battles: Annotated[int, typer.Option(min=1, help="Battles for each opening.")] = 256,
    as_json: common.Json = False,
) -> None:
    """Labelled matchups a second by 1 and by 2 workers, and how well two share the work.

    The start of the workers is not counted; both build the same data, whose hash is the checksum.
    """
    figures = measure(matchups, battles)
    if as_json:
        common.echo_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:<28} {value:,.2f}" if isinstance(value, float) else f"{name:<28} {value}")


def measure(matchups: int, battles: int) -> dict[str, Any]:
    """The figures of ``bench dataset``."""
    from predictiondex.battle import warm_up
    from predictiondex.ml import cluster, features
    from predictiondex.ml.dataset import Recipe, build

    warm_up()
    features.warm_up()
    recipe = Recipe("bench", 1, matchups, battles, partition=250)
    seconds, hashes = [], []
    for count in (1, 2):
        with tempfile.TemporaryDirectory() as folder, cluster.workers(count) as mapper:
            # Every worker loads its compiled code before the clock starts.
            trial = Recipe("bench", 2, 500, 1, partition=250)
            build(trial, Path(folder) / "trial", mapper=mapper, progress=_Silent())
            start = perf_counter()
            manifest = build(recipe, Path(folder) / "data", mapper=mapper, progress=_Silent())
            seconds.append(perf_counter() - start)
            hashes.append(manifest["hash"])
    one, two = (matchups / spent for spent in seconds)
    return {
        "matchups": matchups,
        "rows": manifest["rows"],
        "battles": battles,
        "matchups_per_s_1_worker": one,
        "matchups_per_s_2_workers": two,
        "speedup": two / one,
        "efficiency": two / one / 2,
        "same_data": hashes[0] == hashes[1],
        "checksum": hashlib.sha256(hashes[0].encode()).hexdigest()[:16],
    }


class _Silent:
    """No progress: the clock is running."""

    def start(self, step: str, total: int) -> None:
        """Nothing."""

    def advance(self, units: int = 1) -> None:
        """Nothing."""
