#!/usr/bin/env python3
"""Start the nine services: .env, images, start, wait until all is well, validate, addresses.

    python3 scripts/start_docker_stack.py
    python3 scripts/start_docker_stack.py --build --without grafana

Writes .env with random passwords where it is missing, and refuses one with default or missing passwords.
Builds the images where one is missing or of another commit. Exit code 0: all well; 1: something is in the way
or a check failed; 2: bad usage.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main() -> int:
    """Hand over to ``predictiondex stack start``, whose options are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "--build", action=argparse.BooleanOptionalAction, help="build the images anew, or not at all"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="SERVICE", help="leave a service out"
    )
    parser.add_argument(
        "--timeout", type=float, default=600.0, help="seconds until all has to be well (%(default).0f)"
    )
    parser.add_argument("--env-file", metavar="FILE", help="passwords and ports (default: .env)")
    parser.parse_args()
    command = [sys.executable, str(PROGRAM), "stack", "start", *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
