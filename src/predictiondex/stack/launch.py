"""Bringing the nine services up: what has to be so before, the start, and waiting until all is well."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from predictiondex.errors import StartError
from predictiondex.stack import images, ports
from predictiondex.stack.compose import ONE_SHOT, SERVICES, Compose, Container, checked, meaning
from predictiondex.stack.envfile import PORTS, Variables

#: Images that are not built here.
UPSTREAM: Final = {
    "db": "postgres:15",
    "prometheus": "prom/prometheus:v2.47.0",
    "grafana": "grafana/grafana:10.1.0",
    "node-exporter": "prom/node-exporter:v1.6.1",
}
POLL_SECONDS: Final = 1.0
_PULL_SECONDS: Final = 900.0
#: A lasting service may end and come back this many seconds before that counts as a failure.
_GRACE: Final = 60.0
#: What Docker calls processors -> what its images are labelled with.
_PROCESSORS: Final = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}

Tell = Callable[[str], None]


def demand_ports(compose: Compose, variables: Variables, without: Iterable[str]) -> None:
    """Raise :class:`StartError` where a port is taken by anything but this project's own container."""
    ours = {name for name, container in compose.containers().items() if container.state == "running"}
    problems = []
    for name, (service, _) in PORTS.items():
        port = variables.port(service)
        if service in ours or service in without or ports.claimable(variables.host, port):
            continue
        owner = ports.owner_of(port)
        by = f" by {owner}" if owner else ""
        problems.append(f"Port {port} for {service} is taken{by}: set {name}={port + 10} in {variables.path}")
    if problems:
        raise StartError(f"{'. '.join(problems)}.")


def demand_space() -> None:
    """Raise :class:`StartError` where Docker's own folder has no room for the images."""
    folder = Path(checked(["docker", "info", "--format", "{{.DockerRootDir}}"], Path.cwd()).strip())
    if not folder.is_dir():
        return  # Docker Desktop, or a daemon elsewhere
    free = shutil.disk_usage(folder).free
    if free < images.NEEDED:
        raise StartError(
            f"{folder} has {free / 1e9:.1f} GB free; the images need {images.NEEDED / 1e9:.0f}. "
            "`docker system prune` and `docker builder prune` free what is no longer used."
        )


def pull(root: Path, without: Iterable[str], tell: Tell) -> None:
    """Have every image that is not built here. Raises :class:`StartError` naming one that cannot be had."""
    for service, image in UPSTREAM.items():
        if service in without or _present(image):
            continue
        tell(f"Pulling {image}")
        try:
            checked(["docker", "pull", "--quiet", image], root, _PULL_SECONDS)
        except StartError as error:
            raise StartError(
                f"The image {image} of {service} cannot be pulled; is the registry reachable? "
                f"To start without it: --without {service}.\n{error.message}"
            ) from error


def demand_processor(prefix: str, tag: str, without: Iterable[str]) -> None:
    """Raise :class:`StartError` where an image was made for another processor than the daemon's."""
    told = checked(["docker", "info", "--format", "{{.Architecture}}"], Path.cwd()).strip()
    here = _PROCESSORS.get(told, told)
    upstream = [image for service, image in UPSTREAM.items() if service not in without]
    for image in [*upstream, *(f"{prefix}/{name}:{tag}" for name in images.IMAGES)]:
        made_for = checked(["docker", "image", "inspect", image, "--format", "{{.Architecture}}"], Path.cwd())
        if made_for.strip() != here:
            raise StartError(
                f"{image} is for {made_for.strip()}, this machine's Docker runs on {here}: remove it "
                f"(`docker rmi {image}`) and build or pull it here."
            )


def up(compose: Compose, without: Iterable[str]) -> None:
    """Start the services; returns once Compose has started what waits for nothing more."""
    wanted = [service for service in SERVICES if service not in without]
    try:
        compose("up", "--detach", "--no-build", *wanted, seconds=None)
    except StartError as error:
        for container in compose.containers().values():
            if container.lost:
                told = f"{container.service} {container.text}. The end of its log:\n{compose.logs(container)}"
                raise StartError(f"{told}\n{meaning(told)}".strip()) from error
        raise


def wait(compose: Compose, *, without: Iterable[str], seconds: float, tell: Tell) -> dict[str, float]:
    """Wait until every service is well; seconds that each took from now.

    Raises :class:`StartError` when one is lost or not well in time: which, its state, the end of its log.
    """
    wanted = [service for service in SERVICES if service not in without]
    started = time.monotonic()
    took: dict[str, float] = {}
    lost_since: dict[str, float] = {}
    while True:
        now = time.monotonic() - started
        containers = compose.containers()
        missing = [service for service in wanted if service not in containers or not containers[service].well]
        took |= {service: now for service in wanted if service not in missing and service not in took}
        if not missing:
            return took
        tell("Waiting for " + ", ".join(_state(service, containers.get(service)) for service in missing))
        for service in missing:
            container = containers.get(service)
            if container is None or not (container.lost or container.state == "restarting"):
                lost_since.pop(service, None)
                continue
            since = lost_since.setdefault(service, now)
            if now - since > (0 if service in ONE_SHOT and container.lost else _GRACE):
                raise StartError(_complaint(compose, service, "does not stay up"))
        if now > seconds:
            raise StartError(
                _complaint(compose, missing[0], f"is not well after {seconds:.0f} s (--timeout)")
            )
        time.sleep(POLL_SECONDS)


def _complaint(compose: Compose, service: str, what: str) -> str:
    container = compose.containers().get(service)
    if container is None:
        return f"{service} {what}: it was never created."
    log = compose.logs(container)
    lines = [f"{service} {what} ({container.text}). {meaning(log)}".rstrip(), f"The end of its log:\n{log}"]
    return "\n".join(lines)


def _state(service: str, container: Container | None) -> str:
    return f"{service} ({container.text if container else 'not created'})"


def _present(image: str) -> bool:
    asked = subprocess.run(  # noqa: S603
        ["docker", "image", "inspect", image],  # noqa: S607
        check=False, capture_output=True,
    )  # fmt: skip
    return asked.returncode == 0
