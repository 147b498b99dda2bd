"""The client against the real server."""

from __future__ import annotations

import inspect
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from predictiondex.api.app import create_app
from predictiondex.api.server import configuration
from predictiondex.client import LIMITS, ApiError, ApiUnavailable, Client
from predictiondex.messages import in_
from predictiondex.settings import Settings
from predictiondex.ui.service import Service
from predictiondex.wire import BestMoveRequest, DuelRequest, Side


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def ready_client(ready: httpx.Client, client: Client) -> Client:
    assert ready.get("/readyz").status_code == 200
    return client


def test_facts(client: Client) -> None:
    assert client.pokemon_list().total == 188
    assert [one.id for one in client.pokemon_list(types=["fire", "flying"], kind="base").items] == [
        "charizard", "moltres",
    ]  # fmt: skip
    assert client.search_pokemon("dracau", lang="fr").items[0].id == "charizard"
    assert client.pokemon(25).names.en == "Pikachu"
    assert client.weaknesses("Dracaufeu").multipliers["Rock"] == 4
    assert client.pokemon_moves("pikachu").total > 10
    assert client.moves(category="Status").total == 69
    assert client.search_moves("tonere", lang="fr").items[0].id == "thunderbolt"
    assert client.move("Tonnerre").power == 90
    assert client.types().total == 18
    assert client.affinities("water", "fire").items[0].multiplier == 2
    assert client.affinities().total == 324
    assert {one.type for one in client.moves_of_type("Feu").items} == {"Fire"}
    assert client.pokemon_of_type("fire", limit=1).total == client.pokemon_list(types=["feu"]).total


def test_every_address_can_be_asked(settings: Settings) -> None:
    """One way each: a type by its id is a type by its name."""
    asked: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method.lower()} {request.url.path}")
        return httpx.Response(503)

    given = {
        "request": {},
        "name": "x",
        "text": "x",
        "prediction_id": "x",
        "result": "win",
        "attacker": "fire",
    }
    with Client(transport=httpx.MockTransport(note)) as client:
        for method in [
            one
            for name, one in inspect.getmembers(client, inspect.ismethod)
            if name[0] != "_" and name not in ("close", "speaking")
        ]:
            wanted = inspect.signature(method).parameters
            with suppress(ApiError, ApiUnavailable):
                method(**{name: given[name] for name in wanted if name in given})
        with suppress(ApiError, ApiUnavailable):
            client.affinities()
    paths = create_app(settings).openapi()["paths"]
    there = {(method, path) for path, methods in paths.items() for method in methods}
    unasked = {
        (method, path)
        for method, path in there
        if not any(re.fullmatch(f"{method} {re.sub('{[a-z]+}', '[^/]+', path)}", one) for one in asked)
    }
    assert unasked == {("get", "/types/{id}/pokemon")}


@pytest.mark.parametrize(
    "name", ["Nidoran♀", "M. Mime", "farfetch’d", "PIKACHU", "a/b", "..", "%2e", "?q=1", "#"]
)
def test_odd_names_reach_the_service_as_they_are(client: Client, name: str) -> None:
    try:
        client.pokemon(name)
    except ApiError as error:
        assert error.status == 404  # noqa: PT017 - either outcome is right, a third is not


def test_the_service_itself(client: Client) -> None:
    assert client.alive()
    assert client.health().version
    assert "api_requests_total" in client.metrics()


def test_refusals_carry_the_problem(client: Client) -> None:
    with pytest.raises(ApiError) as caught:
        client.pokemon("pikachoo")
    assert caught.value.status == 404
    assert caught.value.errors[0].nearest[0] == "Pikachu"
    with pytest.raises(ApiError) as caught:
        client.best_move({"you": {"pokemon": "Pikachu", "moves": []}, "opponent": {"pokemon": "Mew"}})
    assert [error.field for error in caught.value.errors] == ["you.moves"]


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", timeout=2) as client:
        assert not client.alive()
        with pytest.raises(ApiUnavailable, match=str(port)):
            client.health()


@pytest.mark.parametrize(
    ("listening", "english", "french"),
    [(False, "connection refused", "connexion refusée"), (True, "timed out", "délai dépassé")],
)
def test_why_nobody_answers_is_told_in_both_languages(listening: bool, english: str, french: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        if not listening:
            listener.close()
        with Client(url, timeout=0.2) as client, pytest.raises(ApiUnavailable) as away:
            client.health()
    assert in_(away.value.said, "en") == f"No answer from {url}: {english}"
    assert in_(away.value.said, "fr").endswith(f": {french}")


def test_somebody_else_answers() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, html="<html>"))
    with Client("http://elsewhere", transport=transport) as client, pytest.raises(ApiUnavailable):
        client.pokemon("pikachu")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A proxy that the environment names; what it was asked for."""
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    for name in ("NO_PROXY", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_address[1]}")
        yield asked
        server.shutdown()
        thread.join()


def test_no_proxy_is_asked_for_this_machine(address: str, proxy: list[str]) -> None:
    for url in (address, address.replace("127.0.0.1", "localhost")):
        with Client(url) as client:
            assert client.alive()
    assert proxy == []
    with Client("http://pdx.example") as client:
        assert client.alive()
    assert proxy == ["http://pdx.example/livez"]


def test_the_caller_gives_an_idle_connection_up_before_the_service_does(tmp_path: Path) -> None:
    """Where both do it at the same moment, a request then goes out on a connection that is gone."""
    kept_there = configuration(Settings(home=tmp_path)).timeout_keep_alive
    page = Service("http://127.0.0.1:9")
    with Client() as client, page.client, page.glance:
        for one in (client, page.client, page.glance):
            assert one._http._transport._pool._keepalive_expiry == LIMITS.keepalive_expiry
    usual = httpx.Limits().keepalive_expiry  # of other callers who use httpx
    assert LIMITS.keepalive_expiry is not None
    assert usual is not None
    assert LIMITS.keepalive_expiry < usual < 60 < kept_there


def test_models_and_plain_data_mean_the_same(ready_client: Client) -> None:
    model = BestMoveRequest(
        you=Side(pokemon="Pikachu", moves=["Tonnerre"]),
        opponent=Side(pokemon="Leviator", moves=["Morsure"]),
        simulations=100,
    )
    by_model, by_data = ready_client.best_move(model), ready_client.best_move(model.model_dump(by_alias=True))
    assert by_model.moves == by_data.moves
    assert by_model.recommended_move == "thunderbolt"


def test_the_other_predictions(ready_client: Client) -> None:
    pikachu, gyarados = Side(pokemon="Pikachu", moves=["Thunderbolt"]), Side(pokemon="Gyarados")
    duel = ready_client.simulate(DuelRequest(you=pikachu, opponent=gyarados, simulations=100))
    assert duel.wins + duel.losses + duel.ties == duel.n == 100
    table = ready_client.matchups({"you": [{"pokemon": "Pikachu"}], "opponent": [{"pokemon": "Gyarados"}]})
    assert len(table.matrix) == 1
    rolls = ready_client.damage(
        {"attacker": {"pokemon": "Pikachu"}, "defender": {"pokemon": "Gyarados"}, "move": "Thunderbolt"}
    )
    assert len(rolls.rolls) == 16
    assert ready_client.model_info().engine == "simulation"
    assert ready_client.model_history().versions == []
    assert ready_client.readiness().ready
