"""The one way to the API: its address, time limits, a second try, and why it does not answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import httpx
import streamlit as st

from predictiondex.client import ApiError, ApiUnavailable, Client
from predictiondex.settings import get_settings
from predictiondex.wire import Advice

#: Seconds that an answer may take, and that "are you there?" may take.
ANSWER_SECONDS, GLANCE_SECONDS = 15.0, 2.0
#: A connection that is refused is tried once more before anybody is told.
RETRIES = 1


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is no answer now: nobody is there (``away``) or it is still starting (``warming``)."""

    kind: Literal["away", "warming"]
    detail: str


class Service:
    """The API as the page sees it. One for all visitors; its connections are shared between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = _client(url, ANSWER_SECONDS)
        self._glance = _client(url, GLANCE_SECONDS)

    def obstacle(self) -> Obstacle | None:
        """Ask whether predictions are possible; ``None`` when they are. Answers within a few seconds."""
        try:
            readiness = self._glance.readiness()
        except ApiUnavailable as error:
            return Obstacle("away", error.message)
        return None if readiness.ready else Obstacle("warming", "; ".join(readiness.reasons))

    def advise(self, request: dict[str, Any]) -> Advice | Obstacle:
        """The answer, or why there is none yet. Raises :class:`ApiError` where the request is refused."""
        try:
            return self.client.best_move(request)
        except ApiUnavailable as error:
            return Obstacle("away", error.message)
        except ApiError as error:
            if error.status == httpx.codes.SERVICE_UNAVAILABLE:
                return Obstacle("warming", error.message)
            raise


def service() -> Service:
    """The service at the address of the settings (``PDX_API_URL``)."""
    return _service(get_settings().api_url)


@st.cache_resource(show_spinner=False)
def _service(url: str) -> Service:
    return Service(url)


def _client(url: str, seconds: float) -> Client:
    key = get_settings().api_key or None
    return Client(url, api_key=key, timeout=seconds, transport=httpx.HTTPTransport(retries=RETRIES))
