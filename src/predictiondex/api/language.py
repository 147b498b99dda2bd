"""Which language a request asks for: what is said against it is said in that language."""

from __future__ import annotations

from typing import Final, get_args
from urllib.parse import parse_qs

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.types import Scope

from predictiondex.messages.text import Lang

LANGS: Final[tuple[Lang, ...]] = get_args(Lang)
#: Where the request has no language.
USUAL: Final[Lang] = "en"
#: Languages of a header that are looked at.
_MOST: Final = 20
#: Name in the state of a request.
_NOTED: Final = "lang"


def of(scope: Scope) -> Lang:
    """``lang`` of the body, where it was noted, or of the query; else ``Accept-Language``; else English."""
    noted: Lang | None = scope.get("state", {}).get(_NOTED)
    if noted is not None:
        return noted
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[-1]
    return _known(given) or accepted(Headers(scope=scope).get("accept-language", ""))


def keep(scope: Scope, wanted: BaseModel) -> None:
    """Remember the language of a request that is right: whoever gives it up later has not read its body."""
    if "lang" in wanted.model_fields_set:
        scope["state"][_NOTED] = _known(getattr(wanted, "lang", None))


async def note(request: Request) -> None:
    """Remember the language of the body, which has been read and is kept by the request."""
    if request.method != "POST":
        return
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return
    lang = _known(body.get("lang")) if isinstance(body, dict) else None
    if lang:
        request.scope.setdefault("state", {})[_NOTED] = lang


def accepted(header: str) -> Lang:
    """Which of our languages an ``Accept-Language`` header likes best: ``fr-CH, fr;q=0.9, en;q=0.8``."""
    best, most = USUAL, 0.0
    for part in header.split(",")[:_MOST]:
        tag, _, weight = part.partition(";")
        lang = _known(tag.strip().lower().partition("-")[0])
        liking = _liking(weight)
        if lang and liking > most:
            best, most = lang, liking
    return best


def _known(lang: object) -> Lang | None:
    return next((one for one in LANGS if one == lang), None)


def _liking(weight: str) -> float:
    """``q=0.8`` as a number; 1 where nothing is said, 0 for what is none."""
    name, _, value = weight.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
