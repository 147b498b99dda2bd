"""The schema is kept: thousands of requests made from it, right and wrong, alone and in a row, meet no fault,
no status, header or body that is not documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from predictiondex.api.app import create_app
from predictiondex.settings import Settings
from tests.api.serving import serving_app, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("schemathesis")
OPTIONS = ("--max-examples", "4", "--suppress-health-check", "all", "--no-color")


def schemathesis(address: str, folder: Path, *choice: str) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "--config-file", ROOT / "schemathesis.toml", "run", f"{address}/openapi.json"]
    return subprocess.run(
        [*command, *OPTIONS, *choice], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_schemathesis_finds_nothing(ready: httpx.Client, address: str, tmp_path: Path) -> None:
    # Plans take seconds each; other tests run their examples.
    result = schemathesis(address, tmp_path, "--exclude-path", "/predict/plan")
    assert result.returncode == 0, result.stdout[-8000:]
    ran = re.search(r"(\d+) generated, (\d+) passed", result.stdout)
    assert ran is not None, result.stdout[-2000:]
    assert int(ran[1]) == int(ran[2]) > 1000
    assert re.search(r"✅ Stateful", result.stdout)
    assert ready.get("/livez").status_code == 200


@pytest.mark.slow
def test_schemathesis_would_find_a_fault(settings: Settings, tmp_path: Path) -> None:
    """The same run against a service that answers what it does not document."""
    app = create_app(settings)

    async def broken(size: int) -> dict[str, int]:
        return {"size": 10 // size}

    app.add_api_route("/broken", broken, description="Divides.", tags=["facts"])
    with serving_app(app) as address, httpx.Client(base_url=address) as http:
        wait_until_ready(http)
        result = schemathesis(address, tmp_path, "--include-path", "/broken")
    assert result.returncode == 1
    assert "Server error" in result.stdout
