#!/usr/bin/env python3
"""A guided start of the stack in six steps: Docker, build, start, validate, metrics, summary.

    python3 scripts/quick_start_docker.py          asks before each step
    python3 scripts/quick_start_docker.py --yes    does not ask

Exit code 0: all well; 1: stopped, something is in the way, or a check failed; 2: bad usage.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main() -> int:
    """Hand over to ``predictiondex stack guide``, whose options are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask before each step")
    parser.add_argument(
        "--without", action="append", default=[], metavar="SERVICE", help="leave a service out"
    )
    parser.add_argument(
        "--timeout", type=float, default=600.0, help="seconds until all has to be well (%(default).0f)"
    )
    parser.add_argument("--env-file", metavar="FILE", help="passwords and ports (default: .env)")
    parser.parse_args()
    command = [sys.executable, str(PROGRAM), "stack", "guide", *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
