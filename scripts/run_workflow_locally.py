#!/usr/bin/env python3
"""Run the commands of a GitHub workflow on this machine, as its jobs would.

    python3 scripts/run_workflow_locally.py tests --job unit
    python3 scripts/run_workflow_locally.py ml-pipeline --input profile=quick
    python3 scripts/run_workflow_locally.py docker-build --job stack --dry-run

Each job runs in a fresh clone of the last commit; --here runs in this checkout. The same as `python3 pdx.py
workflow`, with the same options (--help). Exit code 0: every command went well; 1: one did not; 2: bad usage.
"""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main() -> int:
    """Hand over to ``pdx.py workflow``."""
    command = [sys.executable, str(PROGRAM), "workflow", *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
