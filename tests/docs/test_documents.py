"""The documents hold what the code has: links lead somewhere; each command, metric, alert, script is told."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from prometheus_client.metrics_core import Metric
from typer.main import get_command

import pdx
from predictiondex.api.metrics import Metrics
from predictiondex.cli import app
from predictiondex.monitoring.gauges import METRICS
from predictiondex.settings import Settings
from tests.docs.markdown import ROOT, anchors, blocks, documents, links
from tests.frame.test_cli import paths

#: Commands of the project that are quoted in documents; `docker compose` and others are not ours to check.
OURS = re.compile(
    r"(?<!-n )(?:python3? pdx\.py|(?:\.venv/bin/)?predictiondex) ([a-z][a-z-]*(?: [a-z][a-z-]*)?)"
)
COMMANDS = [" ".join(path) for path in paths(get_command(app))]

every_document = pytest.mark.parametrize("path", documents(), ids=str)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@every_document
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in links(path):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = ((ROOT / path).parent / name).resolve() if name else ROOT / path
        wrong_anchor = anchor and file.suffix == ".md" and anchor not in anchors(file.relative_to(ROOT))
        if not file.exists() or wrong_anchor:
            broken.append(target)
    assert broken == []


@every_document
def test_every_command_that_is_quoted_is_there(path: Path) -> None:
    known = {*pdx.COMMANDS, *(word for command in COMMANDS for word in (command, command.split()[0]))}
    quoted = [found for block in blocks(path) for found in OURS.findall(block.text)]
    quoted += OURS.findall(text(str(path)).replace("```", ""))
    groups = {command.split()[0] for command in COMMANDS if " " in command}
    unknown = {
        words
        for words in quoted
        if words not in known and (words.split()[0] in groups or words.split()[0] not in known)
    }
    assert unknown == set()


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_every_command_is_in_both_readmes(name: str) -> None:
    assert [command for command in COMMANDS if f"`{command}`" not in text(name)] == []


def test_every_command_of_those_who_work_on_it_is_told() -> None:
    own = [command for command in pdx.COMMANDS if command not in {words.split()[0] for words in COMMANDS}]
    assert [command for command in own if f"pdx.py {command}" not in text("CONTRIBUTING.md")] == []


def test_every_metric_is_told(tmp_path: Path) -> None:
    families: list[Metric] = list(Metrics(tmp_path).registry.collect())
    names = [one.name + ("_total" if one.type == "counter" else "") for one in families]
    ours = [name for name in names if not name.startswith(("process_", "python_"))]
    assert len(ours) > 15
    assert [name for name in ours if f"`{name}" not in text("docs/API.md")] == []
    assert [name for name in METRICS if f"`{name}" not in text("docs/MONITORING_README.md")] == []


def test_every_alert_is_told() -> None:
    groups = [
        group
        for path in sorted((ROOT / "docker" / "prometheus").glob("*.yml"))
        for group in yaml.safe_load(path.read_text(encoding="utf-8")).get("groups", [])
    ]
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    assert len(alerts) > 3
    assert [name for name in alerts if name not in text("docs/MONITORING_README.md")] == []


def test_every_script_is_told() -> None:
    told = text("scripts/README.md")
    scripts = [path.name for path in (ROOT / "scripts").glob("*.py")]
    assert [name for name in scripts if f"`{name}`" not in told] == []


def test_every_setting_of_the_environment_is_one_that_is_documented() -> None:
    guide = text("docs/CONFIGURATION.md")
    settings = {f"PDX_{name.upper()}" for name in Settings.model_fields}
    quoted = {found for path in documents() for found in re.findall(r"`(PDX_[A-Z_]+)", text(str(path)))}
    assert [name for name in sorted(settings | quoted) if name not in guide] == []


def test_every_variable_of_the_stack_is_told() -> None:
    named = set(re.findall(r"\$\{([A-Z_]+)", text("docker-compose.yml")))
    told = set(re.findall(r"`([A-Z_]+)`", text("docs/DOCKER_STACK_GUIDE.md")))
    assert named - told == set()


def test_every_document_is_found_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [Path("README.md")]
    while waiting:
        path = waiting.pop()
        if path in reached or not (ROOT / path).exists():
            continue
        reached.add(path)
        targets = [target.partition("#")[0] for target in links(path) if not re.match(r"[a-z]+:", target)]
        found = [((ROOT / path).parent / target).resolve() for target in targets if target.endswith(".md")]
        waiting += [file.relative_to(ROOT) for file in found]
    assert set(documents()) - reached == set()


def test_the_size_of_the_champion_is_the_cards() -> None:
    size = re.search(r"(\d+) bytes\), JSON manifest", text("docs/MODEL_CARD.md"))
    told = re.search(r"the champion \((\d+) MB,", text("docs/SCALING.md"))
    assert size
    assert told
    assert int(told[1]) == round(int(size[1]) / 1e6)
