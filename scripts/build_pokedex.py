"""Build the bundled Pokédex snapshot from its npm sources.

    python scripts/build_pokedex.py            write src/predictiondex/pokedex/data/
    python scripts/build_pokedex.py --check    change nothing; exit 1 when the bundled snapshot differs
    python scripts/build_pokedex.py --output FOLDER --cache FOLDER

Needs Node.js and npm while it runs (never to use the result). A second run gives the same bytes.
Exit code 0: done; 1: differs, or a source cannot be had.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from predictiondex.errors import PredictionDexError
from predictiondex.reference import extract, install, snapshot

DATA = Path(__file__).resolve().parent.parent / "src" / "predictiondex" / "pokedex" / "data"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the return value is the exit code."""
    options = _parser().parse_args(arguments)
    try:
        data = _build(options.cache)
    except PredictionDexError as error:
        return _say(error.message, code=1)
    target = options.output / "pokedex.json"
    digest = snapshot.checksum(data)
    if options.check:
        same = target.is_file() and target.read_bytes() == data
        return _say(f"{target} {'is up to date' if same else 'differs'} ({digest}).", code=0 if same else 1)
    options.output.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.with_suffix(".sha256").write_bytes(f"{digest}\n".encode())
    return _say(f"{target}: {len(data):,} bytes, SHA-256 {digest}.")


def _build(cache: Path | None) -> bytes:
    raw = extract.facts(install.showdown_path(cache=cache))
    species, moves = snapshot.read_names(install.names_packages(cache=cache))
    return snapshot.build(raw, species, moves)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--output", type=Path, default=DATA, metavar="FOLDER", help="where to write (or compare)"
    )
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where the npm packages are kept")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    return parser


def _say(text: str, *, code: int = 0) -> int:
    (sys.stderr if code else sys.stdout).write(text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
