"""Workflows run on this machine: expressions, conditions, matrices, and real jobs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts import workflow
from scripts.expressions import ExpressionError, evaluate, fill, holds

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {
    "github": {"ref": "refs/tags/v1.2.0", "event_name": "push"},
    "matrix": {"python": "3.12"},
    "env": {"EMPTY": ""},
    "secrets": {},
    "inputs": {},
    "status": False,
}


def options(**changes: object) -> workflow.Options:
    """As the command line would make them."""
    usual: dict[str, object] = {"event": "push", "ref": "refs/heads/main", "inputs": {}, "pythons": {}}
    return workflow.Options(**{**usual, "here": True, "dry_run": False, **changes})  # type: ignore[arg-type]


def run(text: str, **changes: object) -> dict[str, str]:
    """Job -> what became of it, for a workflow written here."""
    found = yaml.safe_load(text)
    return {one.name: one.verdict for one in workflow.run({"on": {}, **found}, None, options(**changes))}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"),
        ("matrix.python == '3.12'", True),
        ("github.event_name != 'push' || matrix.python", "3.12"),
        ("inputs.profile || 'quick'", "quick"),
        ("startsWith(github.ref, 'refs/tags/v') && !failure()", True),
        ("(true || false) && false", False),
        ("secrets.TOKEN != ''", False),
        ("contains('abc', 'B')", True),
        ("1.5", 1.5),
    ],
)
def test_an_expression_has_its_value(text: str, value: object) -> None:
    assert evaluate(text, KNOWN) == value


@pytest.mark.parametrize(
    "text", ["", "a ? b", "github.ref ==", "hashFiles('x')", "nothing.here", "(true", "1 1"]
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, KNOWN)


def test_values_are_filled_in() -> None:
    assert fill("v${{ matrix.python }}-${{ env.EMPTY }}${{ secrets.NONE }}${{ true }}", KNOWN) == "v3.12-true"


@pytest.mark.parametrize(
    ("condition", "failed", "verdict"),
    [
        (None, False, True),
        (None, True, False),
        ("always()", True, True),
        ("failure()", False, False),
        ("failure()", True, True),
        ("${{ matrix.python == '3.12' }}", False, True),
        ("matrix.python == '3.12'", True, False),
    ],
)
def test_a_condition_minds_what_failed_before(condition: str | None, failed: bool, verdict: bool) -> None:
    assert holds(condition, {**KNOWN, "status": failed}) is verdict


def test_steps_share_the_environment_and_end_with_the_first_failure(tmp_path: Path) -> None:
    log = tmp_path / "log"
    verdicts = run(f"""
env: {{LOG: "{log}", WHO: nobody}}
jobs:
  first:
    env: {{WHO: job}}
    steps:
      - uses: actions/checkout@v1
      - run: echo "$WHO" >> "$LOG"
      - run: echo "$WHO" >> "$LOG"
        env: {{WHO: step}}
      - run: |
          false
          echo never >> "$LOG"
      - run: echo never >> "$LOG"
      - run: echo afterwards >> "$LOG"
        if: always()
  second:
    needs: first
    steps: [{{run: echo never >> "$LOG"}}]
  third:
    if: github.event_name == 'schedule'
    steps: [{{run: echo never >> "$LOG"}}]
""")
    assert verdicts == {"first": "FAILED", "second": "skipped", "third": "skipped"}
    assert log.read_text().split() == ["job", "step", "afterwards"]


def test_an_artefact_comes_to_the_jobs_that_ask_for_it(tmp_path: Path) -> None:
    """Each job has a checkout of its own: what is not handed over is not there."""
    found = tmp_path / "found"
    verdicts = run(
        f"""
jobs:
  makes:
    steps:
      - run: mkdir built && echo bytes > built/images.tar && echo left > behind
      - uses: actions/upload-artifact@v1
        with: {{name: images, path: built}}
      - uses: actions/upload-artifact@v1
        with: {{name: nothing, path: not-there}}
  uses:
    needs: makes
    steps:
      - uses: actions/download-artifact@v1
        with: {{name: images}}
      - run: cat built/images.tar > "{found}" && test ! -e behind
  misses:
    needs: makes
    steps:
      - uses: actions/download-artifact@v1
        with: {{name: nothing}}
""",
        here=False,
    )
    assert verdicts == {"makes": "ok", "uses": "ok", "misses": "FAILED"}
    assert found.read_text() == "bytes\n"


def test_the_jobs_of_a_workflow_that_is_called_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where one of them fails, what needs the call is not done."""
    monkeypatch.setattr(workflow, "ROOT", tmp_path)
    called = "jobs: {good: {steps: [{run: 'true'}]}, bad: {steps: [{run: 'false'}]}}"
    (tmp_path / "called.yml").write_text(called)
    verdicts = run("""
jobs:
  never: {if: "github.event_name == 'schedule'", uses: ./called.yml}
  tests: {uses: ./called.yml}
  publish: {needs: tests, steps: [{run: "true"}]}
""")
    wanted = {"never": "skipped", "tests/good": "ok", "tests/bad": "FAILED", "publish": "skipped"}
    assert verdicts == wanted


def test_a_matrix_is_run_cell_by_cell_with_the_wanted_python(tmp_path: Path) -> None:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    text = f"""
jobs:
  one:
    strategy: {{matrix: {{python: ["{here}", "2.0"]}}}}
    container: python:${{{{ matrix.python }}}}-bookworm
    steps:
      - run: python3 -c 'import sys; print(sys.version_info[:2])' > "{tmp_path}/said"
"""
    verdicts = run(text)
    assert verdicts == {f"one {here}": "ok", "one 2.0": "no Python 2.0 here (--python 2.0=PATH)"}
    assert (tmp_path / "said").read_text().strip() == str(sys.version_info[:2])


def test_a_job_that_takes_too_long_is_ended() -> None:
    assert run("jobs: {slow: {timeout-minutes: 0.001, steps: [{run: sleep 60}]}}") == {"slow": "FAILED"}


def test_jobs_wait_for_those_they_need() -> None:
    jobs = {"c": {"needs": ["a", "b"]}, "b": {"needs": "a"}, "a": {}}
    assert workflow.in_order(jobs) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["tests", "ml-pipeline", "docker-build", "monitoring"])
def test_every_workflow_of_ours_is_understood(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    pythons = {version: Path(sys.executable) for version in ("3.11", "3.12", "3.13")}
    asked = options(dry_run=True, pythons=pythons, ref="refs/tags/v0.1.0")
    outcomes = workflow.run(workflow.load(name), None, asked)
    assert {outcome.verdict for outcome in outcomes} <= {"dry run", "skipped"}
    assert "$ python3 " in capsys.readouterr().out


def test_a_fresh_clone_is_used_unless_told_otherwise() -> None:
    with workflow.checkout(Path(sys.executable), here=False) as (folder, path):
        assert (folder / "pdx.py").is_file()
        assert folder != ROOT
        assert Path(path.split(os.pathsep)[0], "python3").exists()
    assert not folder.exists()


def test_an_unknown_workflow_is_bad_usage() -> None:
    command = [sys.executable, "-m", "scripts.workflow", "test"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no workflow 'test'; there are docker-build, ml-pipeline, monitoring, tests" in result.stderr


def test_an_unknown_job_is_bad_usage() -> None:
    command = [sys.executable, "-m", "scripts.workflow", "tests", "--job", "nothing"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "supply-chain" in result.stderr
