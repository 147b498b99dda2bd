"""Is there a secret in the files, or in any line that was ever committed? ``python -m scripts.find_secrets``.

detect-secrets looks; what it may find is in ``.secrets.baseline``: examples in documents and tests, by their
hashes, each looked at by a person. ``--accept`` writes that file anew. The hook of pre-commit uses it, too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ROOT / ".secrets.baseline"
BIN = Path(sys.executable).parent
#: Hashes of packages look like secrets, and are none.
HASHES = (r"requirements/.*\.txt", r".*package-lock\.json", r"\.secrets\.baseline")
#: Longer lines are data or pictures.
LONGEST = 2000

Found = dict[str, list[dict[str, Any]]]


def scan(folder: Path, *options: str) -> dict[str, Any]:
    """What detect-secrets says about a folder."""
    excluded = [part for pattern in HASHES for part in ("--exclude-files", pattern)]
    command = [str(BIN / "detect-secrets"), "scan", *excluded, *options]
    result = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def accepted() -> set[tuple[str, str]]:
    """Kind and hash of what is known to be no secret."""
    results = json.loads(BASELINE.read_text(encoding="utf-8"))["results"]
    return {(one["type"], one["hashed_secret"]) for found in results.values() for one in found}


def new(results: Found) -> list[str]:
    """Where something was found that is not accepted."""
    known = accepted()
    return [
        f"{path}:{one['line_number']}: {one['type']}"
        for path, found in results.items()
        for one in found
        if (one["type"], one["hashed_secret"]) not in known
    ]


def in_files() -> list[str]:
    """New findings in the files that git knows."""
    return new(scan(ROOT)["results"])


def in_history(repository: Path = ROOT) -> list[str]:
    """New findings in every line that any commit ever added; the line numbers are not those of a file."""
    return new(all_in_history(repository))


def all_in_history(repository: Path = ROOT) -> Found:
    """Findings in the lines of all commits, accepted ones as well."""
    with tempfile.TemporaryDirectory() as scratch:
        for path, lines in added_lines(repository).items():
            file = Path(scratch, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found: Found = scan(Path(scratch), "--all-files")["results"]
        return found


def added_lines(repository: Path) -> dict[str, dict[str, None]]:
    """File -> the lines that commits added to it, each once."""
    command = ["git", "log", "--all", "-p", "--unified=0", "--no-color", "--no-renames", "--format="]
    raw = subprocess.run(command, cwd=repository, check=True, capture_output=True).stdout
    found: dict[str, dict[str, None]] = {}
    lines: dict[str, None] = {}
    for line in raw.decode("utf-8", "replace").splitlines():
        if line.startswith("+++ b/"):
            lines = found.setdefault(line.removeprefix("+++ b/").strip('"'), {})
        elif line.startswith("+") and not line.startswith("+++") and len(line) < LONGEST:
            lines[line[1:]] = None
    return found


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(prog="find_secrets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--accept", action="store_true", help="what is found now, in files or commits, is no secret"
    )
    arguments = parser.parse_args()
    if arguments.accept:
        answer = scan(ROOT)
        answer.pop("generated_at")
        for path, found in all_in_history().items():
            known = {one["hashed_secret"] for one in answer["results"].get(path, [])}
            answer["results"].setdefault(path, []).extend(
                one for one in found if one["hashed_secret"] not in known
            )
        BASELINE.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
        return 0
    secrets = [*in_files(), *in_history()]
    print("\n".join(secrets) or "no secret found")
    return 1 if secrets else 0


if __name__ == "__main__":
    sys.exit(main())
