"""``up``, ``down`` and ``check``: the running system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common
from predictiondex.cli.tables import Column, fitting

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from predictiondex.stack.embedded import Session
    from predictiondex.stack.health import Finding


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example: predictiondex up --port 8010 --ui-port 8511")(up)
    app.command(epilog="Example: predictiondex down")(down)
    app.command(epilog="Example: predictiondex check --json")(check)


def up(
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Start the API alone.")] = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the API (default: 8000).", min=1, max=65535)
    ] = None,
    ui_port: Annotated[
        int | None, typer.Option(help="Port of the page (default: 8501).", min=1, max=65535)
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
) -> None:
    """Start the API and the page on this machine; Ctrl-C stops both.

    Migrates the database and loads the Pokédex where that is still to do. Logs go to files.
    """
    import time

    from predictiondex.stack.embedded import Session

    started = time.monotonic()
    settings = common.settings_with(port=port, ui_port=ui_port, host=host)
    console = common.console()
    with Session(settings, with_ui=not no_ui) as session:
        with common.steps(console) as tell:
            ready = session.start(tell)
        if ready:
            console.print(announcement(session, time.monotonic() - started), soft_wrap=True)
            if session.train_first():
                console.print(
                    "A first model is being trained in the background (minutes); until then simulation "
                    f"answers. Its log: {settings.logs / 'train.log'}",
                    soft_wrap=True,
                )
            session.watch()
        console.print("Stopping ...")
    freed = [settings.port] if no_ui else [settings.port, settings.ui_port]
    console.print(
        f"Stopped. Free again: port{'s' if len(freed) > 1 else ''} {' and '.join(map(str, freed))}."
    )


def announcement(session: Session, seconds: float) -> str:
    """What to tell once everything serves."""
    lines = [f"[bold green]Ready[/] after {seconds:.1f} s."]
    if session.ui:
        lines.append(f"  Page  [bold]{session.ui.url}[/]")
    lines.append(f"  API   [bold]{session.api.url}[/] (try {session.api.url}/docs)")
    lines.append(f"  Logs  {session.settings.logs}")
    lines.append("Ctrl-C stops it.")
    return "\n".join(lines)


def down() -> None:
    """Stop what `up` started from the same home, also from another terminal."""
    from predictiondex.stack import state

    stopped = state.stop_running(common.settings_with())
    if stopped is None:
        typer.echo("Nothing is running here.")
    else:
        typer.echo(f"Stopped the system at {stopped.api_url}.")


def check(
    api_url: Annotated[str | None, typer.Option(help="Address of the API (default: this machine).")] = None,
    ui_url: Annotated[str | None, typer.Option(help="Address of the page (default: this machine).")] = None,
    no_ui: Annotated[bool, typer.Option("--no-ui", help="Do not ask the page.")] = False,
    as_json: common.Json = False,
) -> None:
    """Ask the running system how it is; exit code 1 when any part does not answer well."""
    from dataclasses import asdict

    from predictiondex.stack import health, state

    settings = common.settings_with(api_url=api_url)
    running = None if api_url else state.read(settings)
    api = running.api_url if running else settings.api_url
    page = ui_url or (running.ui_url if running else settings.ui_url)
    findings = health.check(api, None if no_ui else page)
    well = all(finding.ok for finding in findings)
    if as_json:
        common.echo_json({"ok": well, "checks": [asdict(finding) for finding in findings]})
    else:
        console = common.console()
        console.print(health_table(console, findings))
        if not any(finding.ok for finding in findings):
            typer.echo("Nothing answers: is it started? (`up`)", err=True)
    if not well:
        raise typer.Exit(1)


def health_table(console: Console, findings: list[Finding]) -> Table:
    """The findings as a table."""
    from rich import box
    from rich.markup import escape

    columns = [
        Column(""),
        Column("What"),
        Column("Answer", wraps=True),
        Column("Time", right=True, spare=2),
        Column("Address", spare=1),
    ]
    rows = [
        (
            "[green]ok[/]" if finding.ok else "[red]no[/]",
            escape(finding.name),
            escape(finding.detail),
            f"{finding.milliseconds:.0f} ms",
            escape(finding.url),
        )
        for finding in findings
    ]
    return fitting(console, columns, rows, box=box.SIMPLE)
