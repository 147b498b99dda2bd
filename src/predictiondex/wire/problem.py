"""Errors over the wire: ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """What is wrong with one field; ``field`` is a path such as ``you.moves[2]``."""

    field: str
    message: str
    nearest: list[str] = Field(default_factory=list, description="Up to three likely names.")
    line: int | None = Field(default=None, description="Of a text: the line at fault, counted from 1.")


class Problem(BaseModel):
    """A problem as RFC 9457 has it, with the fields at fault and the id of the request."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] = Field(default_factory=list)
    request_id: str = ""
