"""How the system is right now, asked of every service at the same time, so that none waits for another."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import streamlit as st

from predictiondex.client import ApiError, ApiUnavailable, Client
from predictiondex.messages.text import Lang
from predictiondex.settings import Settings, by_proxy, get_settings
from predictiondex.ui import readings
from predictiondex.ui.readings import Reading
from predictiondex.ui.service import GLANCE_SECONDS, Service
from predictiondex.wire import Health, ModelHistory, ModelInfo

#: Visitors who look within so many seconds see the same.
SHARED_SECONDS = 2.0
#: Where services tell that they are well.
HEALTH_PATHS = {"grafana": "/api/health", "prometheus": "/-/healthy", "mlflow": "/health"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service beside the API. ``url`` is for browsers, empty where there is none; ``well``: it answers."""

    name: str
    url: str
    well: bool | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was heard; ``None`` where nothing was. ``troubles`` says why, by what was asked."""

    time: float
    health: Health | None
    reading: Reading | None
    model: ModelInfo | None
    history: ModelHistory | None
    neighbours: tuple[Neighbour, ...]
    troubles: dict[str, str]


def pulse(service: Service) -> Pulse:
    """Ask everybody. Takes a little more than :data:`GLANCE_SECONDS` at most, and raises nothing."""
    return _pulse(service.url, service.lang, service)


@st.cache_resource(ttl=SHARED_SECONDS, show_spinner=False)
def _pulse(url: str, lang: Lang, _service: Service) -> Pulse:  # noqa: ARG001 - part of the key
    settings = get_settings()
    questions: dict[str, Callable[[Client], Any]] = {
        "health": Client.health,
        "metrics": Client.metrics,
        "model": Client.model_info,
        "history": Client.model_history,
    }
    troubles: dict[str, str] = {}

    def asked(name: str) -> Any:
        try:
            return questions[name](_service.glance)
        except (ApiUnavailable, ApiError) as error:
            troubles[name] = error.in_(lang)
            return None

    with ThreadPoolExecutor(len(questions) + len(HEALTH_PATHS)) as threads:
        answers = dict(zip(questions, threads.map(asked, questions), strict=True))
        neighbours = tuple(threads.map(lambda name: _neighbour(name, settings), HEALTH_PATHS))
    reading = None
    if answers["metrics"] is not None:
        try:
            reading = readings.read(answers["metrics"], time.time())
        except ValueError as error:
            troubles["metrics"] = str(error)
    return Pulse(
        time.time(),
        answers["health"],
        reading,
        answers["model"],
        answers["history"],
        neighbours,
        troubles,
    )


def _neighbour(name: str, settings: Settings) -> Neighbour:
    url: str = getattr(settings, f"{name}_url")
    address = probes(settings.probes).get(name, url)
    if not address:
        return Neighbour(name, "", None)
    try:
        page = address.rstrip("/") + HEALTH_PATHS[name]
        answer = httpx.get(page, timeout=GLANCE_SECONDS, trust_env=by_proxy(page))
    except (httpx.HTTPError, httpx.InvalidURL):
        return Neighbour(name, url, well=False)
    return Neighbour(name, url, answer.is_success)


def probes(text: str) -> dict[str, str]:
    """``grafana=http://grafana:3000,mlflow=...`` by name; what is not of that form is left out."""
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip(): address.strip() for name, _, address in pairs if address.strip()}
