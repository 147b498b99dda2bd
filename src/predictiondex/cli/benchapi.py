"""``bench api``: how fast the service answers, and how much of that is the prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from predictiondex.settings import Settings

#: Requests a second at which latencies are measured.
RATE = 200.0
_MATCHUPS = 100
_DIFFERENT = 60


def register(bench: typer.Typer) -> None:
    """Add ``bench api``."""
    bench.command(name="api", epilog="Example: predictiondex bench api --seconds 10 --json")(bench_api)


def bench_api(
    seconds: Annotated[float, typer.Option(min=0.5, help="How long each figure is measured.")] = 5.0,
    rate: Annotated[float, typer.Option(min=1, help="Requests a second for the latencies.")] = RATE,
    engine: Annotated[
        Literal["model", "simulation"], typer.Option(help="simulation: 1,000 battles a move.")
    ] = "model",
    seed: Annotated[int, typer.Option(min=0, help="Chooses the matchups.")] = 1,
    as_json: common.Json = False,
) -> None:
    """Start the service with one worker in a scratch home and measure it over HTTP on this machine.

    Best-move with four moves a side by the champion model (by simulation where there is none), every
    prediction logged; the most that one worker answers, against a request of the same service that does
    nothing; 6 x 6 matchups; a thousand simulated battles.
    """
    figures = measure(common.settings_with(), seconds=seconds, rate=rate, engine=engine, seed=seed)
    if as_json:
        common.echo_json(figures)
        return
    from rich.table import Table

    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else str(value))
    common.console().print(table)


def measure(settings: Settings, *, seconds: float, rate: float, engine: str, seed: int) -> dict[str, Any]:
    """The figures of ``bench api``; times in milliseconds, as the caller sees them."""
    import asyncio
    import itertools
    import json
    import tempfile
    from statistics import median

    from predictiondex.cli.loading import Answers, as_fast_as_possible, at_rate, post

    settings.home.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=settings.home) as scratch,
        _serving(settings, scratch) as (host, port, server, info),
    ):
        if engine != "simulation" and info["engine"] != "model":
            engine = "simulation"

        def requests(path: str, bodies: Sequence[Any]) -> Iterator[bytes]:
            return itertools.cycle([post(host, path, json.dumps(body).encode()) for body in bodies])

        bodies = _bodies(engine, seed)
        repeated = requests("/predict/best-move", bodies)
        # Another seed is another request, for which no answer is kept.
        different = [{**body, "seed": seed} for seed in range(2, _DIFFERENT + 2) for body in bodies]
        best_move = requests("/predict/best-move", different)
        nothing = requests("/bench/nothing", bodies)
        simulated = requests("/battles/simulate", [_duel(body) for body in bodies])
        matchups = requests("/predict/matchups", _teams(different, engine))

        async def busy(what: Iterator[bytes]) -> tuple[Answers, float]:
            """Answers under full load, and the server's processor time for each in milliseconds."""
            before = _used(server)
            answers = await as_fast_as_possible(host, port, what, seconds / 3)
            return answers, (_used(server) - before) * 1000 / max(1, len(answers.milliseconds))

        async def run() -> dict[str, Any]:
            for what in (best_move, matchups, simulated):
                await as_fast_as_possible(host, port, what, 0.5)
            steady = await at_rate(host, port, best_move, rate, seconds)
            # In turns, so that other work on the machine meets both alike.
            rounds = [[await busy(what) for what in (best_move, repeated, nothing)] for _ in range(3)]
            table = await as_fast_as_possible(host, port, matchups, seconds / 2, 1)
            duel = await as_fast_as_possible(host, port, simulated, seconds / 2, 1)
            (most, most_ms), (again, again_ms), (least, least_ms) = (
                (median(one.per_second for one, _ in each), median(used for _, used in each))
                for each in zip(*rounds, strict=True)
            )
            under_load = [answers for each in rounds for answers, _ in each]
            return {
                "best_move_p50_ms": steady.percentile(0.5),
                "best_move_p99_ms": steady.percentile(0.99),
                "rate": rate,
                "throughput": most,
                "repeated_throughput": again,
                "nothing_throughput": least,
                "ratio": most / least,
                "repeated_ratio": again / least,
                "processor_ms": most_ms,
                "repeated_processor_ms": again_ms,
                "nothing_processor_ms": least_ms,
                "matchups_6x6_p50_ms": table.percentile(0.5),
                "matchups_6x6_p99_ms": table.percentile(0.99),
                "simulation_1000_p50_ms": duel.percentile(0.5),
                "simulation_1000_p99_ms": duel.percentile(0.99),
                "refused": sum(sum(one.refused.values()) for one in (steady, *under_load, table, duel)),
            }

        figures = asyncio.run(run())
    return figures | {"engine": engine, "model": f"{info['name']} {info['version']}", **_environment()}


def _serving(
    settings: Settings, scratch: str
) -> AbstractContextManager[tuple[str, int, int, dict[str, Any]]]:
    """One worker in a home of its own with our models: host, port, process id, what it serves."""
    import contextlib
    from pathlib import Path

    @contextlib.contextmanager
    def run() -> Iterator[tuple[str, int, int, dict[str, Any]]]:
        import shutil

        from predictiondex import etl
        from predictiondex.client import Client
        from predictiondex.stack import processes
        from predictiondex.stack.processes import Child, Service

        home = Path(scratch)
        if settings.models.is_dir():
            shutil.copytree(settings.models, home / "models")
        port = _free_port()
        own = settings.model_copy(
            update={"home": home, "database_url": f"sqlite:///{home / 'bench.db'}", "port": port}
        )
        etl.ensure_loaded(own)
        url = f"http://127.0.0.1:{port}"
        child = Child(
            Service("bench", "The service", _command(), _variables(own), f"{url}/readyz", url, home / "log")
        )
        try:
            with Client(url) as client:
                _wait(client, child, settings.start_timeout)
                yield "127.0.0.1", port, child.pid, client.model_info().model_dump()
        finally:
            processes.stop([child], settings.stop_timeout)

    return run()


def _used(process: int) -> float:
    """Seconds of processor that a process has used so far."""
    import psutil

    times = psutil.Process(process).cpu_times()
    return float(times.user + times.system)


def _command() -> tuple[str, ...]:
    import sys

    return (sys.executable, "-m", "predictiondex.api.bench")


def _variables(own: Settings) -> dict[str, str]:
    return {
        "PDX_HOME": str(own.home),
        "PDX_DATABASE_URL": own.database_url,
        "PDX_HOST": "127.0.0.1",
        "PDX_PORT": str(own.port),
        "PDX_WORKERS": "1",
        "PDX_AUTH": "auto",
        "PDX_SHADOW_BUDGET": "0",
        "PDX_MODEL_SOURCE": "",
        "PDX_LOG_LEVEL": "info",
    }


def _wait(client: Any, child: Any, seconds: float) -> None:
    import time
    from threading import Event

    from predictiondex.client import ApiError, ApiUnavailable
    from predictiondex.errors import StartError

    pause, deadline = Event(), time.monotonic() + seconds
    while True:
        try:
            if client.readiness().ready:
                return
        except (ApiError, ApiUnavailable):
            pass
        if child.exit_code is not None or time.monotonic() > deadline:
            raise StartError(f"The service did not start. {child.log_tail()}")
        pause.wait(0.1)


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _bodies(engine: str, seed: int) -> list[dict[str, Any]]:
    """Requests for best-move: random forms with four random legal moves on both sides."""
    from predictiondex.cli.benching import random_matchups

    def side(one: dict[str, Any]) -> dict[str, Any]:
        return {"pokemon": one["species"], "moves": one["moves"]}

    jobs = [
        job for job in random_matchups(4 * _MATCHUPS, seed) if all(len(job[s]["moves"]) == 4 for s in "ab")
    ]
    return [
        {"you": side(job["a"]), "opponent": side(job["b"]), "engine": engine, "simulations": 1000}
        for job in jobs[:_MATCHUPS]
    ]


def _teams(bodies: Sequence[dict[str, Any]], engine: str) -> list[dict[str, Any]]:
    """Requests for matchups of six against six, 200 battles each where they are simulated."""
    return [
        {
            "you": [one["you"] for one in bodies[start : start + 6]],
            "opponent": [one["opponent"] for one in bodies[start : start + 6]],
            "engine": engine,
            "simulations": 200,
        }
        for start in range(0, len(bodies) // 6, 6)
    ]


def _duel(body: dict[str, Any]) -> dict[str, Any]:
    return {"you": body["you"], "opponent": body["opponent"], "simulations": 1000}


def _environment() -> dict[str, Any]:
    """What the figures depend on."""
    import os
    import platform
    from importlib.metadata import version
    from pathlib import Path

    cpuinfo: Path = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (cpuinfo.read_text().splitlines() if cpuinfo.exists() else [])
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "uvicorn": version("uvicorn"),
    }
