"""The documentation is true: every example runs, every error is a problem, and it works offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from predictiondex.api import examples
from predictiondex.api.app import create_app
from predictiondex.settings import Settings

EXAMPLES = [
    (path, name, example)
    for path, group in {
        "/predict/best-move": examples.BEST_MOVE,
        "/predict/matchups": examples.MATCHUPS,
        "/battles/simulate": examples.SIMULATE,
        "/battles/damage": examples.DAMAGE,
        "/battles/replay": examples.REPLAY,
        "/predict/plan": examples.PLAN,
        "/predictions/{id}/outcome": examples.OUTCOME,
        "/teams/parse": examples.TEAM_TEXT,
        "/teams/export": examples.TEAM_SIDES,
    }.items()
    for name, example in group.items()
]


@pytest.fixture(scope="module")
def document(http: httpx.Client) -> dict[str, Any]:
    body: dict[str, Any] = http.get("/openapi.json").json()
    return body


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.parametrize(("path", "name", "example"), EXAMPLES)
def test_every_example_runs(ready: httpx.Client, path: str, name: str, example: dict[str, Any]) -> None:
    if "{id}" in path:  # of a prediction made for it
        made = ready.post("/predict/best-move", json=examples.BEST_MOVE["short"]["value"]).json()
        path = path.replace("{id}", made["prediction_id"])
    response = ready.post(path, json=example["value"])
    assert response.status_code == 200, f"{name}: {response.text}"


def test_every_post_shows_its_examples(document: dict[str, Any]) -> None:
    shown = {
        (path, name)
        for path, method, operation in operations(document)
        if method == "post"
        for name in operation["requestBody"]["content"]["application/json"]["examples"]
    }
    assert shown == {(path, name) for path, name, _ in EXAMPLES}


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation.get("description"), (path, method)
        assert operation.get("tags"), (path, method)


def test_every_documented_error_is_a_problem(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and (path, status) != ("/health", "503"):
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, method, status)


def test_a_plan_may_come_in_lines(document: dict[str, Any]) -> None:
    content = document["paths"]["/predict/plan"]["post"]["responses"]["200"]["content"]
    schemas = {kind: entry["schema"]["$ref"].rpartition("/")[2] for kind, entry in content.items()}
    assert schemas == {"application/json": "PlanAnswer", "application/x-ndjson": "PlanLine"}
    line = document["components"]["schemas"]["PlanLine"]["properties"]
    assert set(line) == {"progress", "answer", "problem"}


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from (value for key, value in node.items() if key == "$ref")
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known
    assert "#/components/schemas/Problem" in known


def test_the_contract_of_addresses(document: dict[str, Any]) -> None:
    """Every address that users rely on, and no other."""
    assert set(document["paths"]) == {
        "/predict/best-move", "/predict/matchups", "/predict/plan", "/predict/model-info",
        "/predict/model-history",
        "/battles/simulate", "/battles/damage", "/battles/replay",
        "/predictions/{id}/outcome", "/teams/parse", "/teams/export", "/trainers/",
        "/pokemon/", "/pokemon/search", "/pokemon/{id}", "/pokemon/{id}/weaknesses", "/pokemon/{id}/moves",
        "/moves/", "/moves/search", "/moves/by-type/{type}", "/moves/id/{id}",
        "/types/", "/types/affinities", "/types/affinities/by-name", "/types/{id}/pokemon",
        "/types/by-name/{name}/pokemon",
        "/health", "/livez", "/readyz", "/metrics",
    }  # fmt: skip


def test_the_page_needs_nothing_from_elsewhere(http: httpx.Client) -> None:
    page = http.get("/docs")
    assert page.status_code == 200
    assert "//cdn" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/static-offline-docs/{asset}" in page.text
        assert http.get(f"/static-offline-docs/{asset}").status_code == 200


def test_the_guide_names_every_address(settings: Settings) -> None:
    from pathlib import Path

    guide = (Path(__file__).parents[2] / "docs" / "API.md").read_text(encoding="utf-8")
    for path in create_app(settings).openapi()["paths"]:
        assert f"`{path}`" in guide, path
