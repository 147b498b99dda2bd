#!/usr/bin/env python3
"""Set PredictionDex up and run it. Needs Python 3.11+ and nothing else.

    python3 pdx.py up                    start the API and the page
    python3 pdx.py test [pytest args]    run every check and test
    python3 pdx.py lock                  renew requirements/*.txt after a change in pyproject.toml
    python3 pdx.py coverage | mutate | supply-chain | workflow | release    for those who work on it
    python3 pdx.py COMMAND ...           any command of the CLI: predict, simulate, etl run, ...
    python3 pdx.py COMMAND --help        what a command takes

The first run makes .venv and installs the locked packages that the command needs, their hashes
checked; later runs start at once. Package indexes, proxies and certificates are those that pip
(pip.conf, PIP_*) or uv (uv.toml, UV_*) are configured with.
"""

import ast
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # this file must parse on older versions, so that they can say so
    sys.exit(
        f"PredictionDex needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
#: What is installed and from which locks. Absent: the environment was never finished.
STAMP = VENV / "pdx-stamp.json"
#: There while packages are being installed. Left behind: some may be half-copied.
BUSY = VENV / "pdx-busy"

CLI = ("-m", "predictiondex")
#: Command -> (lock that it needs, what runs it). Commands not named here need `core` alone.
COMMANDS = {
    "up": ("serve", CLI),
    "etl": ("etl", CLI),
    "dataset": ("mlops", CLI),
    "train": ("mlops", CLI),
    "evaluate": ("mlops", CLI),
    "drift": ("mlops", CLI),
    "retrain": ("mlops", CLI),
    "promote": ("mlops", CLI),
    "models": ("mlops", CLI),
    "mlflow-test": ("mlops", CLI),
    "test": ("dev", ("-m", "scripts.run_tests")),
    "lock": ("", ("-m", "scripts.lock")),
    "workflow": ("dev", ("-m", "scripts.workflow")),
    "coverage": ("dev", ("-m", "scripts.measure_coverage")),
    "mutate": ("dev", ("-m", "scripts.mutate")),
    "supply-chain": ("dev", ("-m", "scripts.supply_chain")),
    "release": ("dev", ("-m", "scripts.release")),
}

#: pip's options and the variables by which uv takes the same.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}

Stamp = dict[str, str]


def main(arguments: list[str]) -> int:
    """Install what the command needs, then become it."""
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(__doc__)
        return 0
    command, *rest = arguments
    group, runner = COMMANDS.get(command, ("core", CLI))
    if command == "up" and "--no-ui" in rest:
        group = "core"
    if command == "bench" and "dataset" in rest:
        group = "mlops"
    try:
        with only_one():
            prepare(group)
    except KeyboardInterrupt:
        print("\nInterrupted. The next run finishes the set-up.", file=sys.stderr)
        return 130
    except subprocess.CalledProcessError as error:
        print(
            f"\nSet-up failed: {' '.join(map(str, error.cmd))} ended with {error.returncode}.",
            file=sys.stderr,
        )
        return 1
    if runner is CLI:
        return hand_over([*CLI, *arguments])
    os.chdir(ROOT)
    return hand_over([*runner, *rest])


def prepare(group: str) -> None:
    """Bring .venv to what the locks say for ``group``; nothing is done where the stamp says it is there."""
    stamp = read_stamp()
    wanted = {"root": str(ROOT), "bootstrap": digest(REQUIREMENTS / "bootstrap.txt")}
    if group:
        wanted |= {group: digest(REQUIREMENTS / f"{group}.txt"), "project": digest(ROOT / "pyproject.toml")}
    if wanted.items() <= stamp.items():
        return
    started = time.monotonic()
    if VENV.exists() and not stamp and not usable():
        say("Removing an unfinished .venv")
        shutil.rmtree(VENV)
    VENV.mkdir(exist_ok=True)
    BUSY.touch()
    if not PYTHON.exists():
        make_environment()
    if stamp.get("bootstrap") != wanted["bootstrap"]:
        install_uv()
    if group:
        install(group, stamp, wanted)
    write_stamp(stamp | wanted)
    BUSY.unlink()
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def usable() -> bool:
    """Whether a .venv without a stamp can be built upon: made by hand, whole, with pip in it."""
    if BUSY.exists() or STAMP.exists() or not PYTHON.exists():
        return False
    too_old = subprocess.run(
        [str(PYTHON), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"], check=False
    )
    return too_old.returncode == 0


def make_environment() -> None:
    """A new virtual environment with pip in it."""
    say("Making .venv")
    offer_venv_module()
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def offer_venv_module() -> None:
    """Debian ships Python without what venv needs: install it where we may, else say how."""
    with contextlib.suppress(ImportError):
        import ensurepip  # noqa: F401 - only asked for

        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(
            "This Python cannot make virtual environments. "
            f"On Debian or Ubuntu: sudo apt-get install {package}"
        )
    say(f"Installing {package}")
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=True)


def install_uv() -> None:
    """The locked uv, by pip."""
    say("Installing uv")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    lock = str(REQUIREMENTS / "bootstrap.txt")
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)


def install(group: str, stamp: Stamp, wanted: Stamp) -> None:
    """The locked packages of ``group``, then the project itself in editable form."""
    environment = uv_environment()
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON)]
    if stamp.get(group) != wanted[group]:
        say(f"Installing the packages of '{group}'")
        lock = str(REQUIREMENTS / f"{group}.txt")
        run_without_list([*uv, "--require-hashes", "-r", lock], environment)
    if stamp.get("project") != wanted["project"]:
        say("Installing PredictionDex")
        project = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        subprocess.run([*uv, *project], check=True, env=environment)


def run_without_list(command: list[str], environment: dict[str, str]) -> None:
    """Run uv; off a terminal, where its bars do not show, leave out its list of every single package."""
    if sys.stderr.isatty():
        subprocess.run(command, check=True, env=environment)
        return
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stderr or ():
            if not line.startswith((" + ", " - ", " ~ ")):
                print(line, end="", file=sys.stderr)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def uv_environment() -> dict[str, str]:
    """The environment for uv: what pip is configured with counts where uv itself is not configured."""
    environment = dict(os.environ)
    for name, value in pip_options().items():
        environment.setdefault(name, value)
    if "UV_INDEX" in environment:
        # As pip does: the hashes, not the order of the indexes, decide which file is right.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def pip_options() -> dict[str, str]:
    """pip's configuration, files and environment, as uv's variables."""
    listing = [str(PYTHON), "-m", "pip", "config", "list"]
    lines = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.splitlines()
    options = {}
    # pip's order of precedence: [global], then [install], then the environment.
    for section in ("global.", "install.", ":env:."):
        for line in lines:
            key, _, value = line.partition("=")
            option = key.removeprefix(section)
            if key.startswith(section) and option in PIP_TO_UV:
                options[PIP_TO_UV[option]] = " ".join(str(ast.literal_eval(value)).split())
    if "UV_INDEX_URL" in os.environ:  # uv's older name of the default index
        options.pop("UV_DEFAULT_INDEX", None)
    return options


def hand_over(arguments: list[str]) -> int:
    """Become the project's program; signals then reach it directly."""
    command = [str(PYTHON), *arguments]
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # The wish is a clean source tree, not seconds of compiling at every start.
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "pycache"))
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(command[0], command)  # noqa: S606 - no shell wanted
    child = subprocess.Popen(command)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the child gets it as well and decides
            return child.wait()


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups of one checkout at once: the second waits for the first."""
    with (ROOT / ".pdx-setup.lock").open("a+") as file:
        if not try_lock(file.fileno()):
            say("Another pdx.py is setting this checkout up; waiting for it.")
            while not try_lock(file.fileno()):
                time.sleep(0.2)
        yield  # closing the file releases the lock


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file without waiting."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp() -> Stamp:
    """What .venv holds; empty where that is not known, not finished, or of a checkout that has moved."""
    if BUSY.exists() or not PYTHON.exists():
        return {}
    try:
        stamp = dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    return stamp if stamp.get("root") == str(ROOT) else {}


def write_stamp(stamp: Stamp) -> None:
    """Record what .venv holds, in one step: an interrupted write leaves the old record."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    fresh.replace(STAMP)


def say(text: str) -> None:
    """Tell how far the set-up is, apart from the program's own output."""
    print(f"pdx: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
