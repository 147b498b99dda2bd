"""A plan in lines: progress while it is made, then the answer or the problem."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from predictiondex.api import engineroom
from predictiondex.api.app import create_app
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.lines import BEAT_SECONDS, LOOK_SECONDS, in_lines
from predictiondex.client import ApiError, ApiUnavailable, Client
from predictiondex.settings import Settings
from predictiondex.wire import PlanLine, PlanProgress, PlanStep
from tests.api.observed import logged, value
from tests.api.problems import fields, problem
from tests.api.processes import ServerProcess, wait_for
from tests.api.serving import serving, serving_app, wait_until_ready

PLAN = "/predict/plan"
LINES = {"Accept": "application/x-ndjson"}
#: Part of a second of battles: there are two moves only.
REQUEST: dict[str, Any] = {"pokemon": "Weedle", "level": 40}
#: Seconds of them: some steps go by between two looks at the work, but not most. No other test asks for it,
#: as an answer that is kept comes without progress.
PLANNED: dict[str, Any] = {"pokemon": "Rattata", "level": 40, "seed": 21}
QUICK: dict[str, Any] = {"pokemon": "Weedle", "opponent": {"pokemon": "Magikarp", "level": 10}, "level": 10}


def lines_of(response: httpx.Response) -> list[PlanLine]:
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.endswith("\n")
    return [PlanLine.model_validate_json(line) for line in response.text.splitlines()]


def filled(line: PlanLine) -> str:
    """The one member that a line has."""
    (name,) = (name for name, found in line if found is not None)
    return str(name)


def told(lines: list[PlanLine]) -> list[PlanProgress]:
    return [line.progress for line in lines if line.progress is not None]


@pytest.fixture(scope="module")
def planned(ready: httpx.Client) -> list[PlanLine]:
    return lines_of(ready.post(PLAN, json=PLANNED, headers=LINES, timeout=300))


def test_progress_comes_first_and_the_answer_last(planned: list[PlanLine]) -> None:
    assert [filled(line) for line in planned] == ["progress"] * (len(planned) - 1) + ["answer"]
    assert len(planned) > 3
    progress = told(planned)
    assert len({one.step for one in progress}) > 3
    assert {one.step for one in progress} <= set(get_args(PlanStep))
    assert all(0 <= one.done <= one.total > 0 for one in progress)
    shares = [one.share for one in progress]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_the_answer_is_that_of_a_caller_who_waits(ready: httpx.Client, planned: list[PlanLine]) -> None:
    answer = planned[-1].answer
    assert answer is not None
    waited = ready.post(PLAN, json=PLANNED, timeout=300)
    assert waited.headers["Content-Type"] == "application/json"
    assert waited.json() == {
        **answer.model_dump(mode="json"), "prediction_id": waited.json()["prediction_id"],
    }  # fmt: skip
    assert waited.json()["prediction_id"] != answer.prediction_id


def test_what_was_answered_before_is_one_line(ready: httpx.Client, planned: list[PlanLine]) -> None:
    again = lines_of(ready.post(PLAN, json=PLANNED, headers=LINES))
    assert [filled(line) for line in again] == ["answer"]
    assert again[0].answer is not None
    assert planned[-1].answer is not None
    assert again[0].answer.best == planned[-1].answer.best


def test_the_prediction_is_durable_before_the_last_line(ready: httpx.Client, settings: Settings) -> None:
    (*_, last) = lines_of(ready.post(PLAN, json=REQUEST, headers=LINES, timeout=300))
    assert last.answer is not None
    told = ready.post(f"/predictions/{last.answer.prediction_id}/outcome", json={"result": "win"})
    assert told.status_code == 200
    assert last.answer.prediction_id in logged(settings)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/json;q=0.5, APPLICATION/X-NDJSON ; q=0.9", "application/x-ndjson"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/x-ndjson;q=0, application/json", "application/json"),
        ("application/x-ndjson;q=0.000", "application/json"),
        ("text/x-ndjson", "application/json"),
        (",;,", "application/json"),
    ],
)
@pytest.mark.usefixtures("planned")
def test_lines_are_for_those_who_name_them(ready: httpx.Client, accept: str, kind: str) -> None:
    answer = ready.post(PLAN, json=REQUEST, headers={"Accept": accept}, timeout=300)
    assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pokemon": "Rattatta!"}, "pokemon"),
        ({"level": 500}, "level"),
        ({"keep": ["Earthquake"]}, "keep[0]"),
        ({"opponent": {"pokemon": "Onix", "moves": ["Surf"]}}, "opponent.moves[0]"),
    ],
)
def test_what_the_request_has_wrong_keeps_its_status(
    ready: httpx.Client, change: dict[str, Any], field: str
) -> None:
    assert fields(problem(ready.post(PLAN, json={**REQUEST, **change}, headers=LINES), 422)) == [field]


def test_what_cannot_begin_keeps_its_status(ready: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engineroom, "MOST_PLANS", 0)
        problem(ready.post(PLAN, json={**REQUEST, "seed": 7}, headers=LINES), 503, "overloaded")


def test_a_plan_before_the_engine_is_there_keeps_its_status(settings: Settings) -> None:
    app = create_app(settings)
    with serving_app(app) as address, httpx.Client(base_url=address) as http:
        app.state.service.engine = EngineRoom(threads=1)  # one that nobody has loaded yet
        problem(http.post(PLAN, json=REQUEST, headers=LINES), 503, "not-ready")


def test_a_plan_that_waits_for_its_turn_says_so(settings: Settings) -> None:
    """The stream begins at once, and goes on though nothing happens."""
    app = create_app(settings)
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=300) as http:
        app.state.service.engine = engine = EngineRoom(threads=1)
        engine.start()
        wait_until_ready(http)
        with only_thread_of(engine), http.stream("POST", PLAN, json=REQUEST, headers=LINES) as plan:
            assert plan.status_code == 200
            lines = plan.iter_lines()
            beats = [json.loads(next(lines))["progress"] for _ in range(3)]
        assert beats == 3 * [{"step": "waiting", "done": 0, "total": 1, "share": 0.0}]
        engine.stop()


@contextmanager
def only_thread_of(engine: EngineRoom) -> Iterator[None]:
    """Keep the one thread for plans of an engine busy."""
    began, over = Event(), Event()

    def hold() -> None:
        began.set()
        over.wait(60)

    with ThreadPoolExecutor(1) as beside:
        held = beside.submit(asyncio.run, engine.compute(hold, plan=True))
        try:
            assert began.wait(60)
            yield
        finally:
            over.set()
        held.result(60)


@pytest.mark.slow
def test_a_full_log_is_the_last_line(settings: Settings, tmp_path: Path) -> None:
    """A plan that cannot be logged is not given, however far it came; metrics count how it ended."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"  # no tables: refuses every row
    update = {"home": tmp_path, "database_url": url, "spool_mb": 0.05}
    with (
        serving(settings.model_copy(update=update)) as address,
        httpx.Client(base_url=address, timeout=300) as http,
    ):
        sides = {
            "you": {"pokemon": "Pikachu", "moves": ["Thunderbolt"]},
            "opponent": {"pokemon": "Mew", "moves": ["Psychic"]},
        }
        body = {**sides, "engine": "simulation", "simulations": 10}
        wait_for("a full log", lambda: "log-full" in http.post("/predict/best-move", json=body).text, 240)
        *progress, last = lines_of(http.post(PLAN, json=QUICK, headers=LINES))
        assert last.problem is not None
        assert (last.problem.status, last.problem.type.rpartition(":")[2]) == (503, "log-full")
        assert told(progress)
        assert value(http, "api_requests_total", endpoint=PLAN, status="503") == 1
        assert value(http, "api_requests_total", endpoint=PLAN, status="200") == 0
        assert value(http, "api_errors_total", endpoint=PLAN, error_type="log-full") == 1


@pytest.fixture
def broken(settings: Settings) -> Iterator[tuple[FastAPI, httpx.Client]]:
    """A service with a long answer that fails in the middle."""
    app = create_app(settings)

    async def begins() -> Response:
        often = asyncio.Event()
        looks = count(1)

        async def fails() -> Response:
            await often.wait()
            raise RuntimeError("the secret is 42")

        def progress() -> PlanProgress:
            if next(looks) * LOOK_SECONDS > 2 * BEAT_SECONDS:
                often.set()
            return PlanProgress(step="again", done=0, total=2, share=0.5)

        return await in_lines(fails(), progress)

    app.add_api_route("/broken", begins)
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        yield app, http


def test_a_fault_of_ours_is_the_last_line_and_tells_nothing(
    broken: tuple[FastAPI, httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    _, http = broken
    with caplog.at_level(logging.ERROR, "predictiondex.api"):
        *progress, last = lines_of(http.get("/broken", headers={"X-Request-ID": "find-me"}))
    # Nothing changed meanwhile: a line comes all the same, now and then.
    assert 2 <= len(told(progress)) <= 4
    assert last.problem is not None
    assert (last.problem.status, last.problem.request_id) == (500, "find-me")
    assert "42" not in last.problem.detail
    assert value(http, "api_requests_total", endpoint="/broken", status="500") == 1
    assert value(http, "api_errors_total", endpoint="/broken", error_type="internal") == 1
    assert any("the secret is 42" in str(record.exc_info) for record in caplog.records)


# --- the client


@dataclass
class Heard:
    """A listener, which has heard enough after so many lines."""

    most: int = 1_000_000
    progress: list[PlanProgress] = field(default_factory=list)

    class Enough(Exception):
        """No more is wanted."""

    def __call__(self, progress: PlanProgress) -> None:
        self.progress.append(progress)
        if len(self.progress) >= self.most:
            raise self.Enough


def test_the_client_hears_progress_and_gives_the_same_answer(ready: httpx.Client, address: str) -> None:
    assert ready.get("/readyz").status_code == 200
    request = {**REQUEST, "seed": 11}
    heard = Heard()
    with Client(address, timeout=30) as client:
        answer = client.plan(request, heard)
        assert heard.progress
        assert client.plan(request).best == answer.best


def test_a_listener_that_raises_ends_the_work(ready: httpx.Client, address: str) -> None:
    before = value(ready, "api_requests_total", endpoint=PLAN, status="499")
    with Client(address, timeout=30) as client:
        heard = Heard(most=2)
        with pytest.raises(Heard.Enough):
            client.plan({**REQUEST, "pokemon": "Mew", "seed": 12}, heard)
        assert len(heard.progress) == 2
        wait_for(
            "it is counted",
            lambda: value(ready, "api_requests_total", endpoint=PLAN, status="499") == before + 1,
        )
        assert client.alive()


def test_the_client_raises_problems_wherever_they_come(ready: httpx.Client, settings: Settings) -> None:
    assert ready.get("/readyz").status_code == 200
    hasty = settings.model_copy(update={"request_timeout": 0.5})
    with serving(hasty) as address, Client(address, timeout=30) as client:
        wait_for("ready", lambda: client.readiness().ready, 240)
        with pytest.raises(ApiError) as refused:
            client.plan({"pokemon": "Pikachoo"}, Heard())
        assert refused.value.errors[0].nearest[0] == "Pikachu"
        heard = Heard()
        with pytest.raises(ApiError) as late:
            client.plan({"pokemon": "Mew"}, heard)
        assert (late.value.status, late.value.problem.title) == (503, "That took too long")
        assert heard.progress


@pytest.mark.slow
def test_a_service_that_dies_in_the_middle_is_not_available(own: Settings, tmp_path: Path) -> None:
    with ServerProcess(own, tmp_path / "log") as server, Client(server.address, timeout=30) as client:
        with server.client() as http:
            wait_until_ready(http)

        def kill(progress: PlanProgress) -> None:
            if progress.step != "waiting" and server.process.poll() is None:
                server.kill()

        with pytest.raises(ApiUnavailable, match="No answer"):
            client.plan({"pokemon": "Mew"}, kill)


@pytest.mark.parametrize("body", ["", "{}\n", "<html>\n", '{"progress": 1}\n'])
def test_somebody_else_answers_in_lines(body: str) -> None:
    headers = {"Content-Type": "application/x-ndjson"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body, headers=headers))
    with Client("http://elsewhere", transport=transport) as client, pytest.raises(ApiUnavailable):
        client.plan({"pokemon": "Mew"}, Heard())
