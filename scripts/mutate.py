"""Would the tests notice a fault? ``python3 pdx.py mutate [TARGET...] [--json FILE] [--sample N]``.

Small faults (:mod:`scripts.mutants`) are put one at a time into the functions of :data:`TARGETS`, and the
tests of each run in a process of its own, the battle rules interpreted. A fault that no test notices
survives; those that cannot be noticed are explained in ``scripts/mutants.toml``. Exit code 1: a survivor
without explanation.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import os
import random
import signal
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXPLAINED = ROOT / "scripts" / "mutants.toml"
#: Seconds that a fault may keep the tests busy; one that loops for ever is noticed by that.
PATIENCE = 60
#: Modulo 2**64 is what compiled code does in silence.
OPTIONS = (
    "-x", "-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly", f"--rootdir={ROOT}",
    "-W", "ignore:overflow encountered:RuntimeWarning",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A module and the tests that have to notice its faults; the first to notice ends the run."""

    module: str
    tests: tuple[str, ...]


TARGETS = {
    "damage": Target(
        "predictiondex.battle.damage",
        (
            "tests/battle/test_damage_edges.py",
            "tests/battle/test_rules.py",
            "tests/battle/test_narration.py",
            "tests/battle/test_against_reference.py::test_every_recorded_battle_is_replayed_exactly",
        ),
    ),
    "security": Target(
        "predictiondex.api.keys",
        (
            "tests/api/test_keys_edges.py",
            "tests/api/test_keys.py",
            "tests/frame/test_durable.py::test_a_key_that_was_revoked_stays_revoked",
        ),
    ),
    "features": Target(
        "predictiondex.ml.features",
        (
            "tests/ml/test_features_edges.py",
            "tests/ml/test_features.py::test_golden_rows",
            "tests/ml/test_features.py::test_every_column_is_named_once_with_unit_and_meaning",
            "tests/ml/test_features.py::test_the_states_are_left_as_they_were",
        ),
    ),
}


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(
        prog="pdx.py mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", default=list(TARGETS), help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of each, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the drawing")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    unknown = set(arguments.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":  # read when Numba is imported, so from the start
        os.execve(  # noqa: S606 - ourselves again
            sys.executable,
            [sys.executable, "-m", "scripts.mutate", *sys.argv[1:]],
            {**os.environ, "NUMBA_DISABLE_JIT": "1"},
        )  # fmt: skip
    figures = {name: check(name, arguments) for name in arguments.targets}
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if any(one["unexplained"] for one in figures.values()) else 0


def check(name: str, arguments: argparse.Namespace) -> dict[str, object]:
    """All mutants of one target; what survived."""
    import pytest

    from scripts.mutants import Mutant, mutants

    target = TARGETS[name]
    module = importlib.import_module(target.module)
    found = mutants(Path(str(module.__file__)).read_text(encoding="utf-8"))
    drawn = random.Random(arguments.seed).sample(found, min(len(found), arguments.sample or len(found)))  # noqa: S311
    started = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*OPTIONS, "--collect-only", *target.tests])  # loaded once, not in every child
    if noticed(target, None):
        sys.exit(f"{name}: its tests fail without any fault")

    def survives(mutant: Mutant) -> bool:
        return not noticed(target, mutant)

    with ThreadPoolExecutor(arguments.workers) as pool:
        survivors = [one for one, alive in zip(drawn, pool.map(survives, drawn), strict=True) if alive]
    reasons = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get(name, {})
    unexplained = [one for one in survivors if one.name not in reasons]
    seconds = time.monotonic() - started
    killed = len(drawn) - len(survivors)
    print(f"{name}: {killed} of {len(drawn)} faults noticed ({killed / len(drawn):.1%}), {seconds:.0f} s")
    for one in unexplained:
        print(f"  line {one.line}: {one.name}", flush=True)
    names = [one.name for one in survivors]
    return {
        "faults": len(drawn),
        "noticed": killed,
        "survivors": names,
        "unexplained": [one.name for one in unexplained],
        "seconds": round(seconds),
    }


def noticed(target: Target, mutant: object) -> bool:
    """Run the tests with the fault in a process of their own; whether one failed or none ended in time."""
    child = os.fork()
    if child == 0:
        os._exit(run_tests(target, mutant))
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def run_tests(target: Target, mutant: object) -> int:
    """In the child: plant the fault, run the tests in silence; pytest's exit code."""
    import pytest

    from scripts.mutants import Mutant, plant

    os.setsid()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    module = importlib.import_module(target.module)
    if isinstance(mutant, Mutant) and not plant(module, mutant):
        return 0
    return int(pytest.main([*OPTIONS, *target.tests]))


if __name__ == "__main__":
    sys.exit(main())
