"""Every check of the project: ``python3 pdx.py test [pytest arguments]``.

Style, types and the import rules first, because they answer in seconds; then the tests, whose closing
line ends the output. ``--only-tests`` leaves the first part out, ``--nightly`` adds fresh battles of the
reference engine; ``.venv/bin/pytest --help`` tells of all other arguments, such as ``-k damage`` and
``-m "not slow"``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.components import load_components

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

#: The Docker of the stack tests.
DOCKER = (sys.executable, "-m", "tests.stack.daemon")

#: How the arguments begin with which every test is run all the same.
NO_CHOICE = ("--nightly", "--durations", "--randomly-seed", "--maxfail", "-n", "-q", "-v", "-x")

CHECKS = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-cache"),
}


def main(arguments: list[str]) -> int:
    """Run everything; the exit code of the first part that fails, or pytest's."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    only_tests = "--only-tests" in arguments
    arguments = [argument for argument in arguments if argument != "--only-tests"]
    install_components()
    # Prometheus, its tools and Docker live for minutes: they need not look for garbage at every turn.
    os.environ.setdefault("GOGC", "400")
    with images_meanwhile(wanted=all(one.startswith(NO_CHOICE) for one in arguments)):
        meanwhile = [start_warm_up()]
        if not only_tests:
            meanwhile.append(start_reading())
        verdicts = [] if only_tests else [check(name, command) for name, command in CHECKS.items()]
        if not all(verdicts):
            for process in meanwhile:
                process.terminate()
            print("The tests were not run: mend the above first, or use --only-tests.", flush=True)
            return 1
        for process in meanwhile:
            process.wait()  # what goes wrong in them is for the tests to tell
        # One process a core up to two, as the tests start servers and databases of their own; and one for
        # those that mostly wait (tests/order.py).
        computing = min(2, os.cpu_count() or 1)
        workers = str(computing + 1 if computing > 1 else 1)
        pytest = (sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadscope", *arguments)
        return subprocess.run(pytest, cwd=ROOT, check=False).returncode


@contextmanager
def images_meanwhile(*, wanted: bool) -> Iterator[None]:
    """Make the stack's images in the background, in a Docker of the tests' own where none runs.

    That Docker ends with the block. Where none can be had, the tests of the stack say why.
    """
    if not wanted:
        yield
        return
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*DOCKER, "prepare"], cwd=ROOT, stdout=quiet, stderr=quiet) as preparing:
        try:
            yield
        finally:
            preparing.terminate()
            subprocess.run([*DOCKER, "stop"], cwd=ROOT, check=False)


def start_warm_up() -> subprocess.Popen[bytes]:
    """Compile battle rules and features meanwhile, once for all: every test process would for itself."""
    code = (
        "from predictiondex.battle.montecarlo import warm_up_all\n"
        "from predictiondex.ml import features, trees\n"
        "for warm_up in (warm_up_all, features.warm_up, trees.warm_up): warm_up()"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)


def start_reading() -> subprocess.Popen[bytes]:
    """Find all tests once, while types are checked: what Python and pytest make of the sources is kept, and
    every test process would make it for itself."""
    quiet = subprocess.DEVNULL
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q")
    return subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)


def check(name: str, command: tuple[str, ...]) -> bool:
    """Run one tool; its output is shown only where it objects."""
    started = time.monotonic()
    program = shutil.which(command[0], path=str(BIN)) or command[0]
    result = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    verdict = "ok" if result.returncode == 0 else "FAILED"
    print(f"{name:<8} {verdict}  {time.monotonic() - started:.1f} s", flush=True)
    if result.returncode:
        print(result.stdout, flush=True)
    return result.returncode == 0


def install_components() -> None:
    """Install the missing components of ``tests/components.toml`` where we may: Debian, as root."""
    missing = [component for component in load_components().values() if component.find() is None]
    if not missing:
        return
    names = ", ".join(component.name for component in missing)
    packages = sorted({package for component in missing for package in component.debian})
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(f"Not installed, their tests are skipped: {names}", flush=True)
        return
    print(f"Installing {names} ({' '.join(packages)})", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        result = subprocess.run(
            ["apt-get", *command], check=False, env=environment, capture_output=True, text=True
        )
        if result.returncode:
            print(f"apt-get {command[0]} failed:\n{result.stdout}{result.stderr}", flush=True)
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
