"""Renew ``requirements/*.txt`` from ``pyproject.toml``: ``python3 pdx.py lock [--upgrade]``.

All locks come from one resolution of everything together, so that any of them can be installed into
the same environment. Versions stay as they are unless ``--upgrade`` is given or they no longer fit; it
takes nothing that was uploaded within the last week, for by then a poisoned release is known.
Each lock records a digest of the sections it was made from: a test tells when one is stale.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"

PROJECT = ("pyproject.toml", "--group", "build")
EVERYTHING = (*PROJECT, "--all-extras", "--group", "dev")
#: Lock -> what it holds, as arguments of `uv pip compile`.
LOCKS: dict[str, tuple[str, ...]] = {
    "bootstrap": ("--group", "bootstrap"),
    "core": PROJECT,
    "serve": (*PROJECT, "--extra", "ui"),
    "dev": EVERYTHING,
    "etl": (*PROJECT, "--extra", "parquet"),
    "mlops": (*PROJECT, "--extra", "mlops", "--extra", "dask"),
    "tracking": ("--group", "tracking"),
}
#: Days that a file has to be out before ``--upgrade`` takes it.
COOLDOWN = 7
SECTIONS = ("requires-python", "dependencies", "optional-dependencies")


def dependency_digest(pyproject: Path = ROOT / "pyproject.toml") -> str:
    """SHA-256 over every part of pyproject.toml that a lock depends on."""
    tables = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    parts = [tables["project"].get(section) for section in SECTIONS]
    parts += [tables.get("dependency-groups"), tables["build-system"]["requires"]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def header(digest: str) -> str:
    """First lines of every lock."""
    origin = "# Made by `python3 pdx.py lock` from pyproject.toml; not to be edited."
    return f"{origin}\n# sources: sha256:{digest}\n"


def recorded_digest(lock: Path) -> str | None:
    """The digest that a lock was made with."""
    found = re.search(r"^# sources: sha256:([0-9a-f]{64})$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else None


def stale_locks() -> list[str]:
    """The locks that are missing or were made from other dependencies than pyproject.toml names now."""
    wanted = dependency_digest()
    paths = [REQUIREMENTS / f"{name}.txt" for name in LOCKS]
    return [path.name for path in paths if not path.exists() or recorded_digest(path) != wanted]


def compile_lock(
    options: tuple[str, ...],
    output: Path,
    constraints: Path | None = None,
    *,
    upgrade: bool = False,
    before: datetime | None = None,
) -> None:
    """Resolve for every platform and Python; ``output``'s present versions are kept where they fit.

    Files that were uploaded after ``before`` do not count.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", *options, "--quiet"]
    command += ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate"]
    command += ["--output-file", str(output)]
    if constraints:
        command += ["--constraints", str(constraints)]
    if upgrade:
        command += ["--upgrade"]
    if before:
        command += ["--exclude-newer", before.isoformat(timespec="seconds")]
    subprocess.run(command, check=True, cwd=ROOT)


def lock_all(*, upgrade: bool, before: datetime | None) -> None:
    """Renew every lock; they replace the old ones only once all are whole."""
    first_lines = header(dependency_digest())
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "all.txt")
        whole.write_text(
            "".join(path.read_text(encoding="utf-8") for path in present_locks()), encoding="utf-8"
        )
        compile_lock(EVERYTHING, whole, upgrade=upgrade, before=before)
        parts = {Path(folder, f"{name}.txt"): options for name, options in LOCKS.items()}
        for part, options in parts.items():
            compile_lock(options, part, whole, before=before)
        for part in parts:
            text = first_lines + part.read_text(encoding="utf-8")
            (REQUIREMENTS / part.name).write_text(text, encoding="utf-8", newline="\n")
            print(f"requirements/{part.name}: {text.count('==')} packages")


def refusal(before: datetime | None) -> str:
    """What to say after uv has told why it found nothing that fits."""
    if before is None:
        return "The locks are as they were."
    return (
        f"The locks are as they were. Only files uploaded before {before:%Y-%m-%d %H:%M} UTC count: "
        "an index that tells no upload times has none. Ask one that does (pypi.org), or give --cooldown 0."
    )


def present_locks() -> list[Path]:
    """The locks there are, in a fixed order."""
    return [path for name in LOCKS if (path := REQUIREMENTS / f"{name}.txt").exists()]


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(
        prog="pdx.py lock", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    parser.add_argument(
        "--cooldown", type=int, default=COOLDOWN, metavar="DAYS",
        help="how long a version has to be out for --upgrade (default: %(default)s; 0 for an advisory)",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="only say which locks are stale")
    arguments = parser.parse_args()
    cooldown = timedelta(days=arguments.cooldown if arguments.upgrade else 0)
    before = datetime.now(UTC) - cooldown if cooldown else None
    try:
        if not arguments.check:
            lock_all(upgrade=arguments.upgrade, before=before)
    except subprocess.CalledProcessError:
        print(refusal(before), file=sys.stderr)
        return 1
    stale = stale_locks()
    if stale:
        print(f"Stale: {', '.join(stale)}. Renew them: python3 pdx.py lock", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
