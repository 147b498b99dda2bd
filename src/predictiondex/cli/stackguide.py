"""``stack guide``: the start of the stack in six steps, each explained before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from predictiondex.cli import stacksteps

if TYPE_CHECKING:
    from predictiondex.stack.envfile import Variables

#: Requests of the metrics step: enough for every panel to show something.
REQUESTS = 40


class Guide:
    """The six steps. ``yes``: go on without asking."""

    def __init__(self, env_file: Path | None, without: frozenset[str], *, yes: bool, timeout: float) -> None:
        self.env_file = env_file
        self.without = without
        self.yes = yes
        self.timeout = timeout

    def run(self) -> None:
        """All six; a step that fails ends the guide with what to do, exit code 1."""
        self._step(1, "Docker", "Is Docker there, and does its daemon run?")
        self._docker()
        self._step(2, "Build", "Passwords into .env where it is missing; upstream images; our five images.")
        compose, variables = stacksteps.prepare(self.env_file, self.without, build=None, tell=typer.echo)
        self._step(3, "Start", "All services; the first time a model is trained, which takes minutes.")
        took = stacksteps.launch_all(compose, self.without, timeout=self.timeout, tell=typer.echo)
        self._step(4, "Validate", "Every service is asked from outside.")
        checks = stacksteps.validate_all(compose, variables, self.without, patience=60)
        well = stacksteps.report(checks, verbose=True)
        self._step(5, "Metrics", f"{REQUESTS} predictions, so that the dashboards have something to show.")
        answered = ask_for_predictions(variables)
        typer.echo(f"{answered} of {REQUESTS} answered.")
        self._step(6, "Summary", "")
        typer.echo(f"{len(took)} services are up.")
        typer.echo(stacksteps.addresses(variables, self.without))
        if not well or answered < REQUESTS:
            raise typer.Exit(1)

    def _docker(self) -> None:
        from predictiondex.stack.compose import checked, demand_docker

        demand_docker()
        form = "Docker {{.Server.Version}} on {{.Server.Os}}/{{.Server.Arch}}"
        typer.echo(checked(["docker", "version", "--format", form], Path.cwd()).strip())

    def _step(self, number: int, title: str, text: str) -> None:
        typer.echo(f"\n[{number}/6] {title}")
        if text:
            typer.echo(f"      {text}")
            if not self.yes and not typer.confirm("      Go on?", default=True):
                typer.echo("Stopped here. Nothing that runs was touched; the guide can be begun again.")
                raise typer.Exit(1)


def ask_for_predictions(variables: Variables) -> int:
    """Ask the API the same question again and again; how many answers came."""
    import httpx

    from predictiondex.stack.validate import QUESTION

    headers = {"X-API-Key": variables.values["PDX_API_KEY"]}
    with httpx.Client(base_url=variables.url("api"), headers=headers, timeout=15, trust_env=False) as client:
        answers = [client.post("/predict/best-move", json=QUESTION) for _ in range(REQUESTS)]
    return sum(answer.is_success for answer in answers)
