"""Ask the installed Showdown package for its facts (runs ``extract.js`` under Node.js)."""

from __future__ import annotations

import json
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

from predictiondex.errors import ReferenceEngineError
from predictiondex.reference.install import node_command

_TIMEOUT = 120.0


def facts(showdown: Path) -> dict[str, Any]:
    """What ``extract.js`` prints for the package in ``showdown``: forms, moves, types, natures, metronome.

    Raises :class:`ReferenceEngineError` when Node.js is missing, fails, or answers no JSON.
    """
    script = resources.files("predictiondex.reference").joinpath("extract.js")
    with resources.as_file(script) as path:
        command = [node_command(), str(path), str(showdown)]
        try:
            run = subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)  # noqa: S603
            answer: dict[str, Any] = json.loads(run.stdout)
        except subprocess.CalledProcessError as error:
            tail = error.stderr.decode(errors="replace")[-500:]
            raise ReferenceEngineError(f"The reference package failed: {tail}") from error
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise ReferenceEngineError("The reference package gave no usable answer.") from error
    return answer
