"""Asking the running services how they are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from predictiondex.errors import in_words
from predictiondex.settings import by_proxy

ASK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer. ``milliseconds`` is the time the answer took."""

    name: str
    url: str
    ok: bool
    detail: str
    milliseconds: float


def local_client(timeout: float = ASK_SECONDS, **options: Any) -> httpx.Client:
    """A client for services on this machine: no proxy, no certificates to load. ``options`` are httpx's."""
    return httpx.Client(timeout=timeout, trust_env=False, verify=False, **options)  # noqa: S501 - plain HTTP


def obstacle(client: httpx.Client, url: str) -> str:
    """Why ``url`` does not answer 200 now; empty when it does."""
    try:
        answer = client.get(url)
    except httpx.HTTPError:
        return "no answer yet"
    return "" if answer.status_code == httpx.codes.OK else describe(answer)


def ask(name: str, url: str) -> Finding:
    """Ask ``url`` once; anything but 200 is a finding that is not ok."""
    started = time.perf_counter()
    try:
        answer = httpx.get(url, timeout=ASK_SECONDS, trust_env=by_proxy(url))
        ok, detail = answer.status_code == httpx.codes.OK, describe(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        ok, detail = False, f"no answer ({in_words(error)})"
    return Finding(name, url, ok, detail, 1000 * (time.perf_counter() - started))


def describe(answer: httpx.Response) -> str:
    """What an answer says, in a line: the reasons of a service that is not ready, or its status."""
    text = f"{answer.status_code} {answer.reason_phrase}"
    if answer.is_success or "json" not in answer.headers.get("content-type", ""):
        return text
    body = answer.json()
    reasons = body.get("reasons") or body.get("detail") if isinstance(body, dict) else None
    if isinstance(reasons, list):
        reasons = "; ".join(str(reason) for reason in reasons)
    return f"{text}: {reasons}" if reasons else text


def check(api_url: str, ui_url: str | None) -> list[Finding]:
    """Every question a running system should answer."""
    questions = {
        "API alive": f"{api_url}/livez",
        "API ready": f"{api_url}/readyz",
        "API summary": f"{api_url}/health",
        "API metrics": f"{api_url}/metrics",
    }
    if ui_url:
        questions["page"] = f"{ui_url}/_stcore/health"
    return [ask(name, url) for name, url in questions.items()]
