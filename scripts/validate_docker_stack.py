#!/usr/bin/env python3
"""Ask every service of the running stack; each line says what was expected and what was found.

    python3 scripts/validate_docker_stack.py --verbose
    python3 scripts/validate_docker_stack.py --json

Exit code 0: all well; 1: a check failed, or Docker is missing; 2: bad usage.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main() -> int:
    """Hand over to ``predictiondex stack validate``, whose options are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="every check, not only the failed ones")
    parser.add_argument("--json", action="store_true", help="one JSON line instead")
    parser.add_argument(
        "--without", action="append", default=[], metavar="SERVICE", help="not started on purpose"
    )
    parser.add_argument("--env-file", metavar="FILE", help="passwords and ports (default: .env)")
    parser.parse_args()
    command = [sys.executable, str(PROGRAM), "stack", "validate", *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
