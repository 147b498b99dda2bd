"""The one way to the API: its address, time limits, a second try, and why it does not answer."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import httpx
import streamlit as st

from predictiondex.client import LIMITS, ApiError, ApiUnavailable, Client
from predictiondex.messages import Said
from predictiondex.messages.text import Lang
from predictiondex.settings import get_settings
from predictiondex.wire import Advice

#: Seconds that an answer may take, and that "are you there?" may take.
ANSWER_SECONDS, GLANCE_SECONDS = 15.0, 2.0
#: A connection that is refused is tried once more before anybody is told.
RETRIES = 1

#: Nobody is there; it is still starting; it has too much to do; it does not accept the page's key.
ObstacleKind = Literal["away", "warming", "busy", "key"]
#: Kinds of problems that are not the visitor's.
_OBSTACLES: Final[dict[str, ObstacleKind]] = {
    "not-ready": "warming",
    "stopping": "away",
    "unauthorized": "key",
    "forbidden": "key",
    **dict.fromkeys(("rate-limited", "overloaded", "timeout", "log-full"), "busy"),
    **dict.fromkeys(("store-unavailable", "registry-unavailable"), "busy"),
}
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is no answer now, though the question may be a good one; ``detail`` is what was heard."""

    kind: ObstacleKind
    detail: Said


def obstacle_of(error: ApiUnavailable | ApiError) -> Obstacle | None:
    """What stands in the way of an answer; ``None`` where the request itself is refused."""
    if isinstance(error, ApiUnavailable):
        return Obstacle("away", error.said)
    problem = error.problem.type.rpartition(":")[2]
    kind = _OBSTACLES.get(problem)
    # How a caller shows a key is nothing that a visitor could do: the page says what helps.
    return Obstacle(kind, "" if problem == "unauthorized" else error.said) if kind else None


class Service:
    """The API as the page sees it. One for all visitors; its connections are shared between threads."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url
        self.lang: Lang = "en"
        self.client = _client(url, key, ANSWER_SECONDS)
        self.glance = _client(url, key, GLANCE_SECONDS)

    def speaking(self, lang: Lang) -> Service:
        """The same service, as a visitor of a language hears it."""
        other = copy(self)
        other.lang = lang
        other.client, other.glance = self.client.speaking(lang), self.glance.speaking(lang)
        return other

    def obstacle(self) -> Obstacle | None:
        """Ask whether predictions are possible; ``None`` when they are. Answers within a few seconds."""
        try:
            readiness = self.glance.readiness()
        except ApiUnavailable as error:
            return Obstacle("away", error.said)
        return None if readiness.ready else Obstacle("warming", "; ".join(readiness.reasons))

    def ask(self, question: Callable[[Client], Answer]) -> Answer | Obstacle:
        """The answer, or why there is none yet. Raises :class:`ApiError` where the request is refused."""
        try:
            return question(self.client)
        except (ApiUnavailable, ApiError) as error:
            obstacle = obstacle_of(error)
            if obstacle is None:
                raise
            return obstacle

    def advise(self, request: dict[str, Any]) -> Advice | Obstacle:
        """Which move to use now. As :meth:`ask`."""
        return self.ask(lambda client: client.best_move(request))


def service(lang: Lang = "en") -> Service:
    """The service at the address of the settings (``PDX_API_URL``), asked with their key."""
    settings = get_settings()
    return _service(settings.api_url, settings.api_key).speaking(lang)


@st.cache_resource(show_spinner=False)
def _service(url: str, key: str) -> Service:
    return Service(url, key)


def _client(url: str, key: str, seconds: float) -> Client:
    transport = httpx.HTTPTransport(retries=RETRIES, limits=LIMITS)
    return Client(url, api_key=key or None, timeout=seconds, transport=transport)
