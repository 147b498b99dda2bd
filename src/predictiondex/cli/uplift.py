"""``bench advice``: what following the advice is worth, measured in the reference engine."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from predictiondex.cli import common

EPILOG = "Example: predictiondex bench advice --matchups 300 --battles 4 --json"
GOAL = 0.03


def register(bench: typer.Typer) -> None:
    """Add ``advice`` to the commands that measure."""
    bench.command(name="advice", epilog=EPILOG)(advice)


def advice(
    matchups: Annotated[int, typer.Option(min=2, help="Random legal matchups.")] = 300,
    battles: Annotated[int, typer.Option(min=1, help="Battles of each player in each matchup.")] = 4,
    n: Annotated[
        int, typer.Option("--n", min=16, help="Battles simulated for each move by the advice.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Chooses matchups and luck.")] = 1,
    as_json: common.Json = False,
) -> None:
    """Win rates of a player who follows the advice every turn, of a greedy one and of a toy rule.

    All three play the same matchups with the same seeds against a greedy opponent, in the reference engine.
    Exit 1 when the advice is significantly worse than greed anywhere, or gains less than three points where
    the opening matters.
    """
    from predictiondex.advisor.uplift import measure, summary
    from predictiondex.cli.benching import random_matchups
    from predictiondex.cli.progress import on_terminal_or_lines

    with on_terminal_or_lines() as progress:
        progress.start("Matchups", matchups)
        jobs = random_matchups(matchups, seed)
        played = list(
            measure(jobs, battles=battles, simulations=n, seed=seed, told=lambda: progress.advance())
        )
    parts = summary(played)
    verdict = {"goal_met": goal_met(parts), "worse_somewhere": worse_somewhere(parts)}
    if as_json:
        common.echo_json({"matchups": matchups, "battles": battles, **verdict, "parts": parts})
    else:
        _show(parts)
    if not verdict["goal_met"] or verdict["worse_somewhere"]:
        raise typer.Exit(1)


def goal_met(parts: dict[str, Any]) -> bool:
    """Three points over greedy where the opening matters."""
    part = parts.get("opening_matters")
    return part is None or part["advised_minus_greedy"]["mean"] >= GOAL


def worse_somewhere(parts: dict[str, Any]) -> list[str]:
    """Parts in which the advice is significantly worse than greed."""
    return [name for name, part in parts.items() if part["advised_minus_greedy"]["interval"][1] < 0]


def _show(parts: dict[str, Any]) -> None:
    from rich.table import Table

    columns = ("advised", "greedy", "toy", "advised_minus_greedy", "advised_minus_toy")
    table = Table("part", "matchups", *(name.replace("_", " ") for name in columns))
    for name, part in parts.items():
        table.add_row(name.replace("_", " "), str(part["matchups"]), *(_cell(part[one]) for one in columns))
    common.console().print(table)


def _cell(figure: dict[str, Any]) -> str:
    low, high = (100 * value for value in figure["interval"])
    return f"{100 * figure['mean']:.1f} ({low:.1f} to {high:.1f})"
