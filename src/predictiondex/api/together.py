"""Requests that come at the same moment, answered in one go.

The model looks at them together, and advice follows advice: each finds what it needs in the processor's
caches, out of which reading and answering other requests in between would put it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from predictiondex.advisor import Advisor
    from predictiondex.api.answers import Seen
    from predictiondex.wire import Advice, BestMoveRequest

#: The most that are answered before others have their turn: some twenty milliseconds.
MOST: Final = 16


class _Asked(NamedTuple):
    advisor: Advisor
    request: BestMoveRequest
    seen: Seen
    answer: asyncio.Future[Advice]


class Together:
    """Collects what is asked until the loop has read all that came, then answers it."""

    def __init__(self) -> None:
        self._waiting: list[_Asked] = []

    async def best_move(self, advisor: Advisor, request: BestMoveRequest, seen: Seen) -> Advice:
        """The answer of ``advisor`` to a request that takes no battles. ``seen`` is told what it looked at.

        Raises what the advisor raises for this request.
        """
        loop = asyncio.get_running_loop()
        asked = _Asked(advisor, request, seen, loop.create_future())
        if not self._waiting:
            loop.call_soon(self._answer)
        self._waiting.append(asked)
        return await asked.answer

    def _answer(self) -> None:
        """Answer those of one advisor; what is left, or belongs to a new one, has the next turn."""
        advisor = self._waiting[0].advisor
        mine: list[_Asked] = []
        rest: list[_Asked] = []
        for one in self._waiting:
            (mine if one.advisor is advisor and len(mine) < MOST else rest).append(one)
        self._waiting = rest
        if rest:
            asyncio.get_running_loop().call_soon(self._answer)
        _tell(advisor, [one for one in mine if not one.answer.done()])  # the callers of others have left


def _tell(advisor: Advisor, asked: list[_Asked]) -> None:
    answers: Sequence[Advice | Exception]
    try:
        answers = advisor.best_moves([one.request for one in asked], [one.seen for one in asked])
    except Exception as error:
        answers = [error] * len(asked)
    for one, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Exception):
            one.answer.set_exception(answer)
        else:
            one.answer.set_result(answer)
