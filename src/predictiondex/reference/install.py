"""Install the npm packages that the snapshot is built from and that the rules are compared with.

Each set of packages gets one folder named after its versions in a cache, so that a second call costs nothing.
npm's own configuration decides where packages come from.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from predictiondex.errors import ReferenceEngineError

SHOWDOWN = {"pokemon-showdown": "0.11.11"}
NAMES = {"oakdex-pokedex": "0.4.5", "pokemon": "3.3.1"}

#: Seconds that an installation may take before it is given up.
INSTALL_TIMEOUT = 600.0
_HOW_TO = "Install Node.js 18 or newer with npm and make sure both are on the PATH."


def default_cache() -> Path:
    """The folder for reference packages in the user's cache (not created)."""
    return user_cache_path("predictiondex", appauthor=False) / "reference"


def node_command() -> str:
    """Full path of ``node``; :class:`ReferenceEngineError` says what to do when there is none."""
    return _command("node")


def showdown_path(install: bool = True, *, cache: Path | None = None) -> Path:
    """Folder of the ``pokemon-showdown`` package, installed on first use.

    ``install=False`` raises instead of installing; ``cache`` replaces :func:`default_cache`.
    Raises :class:`ReferenceEngineError` without Node.js or npm, when npm fails, or on another version.
    """
    return _packages(SHOWDOWN, install, cache) / "pokemon-showdown"


def names_packages(install: bool = True, *, cache: Path | None = None) -> dict[str, Path]:
    """Folders of the packages that names come from (``pokemon``, ``oakdex-pokedex``), by package name.

    Parameters and errors as for :func:`showdown_path`.
    """
    modules = _packages(NAMES, install, cache)
    return {name: modules / name for name in NAMES}


def _packages(wanted: dict[str, str], install: bool, cache: Path | None) -> Path:
    """The ``node_modules`` folder that holds exactly the wanted versions."""
    label = "+".join(f"{name}-{version}" for name, version in sorted(wanted.items()))
    folder = (cache or default_cache()) / label
    modules = folder / "node_modules"
    if not folder.is_dir():
        if not install:
            names = ", ".join(f"{name} {version}" for name, version in wanted.items())
            raise ReferenceEngineError(f"{names} is not installed in {folder}; allow the installation.")
        _install(wanted, folder)
    for name, version in wanted.items():
        _verify(modules / name, version)
    return modules


def _install(wanted: dict[str, str], folder: Path) -> None:
    """Install beside the final folder and move into place, so that a broken install is never seen."""
    npm, _ = _command("npm"), _command("node")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="installing-", dir=folder.parent) as scratch:
        work = Path(scratch) / "packages"
        work.mkdir()
        specs = [f"{name}@{version}" for name, version in sorted(wanted.items())]
        # Optional packages and scripts are native add-ons of the game server: not needed, and slow to build.
        options = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _run([npm, "install", "--prefix", str(work), *options, *specs], cwd=work)
        try:
            work.rename(folder)
        except OSError:
            # Another process finished the same installation first.
            if not folder.is_dir():
                raise


def _run(command: list[str], *, cwd: Path) -> None:
    try:
        subprocess.run(  # noqa: S603 - a resolved program with our own arguments
            command, cwd=cwd, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise ReferenceEngineError(f"npm did not finish within {INSTALL_TIMEOUT:.0f} s.") from error
    except subprocess.CalledProcessError as error:
        tail = " ".join(str(error.stderr).split())[-500:]
        raise ReferenceEngineError(
            f"npm could not install the packages: {tail} Check the network and npm's configuration."
        ) from error


def _verify(package: Path, version: str) -> None:
    try:
        found = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReferenceEngineError(
            f"{package} is incomplete. Delete {package.parent.parent} and run this again."
        ) from error
    if found != version:
        raise ReferenceEngineError(
            f"{package} is version {found}, {version} is needed. "
            f"Delete {package.parent.parent} and run this again."
        )


def _command(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ReferenceEngineError(f"The command {name} was not found. {_HOW_TO}")
    return path
