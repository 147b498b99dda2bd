"""Make ``docker/prometheus/rules.yml`` from the service levels.

``.venv/bin/python -m scripts.build_rules``; a test holds the file to be current.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from predictiondex.monitoring.levels import rule_groups

TARGET = Path(__file__).resolve().parents[1] / "docker" / "prometheus" / "rules.yml"
_HEAD = """\
# Made by scripts/build_rules.py from src/predictiondex/monitoring/levels.py: change that, then run it.

"""


def text() -> str:
    """The content of the file."""
    return _HEAD + yaml.safe_dump({"groups": rule_groups()}, sort_keys=False, width=100_000)


def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args(arguments)
    TARGET.write_text(text(), encoding="utf-8")
    print(f"Written: {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
