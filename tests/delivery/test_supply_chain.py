"""Bill of materials, licences, vulnerabilities; and the one place of the version."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from predictiondex import __version__
from predictiondex.stack import images
from scripts import release, supply_chain
from scripts.lock import LOCKS

ROOT = Path(__file__).resolve().parents[2]
#: What reaches users; `dev` and `bootstrap` are for those who work on it.
SHIPPED = ("core", "serve", "etl", "mlops", "tracking")
#: Where nothing answers.
NOWHERE = "http://127.0.0.1:9"


def lock(name: str) -> list[supply_chain.Package]:
    return supply_chain.packages_of(ROOT / "requirements" / f"{name}.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_the_bill_names_every_package_of_the_lock_with_its_hashes(name: str) -> None:
    packages = lock(name)
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    bill = supply_chain.bill(packages, {one.name: "MIT" for one in packages})
    assert len(bill["components"]) == len(re.findall(r"^[a-z0-9].*==", text, re.MULTILINE))
    hashes = [
        one["content"] for part in bill["components"] for one in part["externalReferences"][0]["hashes"]
    ]
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))


@pytest.mark.slow
def test_the_bill_is_what_cyclonedx_asks_for() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator  # seconds of work for every process

    packages = lock("bootstrap") + lock("core")[:10]
    bill = supply_chain.bill(packages, {one.name: supply_chain.licence_of(one.name) for one in packages})
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None


@pytest.mark.parametrize("name", LOCKS)
def test_every_licence_is_allowed(name: str) -> None:
    licences = {one.name: supply_chain.licence_of(one.name) for one in lock(name)}
    assert sum(map(bool, licences.values())) > 0.9 * len(licences)
    assert supply_chain.not_allowed(licences) == {}


@pytest.mark.parametrize("name", SHIPPED)
def test_tools_under_other_licences_are_not_shipped(name: str) -> None:
    assert {one.name for one in lock(name)} & supply_chain.TOOLS == set()


@pytest.mark.parametrize(
    ("told", "fine"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("BSD License; MIT License", True),
        ("Python Software Foundation License", True),
        ("MIT AND PSF-2.0", True),
        ("BSD-3-Clause AND TCL", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", True),
        ("(MIT OR GPL-3.0-only) AND ((BSD-3-Clause))", True),
        ("Historical Permission Notice and Disclaimer (HPND)", True),
        ("DFSG approved; MIT License", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-3.0-only OR AGPL-3.0-only)", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("MIT OR", False),
        ("GPL-3.0-only OR MIT AND SSPL-1.0", False),
        ("MIT License; GNU General Public License v3 (GPLv3)", False),
        ("BSD, but not for companies", False),
        ("DFSG approved", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0", False),
        ("Proprietary", False),
        ("not declared", False),
    ],
)
def test_what_is_allowed(told: str, fine: bool) -> None:
    assert supply_chain.allowed(told) is fine


@pytest.mark.slow
def test_without_a_network_vulnerabilities_are_not_known_instead_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    monkeypatch.delenv("NO_PROXY", raising=False)
    command = [sys.executable, "-m", "scripts.supply_chain", "--lock", "bootstrap", "--out", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "not known for 1 packages" in result.stdout
    assert {path.name for path in tmp_path.iterdir()} == {
        "sbom.cdx.json",
        "licences.json",
        "vulnerabilities.json",
    }
    strict = subprocess.run([*command, "--require-audit"], cwd=ROOT, capture_output=True, check=False)
    assert strict.returncode == 1


def test_a_known_vulnerability_is_told() -> None:
    said = supply_chain.known_sentence({"left-pad": ["PYSEC-1"]}, [])
    assert said == "vulnerabilities: left-pad: PYSEC-1"
    assert supply_chain.known_sentence({}, []) == "vulnerabilities: none known"


def test_the_version_is_written_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/predictiondex/__init__.py"
    assert release.SEMANTIC.fullmatch(__version__)
    for file in (ROOT / "docker").glob("Dockerfile.*"):
        given = re.findall(r"^ARG VERSION=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert given == [images.UNKNOWN], "what builds it says which version it is"


def test_a_release_needs_tag_version_changelog_and_deployment_to_agree() -> None:
    changelog = f"# Changelog\n\n## {__version__} - 2026-01-31\n"
    deployed = release.DEPLOYED.read_text(encoding="utf-8")
    assert release.objections(f"v{__version__}", changelog, deployed) == []
    assert len(release.objections("v99.0.0", changelog, deployed)) == 1
    assert len(release.objections(f"v{__version__}", "# Changelog\n", deployed)) == 1
    older = deployed.replace(f"newTag: {__version__}", "newTag: 0.0.9", 1)
    (told,) = release.objections(f"v{__version__}", changelog, older)
    assert f":0.0.9, etl:{__version__}" in told
    (told,) = release.objections(f"v{__version__}", changelog, "")
    assert "takes no images" in told


def test_publishing_pushes_every_image_by_version_and_tells_no_password() -> None:
    steps = release.publishing("ghcr.io/Somebody/predictiondex")
    pushed = [step[2] for step in steps if step[1] == "push"]
    assert f"ghcr.io/somebody/predictiondex/api:{__version__}" in pushed
    assert len(pushed) == 2 * len(release.IMAGES)
    command = [sys.executable, "-m", "scripts.release", "publish", "--registry", "ghcr.io/x", "--dry-run"]
    login = [*command, "--user", "me", "--password-env", "SECRET_OF_TEST"]
    environment = {"PATH": "", "SECRET_OF_TEST": "hush"}
    result = subprocess.run(login, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "docker login ghcr.io --username me --password-stdin" in result.stdout
    assert "hush" not in result.stdout + result.stderr
    assert "build" not in result.stdout, "what was tried is what is published"


def test_images_that_are_missing_or_of_another_commit_are_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program in Docker's place knows two images, one of another commit, and notes what it is asked."""
    here = images.revision(ROOT)
    docker = tmp_path / "docker"
    docker.write_text(f"""#!/bin/sh
echo "$@" >> "{tmp_path}/asked"
case "$3" in
  *api:latest) echo {here} ;;
  *etl:latest) echo another ;;
  *) exit 1 ;;
esac
""")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert release.publish("ghcr.io/x", None, None, dry_run=False) == 1
    told = capsys.readouterr().out
    others = [f"predictiondex/{name}:latest" for name in release.IMAGES if name != "api"]
    assert re.findall(r"[\w/]+:latest", told) == others
    assert "push" not in (tmp_path / "asked").read_text()
