"""The pages are looked at before the first visitor comes."""

from __future__ import annotations

import logging
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from streamlit import config, runtime

from predictiondex.settings import Settings
from predictiondex.stack import processes
from predictiondex.stack.embedded import ui_service
from predictiondex.ui import warmup
from tests.api.observed import value
from tests.api.processes import wait_for
from tests.ui.serving import Api, free_port, started


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({"server.address": "0.0.0.0", "server.port": 8501}, "http://127.0.0.1:8501"),  # noqa: S104
        ({"server.address": None, "server.port": 80}, "http://localhost:80"),
        ({"server.address": "::1", "server.port": 80, "server.baseUrlPath": "/dex/"}, "http://[::1]:80/dex"),
        ({"server.address": "here", "server.port": 1, "server.sslCertFile": "cert.pem"}, "https://here:1"),
    ],
)
def test_its_own_address(options: dict[str, object], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {"server.baseUrlPath": "", "server.sslCertFile": None}
    monkeypatch.setattr(config, "get_option", (usual | options).__getitem__)
    assert warmup.own_address() == address


@pytest.mark.usefixtures("asking")
def test_a_page_that_cannot_be_looked_at_keeps_nobody_from_visiting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(warmup, "own_address", lambda: f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr(warmup, "_PATIENCE", 0.1)
    with caplog.at_level(logging.INFO):
        warmup._look(("battle",))
    (told,) = [record for record in caplog.records if record.name == warmup.__name__]
    assert (told.levelname, told.exc_info is not None) == ("WARNING", True)


@pytest.mark.usefixtures("asking")
def test_a_page_that_does_not_listen_yet_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(warmup, "own_address", lambda: f"http://127.0.0.1:{port}")
    with caplog.at_level(logging.INFO), ThreadPoolExecutor(1) as pool:
        looking = pool.submit(warmup._look, ())
        with pytest.raises(TimeoutError):
            looking.result(warmup._EVERY)
        with socket.create_server(("127.0.0.1", port)):
            looking.result(60)
    (told,) = [record for record in caplog.records if record.name == warmup.__name__]
    assert told.levelname == "INFO"


def test_facts_are_there_before_the_first_visitor(api: Api, settings: Settings) -> None:
    own = settings.model_copy(update={"ui_port": free_port()})
    pages = ("/pokemon/", "/types/affinities")  # asked for by different pages

    with httpx.Client(base_url=api.url) as http:

        def asked() -> list[float]:
            return [value(http, "api_requests_total", endpoint=page, status="200") for page in pages]

        before = asked()
        child = started(ui_service(own))
        try:
            wait_for(
                "every page was made",
                lambda: all(now > then for now, then in zip(asked(), before, strict=True)),
            )
            warmup.look_at(own.ui_url, "battle")  # and it serves others
            assert re.search("(?i)error|traceback", own.logs.joinpath("ui.log").read_text()) is None
        finally:
            processes.stop([child], timeout=10)
