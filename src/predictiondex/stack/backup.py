"""Keeping what the stack cannot make again: both databases and the files of the models.

Prometheus' history, Grafana's users and the home of trainings are not kept: the first runs out by itself,
dashboards and data source are files of the project, and what was trained is in MLflow.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from predictiondex import __version__
from predictiondex.errors import StartError
from predictiondex.stack.compose import Compose, last_line

DATABASES: Final = ("predictiondex", "mlflow")
FILES: Final = "mlflow-files.tar"
MANIFEST: Final = "backup.json"
_DATABASE_SECONDS: Final = 120.0

#: Run beside the database with its name: puts a dump from standard input in the place of all that is there.
#: In one transaction, which a dump that cannot be read to its end undoes; and from an empty schema, as a dump
#: knows nothing of what a newer program has added.
REPLACE: Final = r"""
{
    echo 'DROP SCHEMA public CASCADE;'
    echo 'CREATE SCHEMA public AUTHORIZATION pg_database_owner;'
    echo 'GRANT USAGE ON SCHEMA public TO PUBLIC;'
    pg_restore --file=- || printf '\\.\nthe dump is damaged;\n'
} | psql --no-psqlrc --quiet --username=postgres --dbname="$1" \
    --set=ON_ERROR_STOP=1 --single-transaction --file=- > /dev/null
"""
#: What tar says where a file changed while it was read: of a model that is stored meanwhile.
_TAR_CHANGED: Final = 1

Tell = Callable[[str], None]


def save(compose: Compose, folder: Path, tell: Tell) -> None:
    """Write a backup into a new folder. Raises :class:`StartError`; nothing of it stays then.

    The databases first, the files after them: a model registered meanwhile has files that no row names, never
    the other way round.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StartError(f"{folder} is not empty: a backup never overwrites another.")
    database, mlflow = _id(compose, "db"), _id(compose, "mlflow")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _save(database, mlflow, folder, tell)
    except BaseException:  # Ctrl-C as well: what is half there would be in the way of the next try
        for path in folder.iterdir():
            path.unlink()
        raise


def _save(database: str, mlflow: str, folder: Path, tell: Tell) -> None:
    for name in DATABASES:
        tell(f"Saving the database {name}")
        dump = ("pg_dump", "--username=postgres", "--format=custom", name)
        _out(["docker", "exec", database, *dump], folder / f"{name}.dump")
    tell("Saving the files of MLflow")
    tar = ("tar", "-C", "/mlflow", "-cf", "-", ".")
    _out(["docker", "exec", mlflow, *tar], folder / FILES, well=(0, _TAR_CHANGED))
    manifest = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "program_version": __version__,
        "sha256": {path.name: _digest(path) for path in sorted(folder.iterdir())},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def restore(compose: Compose, folder: Path, tell: Tell) -> None:
    """Put a backup in the place of what the databases and MLflow hold. Leaves the database running alone.

    Raises :class:`StartError` where the backup is damaged, before anything is touched, or a step fails.
    """
    _verify(folder)
    tell("Stopping everything but the database")
    compose("up", "--detach", "--no-build", "db", seconds=None)
    others = [service for service in compose.containers() if service != "db"]
    if others:
        compose("stop", *others, seconds=None)
    _await_database(compose)
    for name in DATABASES:
        tell(f"Restoring the database {name}")
        load = ("sh", "-c", REPLACE, "sh", name)
        _in(["docker", "exec", "-i", _id(compose, "db"), *load], folder / f"{name}.dump")
    tell("Restoring the files of MLflow")
    files = ("--env-file", str(compose.env_file), "--project-name", compose.project)
    untar = ("run", "--rm", "--no-deps", "-T", "mlflow", "tar", "-C", "/mlflow", "-xf", "-")
    _in([*compose.program, *files, *untar], folder / FILES, compose.root)


def _verify(folder: Path) -> None:
    try:
        known = dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StartError(f"{folder} holds no finished backup ({error}).") from error
    wanted = {*(f"{name}.dump" for name in DATABASES), FILES}
    for name in sorted(wanted | set(known)):
        path = folder / name
        if not path.is_file() or _digest(path) != known.get(name):
            raise StartError(f"{path} is missing or was altered after it was written.")


def _await_database(compose: Compose) -> None:
    until = time.monotonic() + _DATABASE_SECONDS
    while not compose.containers()["db"].well:
        if time.monotonic() > until:
            raise StartError(f"db is not well: {compose.logs(compose.containers()['db'])}")
        time.sleep(0.5)


def _id(compose: Compose, service: str) -> str:
    container = compose.containers().get(service)
    if container is None or container.state != "running":
        raise StartError(f"{service} does not run: start the stack first.")
    return container.id


def _out(command: Sequence[str], file: Path, well: Sequence[int] = (0,)) -> None:
    with file.open("wb") as target:
        done = subprocess.run(command, check=False, stdout=target, stderr=subprocess.PIPE)  # noqa: S603
    _demand(done, command, file, well)


def _in(command: Sequence[str], file: Path, folder: Path | None = None) -> None:
    with file.open("rb") as source:
        done = subprocess.run(  # noqa: S603
            command, check=False, stdin=source, capture_output=True, cwd=folder
        )
    _demand(done, command, file)


def _demand(
    done: subprocess.CompletedProcess[bytes], command: Sequence[str], file: Path, well: Sequence[int] = (0,)
) -> None:
    if done.returncode not in well:
        told = last_line(done.stderr.decode(errors="replace"))
        raise StartError(f"`{' '.join(command[:6])} ...` failed for {file}: {told}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
