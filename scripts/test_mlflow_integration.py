#!/usr/bin/env python3
"""Is MLflow wired up? Connect, train a random forest on project data, log it, read it back, compare.

    python3 scripts/test_mlflow_integration.py                               the stack's server, by .env
    python3 scripts/test_mlflow_integration.py --url http://127.0.0.1:5000   any other

Parameters, metrics and the model itself have to come back as they were given. Exit code 0: they did; 1: they
did not, or there is no server; 2: bad usage.
"""

import argparse
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main() -> int:
    """Hand over to ``predictiondex mlflow-test``, whose options are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "--url", metavar="URL", help="address of the MLflow server (default: the stack's, by .env)"
    )
    parser.add_argument("--env-file", metavar="FILE", help="passwords and ports (default: .env)")
    parser.add_argument("--json", action="store_true", help="one JSON line instead")
    parser.parse_args()
    command = [sys.executable, str(PROGRAM), "mlflow-test", *sys.argv[1:]]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
