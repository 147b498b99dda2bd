"""What every error answer must look like."""

from __future__ import annotations

from typing import Any

import httpx


def problem(response: httpx.Response, status: int, kind: str | None = None) -> dict[str, Any]:
    """The body of a problem, checked for the shape that all of them share."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "errors"} <= body.keys()
    assert body["status"] == status
    assert body["type"].startswith("urn:predictiondex:problem:")
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    if kind is not None:
        assert body["type"].endswith(f":{kind}")
    for error in body["errors"]:
        assert error["field"]
        assert error["message"]
    return body


def fields(body: dict[str, Any]) -> list[str]:
    """The fields at fault."""
    return [error["field"] for error in body["errors"]]
