"""What counts when the lines are counted that tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).resolve().parents[2]
MODULE = Path("src/predictiondex/errors.py")


def test_copies_of_the_program_do_not_count(tmp_path: Path) -> None:
    copy = tmp_path / "other" / MODULE
    copy.parent.mkdir(parents=True)
    shutil.copy(ROOT / MODULE, copy)
    data = CoverageData(str(tmp_path / ".coverage"))
    data.add_lines({str(path): [1] for path in (ROOT / MODULE, copy)})
    data.write()
    told = subprocess.run(
        [sys.executable, "-m", "coverage", "report"],
        cwd=ROOT, env={**os.environ, "COVERAGE_FILE": data.data_filename()},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert [line.split()[0] for line in told.stdout.splitlines() if ".py" in line] == [str(MODULE)]
