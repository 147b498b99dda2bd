"""Play battles on the reference engine: the truth that the battle rules are held against."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from predictiondex.errors import ReferenceEngineError
from predictiondex.reference import install

_SCRIPT = Path(__file__).with_name("play.js")


def play(jobs: Iterable[dict[str, Any]], *, showdown: Path | None = None) -> Iterator[dict[str, Any]]:
    """Results of jobs, in order, as they come; ``play.js`` describes both.

    ``showdown`` is the package's folder, otherwise it is installed on first use. Raises
    :class:`ReferenceEngineError` when the engine cannot be had or stops early.
    """
    command = [install.node_command(), str(_SCRIPT), str(showdown or install.showdown_path())]
    lines = [json.dumps(job) for job in jobs]
    done = 0
    with subprocess.Popen(  # noqa: S603 - our own script under the node that was found
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            # One job at a time: its answer is read before the next is sent, so neither side can fill a pipe.
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise ReferenceEngineError(f"The reference engine stopped at job {done + 1} of {len(lines)}.")
            done += 1
            yield json.loads(answer)
        process.stdin.close()
