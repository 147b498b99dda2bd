"""A Docker for the tests: the one that runs here, or a daemon with stand-ins for upstream images.

Where no daemon answers, one is started on Debian by root: ``docker.io`` from Debian, Compose and Buildx from
the next suite (this one has none), in a mount namespace of its own whose mounts are shared, so that
node-exporter's view of the host's root works. No image registry is asked then; ``docker/standins/`` has
images of the same names, made of Debian's packages. What the daemon keeps lies in the cache folder, so that a
second run builds little.

    python -m tests.stack.daemon prepare    have all of it, and the five images, ready
    python -m tests.stack.daemon stop       end the daemon
    python -m tests.stack.daemon env        the variables with which `docker` finds it

Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.components import load_components

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "predictiondex" / "stack-test"
SOCKET = Path("/run/predictiondex-docker.sock")
PID_FILE = Path("/run/predictiondex-docker.pid")
STANDINS = ROOT / "docker" / "standins"
#: Stand-in -> its Dockerfile's ending. The first one is made by mmdebstrap, the others from it.
BASE = "python:3.11-slim"
UPSTREAM = {
    "postgres:15": "postgres",
    "prom/prometheus:v2.47.0": "prometheus",
    "prom/node-exporter:v1.6.1": "node-exporter",
}
#: Where Compose and Buildx come from: the suite after the one that has the daemon.
SUITE = "trixie"
PLUGINS = ("docker-compose", "docker-buildx")
#: Compose as it was until 2021, with what it imports.
OLDER = (
    "docker-compose",
    *(
        f"python3-{name}"
        for name in (
            "attr", "certifi", "chardet", "distro", "distutils", "docker", "dockerpty", "docopt", "dotenv",
            "idna", "jsonschema", "packaging", "pkg-resources", "pyrsistent", "requests", "six", "texttable",
            "urllib3", "websocket", "yaml",
        )
    ),
)  # fmt: skip
START_SECONDS = 60.0


class Unavailable(Exception):
    """No Docker can be had here; the message says why."""


@dataclass(frozen=True)
class Docker:
    """How to reach it. ``standins``: upstream images are stand-ins, and there is no Grafana."""

    environment: dict[str, str]
    standins: bool


def ready() -> Docker:
    """A Docker that answers, with every upstream image there is for it. Raises :class:`Unavailable`."""
    if answers({}):
        return Docker({}, standins=False)
    with alone():
        environment = {"DOCKER_HOST": f"unix://{SOCKET}", "DOCKER_CONFIG": str(CACHE / "config")}
        fetch_plugins()
        if not answers(environment):
            start(environment)
        make_standins(environment)
        return Docker(environment, standins=True)


def answers(environment: dict[str, str]) -> bool:
    """Whether a daemon answers there."""
    if shutil.which("docker") is None:
        return False
    return (
        run("docker", "version", "--format", "{{.Server.Version}}", environment=environment).returncode == 0
    )


def start(environment: dict[str, str]) -> None:
    """Start the daemon; it outlives this process until :func:`stop`."""
    if load_components()["docker"].find() is None:
        raise Unavailable(
            "no Docker answers, and dockerd or mmdebstrap is not installed (Debian: docker.io mmdebstrap)"
        )
    if os.geteuid() != 0:
        raise Unavailable("no Docker answers, and only root can start a daemon")
    script = 'mount --make-rshared / && exec dockerd "$@"'
    options = (
        "--data-root",
        CACHE / "data",
        "--exec-root",
        "/run/predictiondex-docker",
        "--pidfile",
        PID_FILE,
    )
    command = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        script,
        "dockerd",
        *map(str, options),
        "--host",
        f"unix://{SOCKET}",
    ]
    log = CACHE / "dockerd.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True
        )
    until = time.monotonic() + START_SECONDS
    while not answers(environment):
        if process.poll() is not None or time.monotonic() > until:
            process.terminate()
            process.wait()
            raise Unavailable(f"dockerd does not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
    leave_running(process)
    clear(environment)


def leave_running(process: subprocess.Popen[bytes]) -> None:
    """Let a process outlive this one; where it ends sooner, it is waited for.

    A ``Popen`` that is merely dropped warns that its process still runs, in the middle of whatever test
    happens then, and leaves a zombie.
    """
    threading.Thread(target=process.wait, daemon=True).start()


def clear(environment: dict[str, str]) -> None:
    """Remove what a killed run left: its containers would come back with the daemon."""
    found = run(
        "docker",
        "ps",
        "--all",
        "--quiet",
        "--filter",
        "label=com.docker.compose.project",
        environment=environment,
    )
    if found.stdout.split():
        run("docker", "rm", "--force", "--volumes", *found.stdout.split(), environment=environment)


def stop() -> None:
    """End the daemon that :func:`start` started, if it runs."""
    try:
        number = int(PID_FILE.read_text())
    except (OSError, ValueError):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGTERM)
    until = time.monotonic() + START_SECONDS
    while PID_FILE.exists() and time.monotonic() < until:
        time.sleep(0.1)


def fetch_plugins() -> None:
    """Compose and Buildx beside the Docker client, from Debian's packages, unpacked and not installed."""
    target = CACHE / "config" / "cli-plugins"
    if all((target / name).exists() for name in PLUGINS):
        return
    if shutil.which("apt-get") is None:
        raise Unavailable("no Docker answers, and Compose can be fetched on Debian only")
    work = CACHE / "apt"
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("lists/partial", "archives/partial", "root"):
        (work / folder).mkdir(parents=True)
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (work / "sources.list").write_text(f"deb [signed-by={keys}] http://deb.debian.org/debian {SUITE} main\n")
    settings = {
        "Dir::State::lists": work / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": work,
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "APT::Sandbox::User": "root",
    }
    options = [f"--option={name}={value}" for name, value in settings.items()]
    must("apt-get", *options, "update", "-qq")
    must("apt-get", *options, "download", "-qq", *PLUGINS, folder=work)
    for package in work.glob("*.deb"):
        must("dpkg-deb", "--extract", str(package), str(work / "root"))
    target.mkdir(parents=True, exist_ok=True)
    for name in PLUGINS:
        shutil.move(work / "root/usr/libexec/docker/cli-plugins" / name, target / name)
    shutil.rmtree(work)


def fetch_older_compose() -> Path:
    """The Compose of before, from Debian's packages, unpacked and not installed.

    Raises :class:`Unavailable`.
    """
    program = CACHE / "older" / "docker-compose"
    if program.exists():
        return program
    if shutil.which("apt-get") is None:
        raise Unavailable("the older docker-compose can be fetched on Debian only")
    shutil.rmtree(program.parent, ignore_errors=True)
    program.parent.mkdir(parents=True)
    must("apt-get", "--option=APT::Sandbox::User=root", "download", "-qq", *OLDER, folder=program.parent)
    root = program.parent / "root"
    for package in program.parent.glob("*.deb"):
        must("dpkg-deb", "--extract", str(package), str(root))
        package.unlink()
    modules = f"{root}/usr/lib/python3/dist-packages"
    started = f'PYTHONPATH="{modules}" exec /usr/bin/python3 "{root}/usr/bin/docker-compose" "$@"'
    program.write_text(f"#!/bin/sh\n{started}\n")
    program.chmod(0o755)
    return program


def make_standins(environment: dict[str, str]) -> None:
    """The images that a registry would give, made of Debian's packages."""
    if run("docker", "image", "inspect", BASE, environment=environment).returncode:
        packages = "ca-certificates,python3,python3-venv,python3-pip"
        links = " && ".join(
            f'ln -s /usr/bin/python3 "$1/usr/local/bin/{name}"' for name in ("python", "python3")
        )
        tidy = f'{links} && rm -f "$1"/usr/lib/python3.*/EXTERNALLY-MANAGED'
        exclude = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale")]
        archive = CACHE / "base.tar"
        must(
            "mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}", *exclude,
            f"--customize-hook={tidy}", "bookworm", str(archive),
        )  # fmt: skip
        changes = ("--change", 'CMD ["python3"]', "--change", "ENV LANG=C.UTF-8")
        must("docker", "import", *changes, str(archive), BASE, environment=environment)
        archive.unlink()

    def build(image: str) -> None:
        command = (
            "docker",
            "build",
            "--quiet",
            "--file",
            f"Dockerfile.{UPSTREAM[image]}",
            "--tag",
            image,
            ".",
        )
        must(*command, environment=environment, folder=STANDINS)

    with ThreadPoolExecutor(len(UPSTREAM)) as pool:
        list(pool.map(build, UPSTREAM))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time on this machine, whatever checkout it is for."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(
    *command: str, environment: dict[str, str] | None = None, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a program and tell how it ended."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        check=False,
        capture_output=True,
        text=True,
    )


def must(*command: str, environment: dict[str, str] | None = None, folder: Path = ROOT) -> str:
    """Run a program that has to succeed. Raises :class:`Unavailable` with what it said."""
    done = run(*command, environment=environment, folder=folder)
    if done.returncode:
        raise Unavailable(f"{' '.join(command[:3])} failed:\n{(done.stderr + done.stdout)[-2000:]}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Command line of this module."""
    if arguments == ["stop"]:
        stop()
        return 0
    if arguments not in (["prepare"], ["env"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        docker = ready()
    except Unavailable as error:
        print(f"No stack test: {error}", file=sys.stderr)
        return 1
    for name, value in docker.environment.items():
        print(f"export {name}={value}")
    if arguments == ["prepare"]:
        build = [
            sys.executable,
            "-m",
            "predictiondex",
            "stack",
            "build",
            "--env-file",
            str(CACHE / "build.env"),
        ]
        return subprocess.run(
            build, cwd=ROOT, env={**os.environ, **docker.environment}, check=False
        ).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
