"""Missing components: skipped by name, or failed where the real thing is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import components


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of components with one that is there (``here``) and one that is not (``gone``)."""
    program = tmp_path / "bin" / "here-cmd"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "components.toml"
    file.write_text(
        f"""
        [here]
        commands = ["here-cmd"]
        folders = ["{program.parent.as_posix()}"]
        debian = ["here-package"]
        tests = "these"
        [gone]
        commands = ["here-cmd", "gone-cmd"]
        debian = ["gone-package"]
        tests = "these"
        """
    )
    monkeypatch.setattr(components, "COMPONENTS_FILE", file)
    return program


def test_a_component_is_found_in_its_folders(listed: Path) -> None:
    assert components.require("here") == listed


@pytest.mark.usefixtures("listed")
def test_a_missing_one_skips_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PDX_REQUIRE_REAL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"'gone'.*apt-get install gone-package"):
        components.require("gone")


@pytest.mark.usefixtures("listed")
def test_a_missing_one_fails_where_the_real_thing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDX_REQUIRE_REAL", "1")
    with pytest.raises(pytest.fail.Exception, match="'gone'"):
        components.require("gone")


def test_every_listed_component_says_who_needs_it_and_how_to_get_it() -> None:
    for component in components.load_components().values():
        assert component.commands
        assert component.debian
        assert component.tests
