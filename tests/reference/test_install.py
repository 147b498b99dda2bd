"""Installing the reference packages: clear errors where it cannot be done, one install where it can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from predictiondex.errors import ReferenceEngineError
from predictiondex.reference.install import NAMES, SHOWDOWN, names_packages, showdown_path


def _pretend(cache: Path, packages: dict[str, str], found: str | None) -> None:
    """Lay out an installation whose packages say version ``found``."""
    label = "+".join(f"{name}-{version}" for name, version in sorted(packages.items()))
    for name in packages:
        folder = cache / label / "node_modules" / name
        folder.mkdir(parents=True)
        if found is not None:
            (folder / "package.json").write_text(json.dumps({"version": found}), encoding="utf-8")


def test_without_node_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReferenceEngineError, match=r"npm was not found\. Install Node\.js"):
        showdown_path(cache=tmp_path / "cache")


def test_nothing_is_installed_unless_allowed(tmp_path: Path) -> None:
    with pytest.raises(ReferenceEngineError, match=r"pokemon-showdown 0\.11\.11 is not installed"):
        showdown_path(install=False, cache=tmp_path)
    with pytest.raises(ReferenceEngineError, match="oakdex-pokedex"):
        names_packages(install=False, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_version_is_refused(tmp_path: Path) -> None:
    _pretend(tmp_path, SHOWDOWN, "0.11.10")
    with pytest.raises(ReferenceEngineError, match=r"version 0\.11\.10, 0\.11\.11 is needed\. Delete"):
        showdown_path(cache=tmp_path)


def test_an_incomplete_installation_is_refused(tmp_path: Path) -> None:
    _pretend(tmp_path, NAMES, None)
    with pytest.raises(ReferenceEngineError, match="incomplete"):
        names_packages(cache=tmp_path)


def test_an_installation_is_found_again(tmp_path: Path) -> None:
    _pretend(tmp_path, SHOWDOWN, SHOWDOWN["pokemon-showdown"])
    found = showdown_path(install=False, cache=tmp_path)
    assert found.name == "pokemon-showdown"
    assert (found / "package.json").is_file()
