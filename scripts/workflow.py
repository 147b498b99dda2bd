"""Run a workflow's commands on this machine: ``python3 scripts/run_workflow_locally.py WORKFLOW``.

Every ``run:`` step of every job is run by bash, in order, with the job's environment and conditions;
``uses:`` steps are named and left out, for their work (checkout, Python, caches) is done already or not
needed here; but artefacts come from the job that uploads them to one that downloads them, and the jobs of a
workflow that a job calls are run. A job runs in a fresh clone of the last commit, with the Python it asks
for; ``--here`` runs in this checkout instead, with whatever is not committed and the ``.venv`` that is there.
"""

from __future__ import annotations

import argparse
import getpass
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from scripts.expressions import ExpressionError, fill, holds

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
DEFAULT_MINUTES = 360.0
ARTEFACT = re.compile(r"actions/(upload|download)-artifact@")

Table = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    event: str
    ref: str
    inputs: dict[str, str]
    pythons: dict[str, Path]
    here: bool
    dry_run: bool


@dataclass(frozen=True)
class Outcome:
    """What became of one job, or of one cell of its matrix."""

    name: str
    verdict: str
    seconds: float

    @property
    def well(self) -> bool:
        return self.verdict in {"ok", "skipped", "dry run"}


def load(name: str | Path) -> Table:
    """A workflow by its name or path."""
    path = Path(name) if str(name).endswith((".yml", ".yaml")) else WORKFLOWS / f"{name}.yml"
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in WORKFLOWS.glob("*.yml")))
        raise ValueError(f"no workflow {name!r}; there are {there}")
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on": tables.get(True), **tables}  # YAML 1.1 reads `on` as true


def in_order(jobs: dict[str, Table]) -> list[str]:
    """The jobs, each after those it needs."""
    ordered: list[str] = []

    def add(name: str) -> None:
        for needed in needs(jobs[name]):
            add(needed)
        if name not in ordered:
            ordered.append(name)

    for name in jobs:
        add(name)
    return ordered


def needs(job: Table) -> list[str]:
    """The jobs that a job waits for."""
    wanted = job.get("needs", [])
    return [wanted] if isinstance(wanted, str) else list(wanted)


def cells(job: Table) -> list[Table]:
    """Every combination of the job's matrix; one empty one where it has none."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    plain = all(isinstance(values, list) for values in matrix.values())
    if not plain or {"include", "exclude"} & set(matrix):
        raise ExpressionError("Only a matrix of plain lists is understood here.")
    return [dict(zip(matrix, values, strict=True)) for values in itertools.product(*matrix.values())]


def run(workflow: Table, only: str | None, options: Options) -> list[Outcome]:
    """Run the jobs, or one of them, and tell what became of each."""
    jobs: dict[str, Table] = workflow["jobs"]
    outcomes: list[Outcome] = []
    failed: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="artefacts-", ignore_cleanup_errors=True) as kept:
        for name in [only] if only else in_order(jobs):
            job = jobs[name]
            if failed & set(needs(job)):
                outcomes.append(Outcome(name, "skipped", 0.0))
                continue
            for cell in cells(job):
                known = contexts(workflow, cell, options) | {"artefacts": kept}
                became = run_job(name, job, cell, known, options)
                outcomes += became
                failed |= set() if all(one.well for one in became) else {name}
    return outcomes


def contexts(workflow: Table, cell: Table, options: Options) -> Table:
    """What expressions can look at. Secrets come from variables of the same name."""
    triggers = workflow["on"] if isinstance(workflow["on"], dict) else {}
    asked = (triggers.get("workflow_dispatch") or {}).get("inputs", {})
    defaults = {name: one.get("default", "") for name, one in asked.items()}
    github = {
        "event_name": options.event,
        "ref": options.ref,
        "ref_name": options.ref.split("/", 2)[-1],
        "repository": f"local/{ROOT.name}",
        "actor": getpass.getuser(),
        "run_number": "1",
        "workspace": str(ROOT),
    }
    inputs = {**defaults, **options.inputs}
    known = {"github": github, "inputs": inputs, "matrix": cell, "secrets": dict(os.environ)}
    return {**known, "status": False, "workflow_env": workflow.get("env", {})}


def run_job(name: str, job: Table, cell: Table, known: Table, options: Options) -> list[Outcome]:
    """Run one job with one cell of its matrix; several outcomes where it calls another workflow."""
    title = " ".join([name, *map(str, cell.values())])
    known["env"] = {}
    if not holds(job.get("if"), known):
        print(f"== {title}: its condition does not hold", flush=True)
        return [Outcome(title, "skipped", 0.0)]
    if called := job.get("uses"):
        print(f"== {title}: the jobs of {called}", flush=True)
        return [replace(one, name=f"{title}/{one.name}") for one in run(load(ROOT / called), None, options)]
    wanted = python_version(job, known)
    python = options.pythons.get(wanted) or find_python(wanted)
    print(f"== {title}" + (f": Python {wanted}" if wanted else ""), flush=True)
    if python is None:
        return [Outcome(title, f"no Python {wanted} here (--python {wanted}=PATH)", 0.0)]
    if options.dry_run:
        run_steps(job, known, ROOT, {}, options)
        return [Outcome(title, "dry run", 0.0)]
    started = time.monotonic()
    with checkout(python, here=options.here) as (folder, path):
        known["github"]["workspace"] = str(folder)
        well = run_steps(job, known, folder, {"PATH": path}, options)
    return [Outcome(title, "ok" if well else "FAILED", time.monotonic() - started)]


def run_steps(job: Table, known: Table, folder: Path, base: dict[str, str], options: Options) -> bool:
    """Run the steps of a job; whether all went well."""
    written = {**known["workflow_env"], **job.get("env", {})}
    job_env = {key: fill(value, known) for key, value in written.items()}
    ends = time.monotonic() + 60 * float(job.get("timeout-minutes", DEFAULT_MINUTES))
    known["status"] = False
    for step in job["steps"]:
        known["env"] = {**os.environ, **job_env}
        known["env"] |= {key: fill(value, known) for key, value in step.get("env", {}).items()}
        label = step.get("name") or step.get("uses") or step["run"].splitlines()[0]
        artefact = ARTEFACT.match(step.get("uses", ""))
        if "uses" in step and not artefact:
            print(f"-- not run here: {step['uses']}", flush=True)
        elif not holds(step.get("if"), known):
            print(f"-- left out: {label}", flush=True)
        elif artefact:
            print(f"-- {artefact[1]} {step['with']['name']}", flush=True)
            if not options.dry_run and not hand_over(artefact[1], step["with"], folder, known["artefacts"]):
                known["status"] = True
        else:
            script = fill(step["run"], known)
            print(f"-- {label}\n   $ " + "\n   $ ".join(script.strip().splitlines()), flush=True)
            if not options.dry_run and not run_script(script, folder, {**known["env"], **base}, ends):
                known["status"] = True
    return not known["status"]


def hand_over(way: str, wanted: Table, folder: Path, kept: str) -> bool:
    """Keep files of a job for later ones, or bring them to it; whether there was something."""
    store = Path(kept, wanted["name"])
    if way == "download":
        sources, target = list(store.glob("*")), folder / wanted.get("path", ".")
    else:
        sources, target = [folder / line for line in wanted["path"].split()], store
    found = [source for source in sources if source.exists()]
    target.mkdir(parents=True, exist_ok=True)
    for source in found:
        if source.is_dir():
            shutil.copytree(source, target / source.name, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)
    return bool(found) or way == "upload"  # GitHub only warns where there is nothing to keep


def run_script(script: str, folder: Path, environment: dict[str, str], ends: float) -> bool:
    """One ``run:`` step; whether it ended well and in time."""
    try:
        left = max(1.0, ends - time.monotonic())
        code = subprocess.run(
            [*BASH, script], cwd=folder, env=environment, check=False, timeout=left
        ).returncode
    except subprocess.TimeoutExpired:
        print("   the job's time limit is over", flush=True)
        return False
    if code:
        print(f"   ended with {code}", flush=True)
    return code == 0


@contextmanager
def checkout(python: Path, *, here: bool) -> Iterator[tuple[Path, str]]:
    """The folder to run in, and a PATH on which ``python3`` is the wanted one."""
    with tempfile.TemporaryDirectory(prefix="workflow-", ignore_cleanup_errors=True) as scratch:
        programs = Path(scratch, "bin")
        programs.mkdir()
        for name in ("python", "python3"):
            (programs / name).symlink_to(python)
        path = os.pathsep.join((str(programs), os.environ.get("PATH", os.defpath)))
        if here:
            yield ROOT, path
            return
        folder = Path(scratch, "checkout")
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(folder)], check=True)
        yield folder, path


def python_version(job: Table, known: Table) -> str:
    """The Python a job asks for: by setup-python or by its container; empty where it does not say."""
    asked = [step.get("with", {}).get("python-version") for step in job["steps"]]
    container = job.get("container", "")
    image = fill(container if isinstance(container, str) else container.get("image", ""), known)
    named = re.match(r"python:(\d+\.\d+)", image)
    return next((fill(one, known) for one in asked if one), named[1] if named else "")


def find_python(version: str) -> Path | None:
    """An interpreter of that version, not of a virtual environment: on the PATH, or one that uv knows."""
    if version in {"", f"{sys.version_info[0]}.{sys.version_info[1]}"}:
        return Path(sys.base_prefix, "bin", "python3").resolve()
    named = shutil.which(f"python{version}")
    if named and answers(Path(named), version):
        return Path(named)
    found = subprocess.run(
        [sys.executable, "-m", "uv", "python", "find", "--offline", "--system", version],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    path = Path(found.stdout.strip())
    return path if found.returncode == 0 and answers(path, version) else None


def answers(python: Path, version: str) -> bool:
    """Whether an interpreter runs and is of that version."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    found = subprocess.run([str(python), "-c", code], check=False, capture_output=True, text=True)
    return found.stdout.strip() == version


def pairs(texts: list[str]) -> dict[str, str]:
    """``NAME=VALUE`` arguments."""
    return dict(text.split("=", 1) for text in texts)


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(prog="run_workflow_locally.py", description=__doc__)
    parser.add_argument("workflow", help="its name, such as tests, or a file")
    parser.add_argument("--job", help="this job alone")
    parser.add_argument("--event", default="workflow_dispatch", help="what started it (default: %(default)s)")
    parser.add_argument("--ref", default="refs/heads/main", help="branch or tag (default: %(default)s)")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument(
        "--python", action="append", default=[], metavar="VERSION=PATH", help="an interpreter"
    )
    parser.add_argument("--here", action="store_true", help="in this checkout instead of a fresh clone")
    parser.add_argument("--dry-run", action="store_true", help="say what would be run")
    arguments = parser.parse_args()
    try:
        workflow = load(arguments.workflow)
        options = Options(
            arguments.event,
            arguments.ref,
            pairs(arguments.input),
            {version: Path(path) for version, path in pairs(arguments.python).items()},
            arguments.here,
            arguments.dry_run,
        )
        if arguments.job and arguments.job not in workflow["jobs"]:
            parser.error(f"no job {arguments.job!r}; there are {', '.join(workflow['jobs'])}")
        outcomes = run(workflow, arguments.job, options)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print()
    for outcome in outcomes:
        print(f"{outcome.name:<28} {outcome.verdict:<10} {outcome.seconds:7.1f} s")
    return 0 if all(outcome.well for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
