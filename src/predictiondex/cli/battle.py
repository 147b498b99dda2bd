"""``simulate``, ``replay`` and ``bench battle``: the battle rules at work, and held against the reference."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from predictiondex.cli import benchapi, benchdata, common, uplift

bench = typer.Typer(help="Measure how fast the parts are.", no_args_is_help=True)

_SIMULATE = (
    "Example: predictiondex simulate --jobs jobs.jsonl.gz --n 1000 --seed 7 > results.jsonl\n\n"
    'Example: echo \'{"a": {"species": "Pikachu", "moves": ["surf"]}, "b": {"species": "Onix", '
    '"moves": ["tackle"]}}\' | predictiondex simulate --jobs -'
)
_REPLAY = "Example: predictiondex replay --traces traces.jsonl.gz"
_BENCH = "Example: predictiondex bench battle --against-showdown --json"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=_SIMULATE)(simulate)
    app.command(epilog=_REPLAY)(replay)
    uplift.register(bench)
    benchdata.register(bench)
    benchapi.register(bench)
    app.add_typer(bench, name="bench")


def simulate(
    jobs: Annotated[str, typer.Option(metavar="FILE", help="Job lines (.gz too, - is standard input).")],
    n: Annotated[int, typer.Option("--n", min=1, help="Battles for each job.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same counts.")] = 1,
) -> None:
    """Play each job's matchup many times by its policies and write one JSON line with the counts."""
    from predictiondex.advisor.jobs import simulate_job
    from predictiondex.cli.jobs import answer_all

    answer_all(jobs, lambda job, line: simulate_job(job, n=n, seed=line), seed=seed, title="Battles")


def replay(
    traces: Annotated[
        str, typer.Option(metavar="FILE", help="Recorded battles (.gz too, - is standard input).")
    ],
    keep_going: Annotated[bool, typer.Option(help="Go on after a line that cannot be read.")] = False,
) -> None:
    """Replay recorded battles of the reference engine seed for seed; exit 1 on any difference."""
    from predictiondex.cli.replaying import replay_file

    figures, clean = replay_file(traces, "--traces", keep_going=keep_going)
    common.echo_json(figures)
    if not clean:
        raise typer.Exit(1)


@bench.command(name="battle", epilog=_BENCH)
def bench_battle(
    against_showdown: Annotated[
        bool,
        typer.Option("--against-showdown", help="Also time the reference engine (installs it with npm)."),
    ] = False,
    matchups: Annotated[int, typer.Option(min=1, help="Random matchups, the same for both engines.")] = 60,
    seconds: Annotated[float, typer.Option(min=0.5, help="About how long each engine plays.")] = 5.0,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the matchups.")] = 1,
    as_json: common.Json = False,
) -> None:
    """Battles per second on one core and on two, greedy against greedy."""
    from predictiondex.cli.benching import measure

    figures = measure(matchups=matchups, seconds=seconds, seed=seed, reference=against_showdown)
    if as_json:
        common.echo_json(figures)
        return
    _show(figures)


def _show(figures: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else str(value))
    common.console().print(table)
