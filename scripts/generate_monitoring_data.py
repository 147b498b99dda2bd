"""Metrics for Grafana and Prometheus: traffic against a running API.

    python scripts/generate_monitoring_data.py
    python scripts/generate_monitoring_data.py --mode burst --duration 10
    python scripts/generate_monitoring_data.py --mode spike --duration 15

The same as `python3 pdx.py traffic`, with the same options; needs nothing but Python.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "pdx.py"


def main(arguments: list[str]) -> int:
    """Hand over to ``traffic``; its exit code."""
    with subprocess.Popen([sys.executable, str(PROGRAM), "traffic", *arguments]) as child:
        while True:
            with suppress(KeyboardInterrupt):  # Ctrl-C is the child's: it prints its summary and ends
                return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
