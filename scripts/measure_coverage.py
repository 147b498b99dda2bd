"""How much of ``src`` the tests run: ``python3 pdx.py coverage [--fail-under N] [pytest arguments]``.

Compiled code runs where no tool can count its lines. The same functions run interpreted as well
(``NUMBA_DISABLE_JIT=1``): recorded battles of the reference engine are replayed through them, the rules are
tested move by move, features are worked out; these runs count. Programs that tests start count, too.

Writes ``reports/coverage``: ``coverage.xml``, ``coverage.json`` and ``html``. Exit code 1: a test failed, or
fewer lines than asked for.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "reports" / "coverage"
#: Lines that must be run, per cent.
WANTED = 90.0

#: Interpreted, a battle takes milliseconds instead of a microsecond. These need no thousands of them.
TWIN = (
    "tests/battle/test_rules.py",
    "tests/battle/test_against_reference.py",
    "tests/battle/test_narration.py",
    "tests/battle/test_library.py",
    "tests/battle/test_montecarlo.py",
    "tests/advisor/test_calculator.py",
    "tests/ml/test_features.py",
)
#: What these play is about many battles, or about compiling, and would take minutes.
TOO_MANY = (
    "win_rates_differ", "fresh_battles", "interpreter_says", "cannot_see_luck", "swapping", "mirror_match",
    "same_seed_same_counts", "ko_chance", "race_comes_close", "every_value_is_a_number",
    "same_bits",
)  # fmt: skip
#: The generator's arithmetic is modulo 2**64, which compiled code does in silence.
SILENCE = "ignore:overflow encountered:RuntimeWarning"


def main() -> int:
    """Command line of this script; unknown arguments go to pytest."""
    parser = argparse.ArgumentParser(
        prog="pdx.py coverage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fail-under", type=float, default=WANTED, help="per cent (default: %(default)g)")
    parser.add_argument("--twin-only", action="store_true", help="the interpreted runs alone, in a minute")
    arguments, rest = parser.parse_known_args()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    environment = {**os.environ, "COVERAGE_FILE": str(OUT / ".coverage")}
    codes = [twin(environment)]
    if not arguments.twin_only:
        codes.append(tests(environment, rest or ["-m", "not stack"]))
    report(environment)
    enough = coverage(environment, "report", f"--fail-under={arguments.fail_under}", "--skip-covered")
    return max([*codes, enough])


def twin(environment: dict[str, str]) -> int:
    """The compiled rooms, run by the interpreter."""
    left_out = " and ".join(f"not {name}" for name in TOO_MANY)
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-n0", "-W", SILENCE]
    interpreted = {**environment, "NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(
        [*command, "-k", left_out, *TWIN], cwd=ROOT, env=interpreted, check=False
    ).returncode


def tests(environment: dict[str, str], arguments: list[str]) -> int:
    """Every test, as ``python3 pdx.py test`` runs them."""
    command = [sys.executable, "-m", "coverage", "run", "-m", "scripts.run_tests", "--only-tests"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def report(environment: dict[str, str]) -> None:
    """Put the runs of all processes together and write the reports."""
    coverage(environment, "combine", "--quiet")
    coverage(environment, "xml", "-q", "-o", str(OUT / "coverage.xml"))
    coverage(environment, "json", "-q", "-o", str(OUT / "coverage.json"))
    coverage(environment, "html", "-q", "-d", str(OUT / "html"))


def coverage(environment: dict[str, str], *arguments: str) -> int:
    """Run coverage.py."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
