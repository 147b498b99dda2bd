"""State of the service."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Component(BaseModel):
    """One thing the service needs. ``detail`` says why when it is not well."""

    name: str
    ok: bool
    detail: str = ""


class Health(BaseModel):
    """Summary: ``ok``, ``degraded`` (it answers, but something is away) or ``unavailable``."""

    status: Literal["ok", "degraded", "unavailable"]
    version: str
    uptime_seconds: float
    components: list[Component]


class Readiness(BaseModel):
    """May traffic come? ``reasons`` says why not."""

    ready: bool
    reasons: list[str] = Field(default_factory=list)
