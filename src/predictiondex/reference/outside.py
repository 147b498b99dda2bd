"""Fight on the reference engine as a player: it shows what the screen shows, and is told what to choose."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from predictiondex.errors import ReferenceEngineError
from predictiondex.reference import install

_SCRIPT = Path(__file__).with_name("outside.js")

#: What is asked (``outside.js`` says how it looks) -> id of the move to use, one of ``ask["free"]``.
Player = Callable[[dict[str, Any]], str]


class Arena:
    """One process of the reference engine. Use it with ``with``; one fight at a time."""

    def __init__(self, *, showdown: Path | None = None) -> None:
        self._command = [install.node_command(), str(_SCRIPT), str(showdown or install.showdown_path())]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own script under the node that was found
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            with self._process:
                if self._process.stdin is not None:
                    self._process.stdin.close()
                if kind is not None:
                    self._process.kill()
            self._process = None

    def fight(
        self,
        a: dict[str, Any],
        b: dict[str, Any],
        seed: Sequence[int],
        *,
        player_a: Player | None = None,
        player_b: Player | None = None,
        max_turns: int = 1000,
    ) -> dict[str, Any]:
        """Play one battle; a side without a player is greedy. Returns ``{winner, turns, hp, moves}``.

        Sets are those of job lines, ``seed`` four 16-bit words. Raises
        :class:`~predictiondex.errors.ReferenceEngineError` when the engine stops or refuses a choice.
        """
        names = ["greedy" if player is None else "outside" for player in (player_a, player_b)]
        job = {"a": a, "b": b, "seed": list(seed), "playerA": names[0], "playerB": names[1]}
        self._send({**job, "maxTurns": max_turns})
        while True:
            said = self._receive()
            if "end" in said:
                end: dict[str, Any] = said["end"]
                return end
            if "error" in said:
                raise ReferenceEngineError(f"The reference engine: {said['error']}.")
            player = player_a if said["ask"]["side"] == "A" else player_b
            assert player is not None
            self._send({"choose": player(said["ask"])})

    def _send(self, line: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(line) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ReferenceEngineError("The reference engine stopped.") from error

    def _receive(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ReferenceEngineError("The reference engine stopped in the middle of a fight.")
        said: dict[str, Any] = json.loads(line)
        return said
