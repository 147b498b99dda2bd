"""Metrics for Grafana and Prometheus: traffic against a running API.

    python scripts/generate_monitoring_data.py
    python scripts/generate_monitoring_data.py --mode burst --duration 10
    python scripts/generate_monitoring_data.py --mode spike --duration 15

The same as `python3 pdx.py traffic`, with the same options; needs nothing but Python. Where the Docker stack
was started from here, its `.env` says whom to ask and with which key, unless PDX_API_URL or --api-url does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "pdx.py"
STACK = ROOT / ".env"


def main(arguments: list[str]) -> int:
    """Hand over to ``traffic``; its exit code."""
    with subprocess.Popen([sys.executable, str(PROGRAM), "traffic", *stack(arguments), *arguments]) as child:
        while True:
            with suppress(KeyboardInterrupt):  # Ctrl-C is the child's: it prints its summary and ends
                return child.wait()


def stack(arguments: list[str]) -> list[str]:
    """The option that names the stack's `.env`, where there is one and nothing else says whom to ask."""
    said = os.environ.get("PDX_API_URL") or any(one.startswith("--api-url") for one in arguments)
    named = any(one.startswith("--env-file") for one in arguments)
    return [] if said or named or not STACK.is_file() else ["--env-file", str(STACK)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
