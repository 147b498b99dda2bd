"""``traffic``: requests like those of players, for dashboards, alerts and load."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.monitoring.traffic import Tally

_EPILOG = (
    "Example: predictiondex traffic --mode burst --duration 10\n\n"
    "Example: predictiondex traffic --env-file .env --mode spike"
)
#: Seconds between two lines of figures where there is no terminal.
_LINES_EVERY = 10.0


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=_EPILOG)(traffic)


def traffic(
    mode: Annotated[
        Literal["realistic", "burst", "spike"],
        typer.Option(
            help="realistic: 50-100 requests a minute; burst: 200-500; spike: 100-300 with peaks of 50."
        ),
    ] = "realistic",
    duration: Annotated[
        float, typer.Option(min=0.01, max=1440, help="Minutes that it lasts; Ctrl-C ends it earlier.")
    ] = 5.0,
    api_url: Annotated[
        str | None, typer.Option(help="Address of the API (default: PDX_API_URL, or what `up` runs here).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the requests.")] = 1,
    shift: Annotated[
        bool, typer.Option("--shift", help="Other species and levels than in training, to provoke drift.")
    ] = False,
    api_key: Annotated[
        str | None, typer.Option(help="Sent as X-API-Key where one is asked for (default: PDX_API_KEY).")
    ] = None,
    env_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The Docker stack's .env: its address and its key, unless given."),
    ] = None,
    as_json: common.Json = False,
) -> None:
    """Send requests like those of players: predictions, reading, and mistakes made on purpose.

    Shows figures as it goes and a summary in the end. Exit code 1: something was answered otherwise than it
    should have been.
    """
    import signal

    from predictiondex.monitoring.traffic import Traffic

    # A shell that starts programs in the background has them ignore Ctrl-C; it still ends this one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    url, key = _service(api_url, api_key, env_file)
    with Traffic(url, mode, seed=seed, shift=shift, api_key=key or None) as crowd:
        _show_start(url, mode, duration)
        with _live() as (tell, every):
            tally = crowd.run(60 * duration, lambda now: tell(figures(now)), every)
    facts = {"mode": mode, "api_url": url, "seed": seed, "shift": shift, **tally.facts()}
    if as_json:
        common.echo_json(facts)
    else:
        _show(facts)
        if set(facts["statuses"]) == {"0"}:
            typer.echo(f"Nothing answers at {url}: is it started (`up`), and is that its address?", err=True)
    if facts["unexpected"] or not facts["requests"]:
        raise typer.Exit(1)


def _service(api_url: str | None, api_key: str | None, env_file: Path | None) -> tuple[str, str]:
    """Address of the API and the key to ask it with."""
    if env_file is not None:
        from predictiondex.stack import envfile

        variables = envfile.read(env_file)
        api_url, api_key = api_url or variables.url("api"), api_key or variables.values["PDX_API_KEY"]
    settings = common.settings_with(api_url=api_url, api_key=api_key)
    return common.api_address(settings), settings.api_key


@contextlib.contextmanager
def _live() -> Iterator[tuple[Callable[[str], None], float]]:
    """Where the figures of the moment go, and how often: a line that changes, or lines for a log."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda text: typer.echo(text, err=True), _LINES_EVERY
        return
    with console.status("waiting for the first answers") as status:
        yield status.update, 0.5


def figures(tally: Tally) -> str:
    """The figures of this moment in one line."""
    facts = tally.facts()
    latency = facts["latency_ms"]
    return (
        f"{facts['requests']} requests, {facts['per_minute']:.0f}/min, "
        f"P50 {latency['p50']:.0f} ms, P99 {latency['p99']:.0f} ms, unexpected {facts['unexpected']}"
    )


def _show_start(url: str, mode: str, duration: float) -> None:
    typer.echo(f"Traffic to {url}: {mode}, {duration:g} minutes. Ctrl-C ends it.", err=True)


def _show(facts: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table("figure", "value", title=f"{facts['mode']}: {facts['seconds']} s")
    table.add_row("requests", str(facts["requests"]))
    table.add_row("throughput", f"{facts['per_minute']} a minute")
    for kind, count in facts["kinds"].items():
        share = 100 * count / max(facts["requests"], 1)
        table.add_row(f"  {kind}", f"{count} ({share:.0f} %)")
    for status, count in facts["statuses"].items():
        table.add_row("no answer" if status == "0" else f"status {status}", str(count))
    for name, value in facts["latency_ms"].items():
        table.add_row(f"latency {name}", f"{value} ms")
    if facts["peaks"]:
        table.add_row("peaks", str(facts["peaks"]))
    table.add_row("unexpected", str(facts["unexpected"]))
    console = common.console()
    console.print(table)
    for what, count in facts["unexpected_by"].items():
        console.print(f"  {count} x {what}")
