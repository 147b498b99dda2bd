"""The brief's table: everything it names is there, and everything the brief lists is named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, links

BRIEF = Path("docs/BRIEF.md")
#: What the original brief lists, by name.
ITEMS = (
    "generate_monitoring_data.py", "validate_docker_stack.py", "test_mlflow_integration.py",
    "quick_start_docker.py", "start_docker_stack.py", "scripts/README.md", "quick_check.py",
    "tests/monitoring/test_generate_metrics.py", "tests/monitoring/__init__.py", "DOCKER_STACK_GUIDE.md",
    "docker-compose.yml", "Dockerfile.etl", "Prometheus", "HighPredictionLatency", "LowModelConfidence",
    "HighErrorRate", "model_performance.json", "api_performance.json", "Evidently", "MLflow", "C11", "C13",
    "E1_E3_VALIDATION_CERTIF.md", "CI_CD_SETUP.md", "MONITORING_README.md", "Streamlit", "Swagger",
)  # fmt: skip


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_of_the_brief_is_in_the_table(item: str) -> None:
    assert item in (ROOT / BRIEF).read_text(encoding="utf-8")


def test_every_place_in_the_table_is_there() -> None:
    places = [target.partition("#")[0] for target in links(BRIEF)]
    assert len(places) > 40
    assert [place for place in places if not (ROOT / "docs" / place).exists()] == []


def test_all_scripts_are_pure_python() -> None:
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    shell = [name for name in known.splitlines() if name.endswith((".sh", ".bash", ".ps1", ".bat"))]
    assert [name for name in shell if name.startswith("scripts/")] == []


def test_a_script_is_proven_by_the_tests_that_bear_its_name() -> None:
    rows = [line for line in (ROOT / BRIEF).read_text(encoding="utf-8").splitlines() if "(../" in line]
    wrong = []
    for test in (ROOT / "tests").rglob("test_*.py"):
        script = test.name.removeprefix("test_")
        row = next((row for row in rows if row.startswith(f"| `{script}`")), "")
        if row and f"({Path('..') / test.relative_to(ROOT)})" not in row:
            wrong.append(script)
    assert wrong == []
