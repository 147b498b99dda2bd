"""PokeAPI against a local server of its shapes: what is claimed, what it costs, what failure does."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from predictiondex import etl, store
from predictiondex.etl.claims import snapshot_claims
from predictiondex.etl.progress import Silent
from predictiondex.etl.reconcile import Check, reconcile
from predictiondex.etl.sources import pokeapi_answers as answers
from predictiondex.etl.sources.http import Service, _retry_after
from predictiondex.etl.sources.pokeapi import PokeAPI
from predictiondex.pokedex import Pokedex, pokedex
from tests.etl import fake_pokeapi
from tests.etl.conftest import QUICK
from tests.etl.fake_pokeapi import FakePokeAPI


def checked(source: PokeAPI, facts: Pokedex = pokedex) -> Check:
    return reconcile(snapshot_claims(facts), source.collect(facts, Silent()))


@pytest.fixture(scope="module")
def few() -> Pokedex:
    """A handful of forms and moves: enough where one answer matters, and quick."""
    forms = {form: pokedex.forms[form] for form in ("mew", "abra", "clefairy", "raichualola")}
    moves = {move: pokedex.moves[move] for move in ("surf", "recover", *fake_pokeapi.CHANGED[:2])}
    species = {form.species: pokedex.species[form.species] for form in forms.values()}
    return replace(pokedex, forms=forms, species=species, moves=moves)


def assert_complete(check: Check) -> None:
    """Everything that the service knows was verified, and only what is known to differ does."""
    assert check.down == ""
    assert check.status == "complete"
    assert check.agreements["form.base_stats"] == 188 * 6
    assert check.agreements["form.types"] == 188
    assert check.agreements["type.against"] == 324
    assert check.agreements["form.learnset.machine"] == 3144
    assert check.agreements["form.learnset.level"] == 2035
    assert check.agreements["move.power"] == check.agreements["move.accuracy"] == 225
    expected = {("move", move, "base_pp") for move in fake_pokeapi.OTHER_PP}
    expected |= {("move", move, "names.fr") for move in fake_pokeapi.RENAMED}
    assert {(it.entity, it.id, it.field) for it in check.differences} == expected
    assert {gap.id for gap in check.unverified if gap.entity == "move"} == set(fake_pokeapi.UNKNOWN_MOVES)
    foreign = {slug for slugs in fake_pokeapi.FOREIGN_MEGAS.values() for slug in slugs}
    assert {gap.id for gap in check.ignored} == foreign
    assert {(alias.id, alias.lang) for alias in check.aliases} == {
        (move, "fr") for move in fake_pokeapi.RENAMED
    }
    assert len(check.pictures) == 188 * 2


def test_a_full_load_costs_at_most_700_requests_and_the_second_none(
    fake: FakePokeAPI, pokeapi: PokeAPI
) -> None:
    first = checked(pokeapi)
    assert_complete(first)
    assert first.requests == fake.requests <= 700
    assert fake.busiest <= 4
    assert all(agent.startswith("PredictionDex/") for agent in fake.agents)
    fake.asked.clear()
    second = checked(pokeapi)
    assert_complete(second)
    assert (second.requests, fake.requests) == (0, 0)
    assert second.differences == first.differences


def test_one_request_in_twenty_failing_still_ends_complete(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.fault = fake_pokeapi.some_faults
    check = checked(pokeapi)
    assert_complete(check)
    assert check.retries > 10
    assert check.requests == fake.requests <= 700
    fake.asked.clear()
    assert_complete(checked(pokeapi))
    assert fake.requests == 0


def test_past_values_of_these_games_are_read(pokeapi: PokeAPI) -> None:
    claims = pokeapi.collect(pokedex, Silent())
    for move in fake_pokeapi.CHANGED:
        assert claims.values["move", move, "power"] == pokedex.moves[move].power
        assert claims.values["move", move, "base_pp"] == pokedex.moves[move].base_pp
    assert claims.values["form", "clefairy", "types"] == ("Fairy",)


def test_a_load_with_pokeapi_adds_spellings_and_addresses_and_changes_no_fact(
    database_url: str, pokeapi: PokeAPI, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    plain = etl.run(database_url)
    report = etl.run(database_url, sources=[pokeapi], report=file)
    assert report.changed
    assert report.counts["sprite"] == 376
    assert report.counts["move_name"] == plain.counts["move_name"] + len(fake_pokeapi.RENAMED)
    engine = store.engine(database_url)
    facts = store.Facts(engine)
    renamed = fake_pokeapi.RENAMED[0]
    assert f"Néo-{pokedex.moves[renamed].names.fr}" in facts.aliases("move")[renamed]
    row = facts.move(renamed)
    assert row is not None
    assert row.names["fr"] == pokedex.moves[renamed].names.fr
    recover = facts.move("recover")
    assert recover is not None
    assert recover.source == "pokemon-showdown"
    assert facts.sprites("mew")["front"] == "https://sprites.example/mew.png"
    loads = store.Loads(engine).recent()
    assert [list(load.sources) for load in loads] == [["pokeapi", "snapshot"], ["snapshot"]]
    engine.dispose()
    again = etl.run(database_url, sources=[pokeapi])
    assert (again.changed, again.rows_written) == (False, 0)
    assert etl.ensure_loaded(database_url) is None
    assert '"applied": "snapshot"' in file.read_text(encoding="utf-8")


HTML = (200, "text/html", b"<!DOCTYPE html><title>Welcome</title>")


def without(*fields: str) -> Callable[[Any], None]:
    def spoil(answer: Any) -> None:
        for name in fields:
            del answer[name]

    return spoil


def set_to(**values: Any) -> Callable[[Any], None]:
    return lambda answer: answer.update(values)


def named(name: str) -> Callable[[Any], None]:
    return lambda answer: answer["names"][0].update(name=name)


@pytest.mark.parametrize(
    ("path", "spoil", "entity", "id_", "reason"),
    [
        ("/pokemon/mew/", without("stats"), "form", "mew", "stats: field required"),
        ("/pokemon/mew/", set_to(height="tall"), "form", "mew", "height"),
        ("/pokemon/mew/", set_to(types=[]), "form", "mew", "types"),
        ("/pokemon/mew/", set_to(weight=10**400), "form", "mew", "weight"),
        ("/pokemon-species/151/", named("M" * 81), "species", "mew", "name"),
        ("/pokemon-species/151/", named("M\0w"), "species", "mew", "name"),
        ("/pokemon/mew/", lambda a: a["stats"][0]["stat"].update(name="luck"), "form", "mew", "'hp'"),
        ("/pokemon-species/151/", without("names"), "species", "mew", "names"),
        ("/move/surf/", without("power", "pp"), "move", "surf", "power"),
        ("/type/water/", set_to(damage_relations=None), "type", "Water", "damage_relations"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_a_gap(
    fake: FakePokeAPI,
    pokeapi: PokeAPI,
    few: Pokedex,
    path: str,
    spoil: Callable[[Any], None],
    entity: str,
    id_: str,
    reason: str,
) -> None:
    spoil(fake.answers[path])
    check = checked(pokeapi, few)
    assert check.down == ""
    (gap,) = [gap for gap in check.unverified if (gap.entity, gap.id) == (entity, id_)]
    assert reason in gap.reason


def test_a_web_page_instead_of_an_answer_is_a_gap_and_not_kept(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.raw["/pokemon/mew/"] = HTML
    (gap,) = [gap for gap in checked(pokeapi).unverified if gap.id == "mew"]
    assert "text/html" in gap.reason
    fake.raw.clear()
    fake.asked.clear()
    assert_complete(checked(pokeapi))
    assert fake.asked == {"/pokemon/mew/": 1}


@pytest.mark.parametrize("path", ["/pokemon/mew/", "/pokemon/"])
def test_an_answer_nested_without_end_ends_no_load(fake: FakePokeAPI, pokeapi: PokeAPI, path: str) -> None:
    fake.raw[path] = (200, "application/json", b"[" * 100_000)
    check = checked(pokeapi)
    told = [check.down, *(gap.reason for gap in check.unverified if gap.id == "mew")]
    assert any("answer is not what was asked for" in reason for reason in told)


def test_whatever_a_source_answers_the_load_goes_on(
    pokeapi: PokeAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unforeseen(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(answers.Pokemon, "base_stats", unforeseen)
    assert checked(pokeapi).down == "what it answers cannot be read (ArithmeticError)"
    assert "ArithmeticError" in caplog.text


def test_an_answer_cut_short_is_asked_for_again(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.fault = lambda path, attempt: "hang" if path == "/move/surf/" and attempt == 0 else None
    assert_complete(checked(pokeapi))
    assert fake.asked["/move/surf/"] == 2


def test_a_move_whose_version_group_is_unknown_is_not_compared(
    fake: FakePokeAPI, pokeapi: PokeAPI, few: Pokedex
) -> None:
    del fake.answers["/version-group/sword-shield/"]
    check = checked(pokeapi, few)
    unsure = {gap.id for gap in check.unverified if gap.field == "power"}
    assert unsure == set(fake_pokeapi.CHANGED[:2])
    assert not [it for it in check.differences if it.field == "power"]


def test_a_learnset_without_rows_is_not_called_different(
    fake: FakePokeAPI, pokeapi: PokeAPI, few: Pokedex
) -> None:
    fake.answers["/pokemon/mew/"]["moves"] = []
    check = checked(pokeapi, few)
    assert not [it for it in check.differences if it.id == "mew"]
    assert {gap.field for gap in check.unverified if gap.id == "mew"} == {
        "learnset.level",
        "learnset.machine",
        "learnset.tutor",
    }


def test_differences_show_both_values(fake: FakePokeAPI, pokeapi: PokeAPI, few: Pokedex) -> None:
    fake.answers["/pokemon/mew/"]["stats"][0]["base_stat"] = 99
    fake.answers["/pokemon/abra/"]["moves"].append(
        {
            "move": fake_pokeapi.ref("move", "surf"),
            "version_group_details": [fake_pokeapi.way(fake_pokeapi.LETS_GO, "level-up", 7)],
        }
    )
    found = {(it.id, it.field): it for it in checked(pokeapi, few).differences}
    assert found["mew", "base_stats.hp"].values == {"snapshot": 100, "pokeapi": 99}
    assert found["abra", "learnset.level.surf.7"].values == {"snapshot": "absent", "pokeapi": "learned"}
    assert {it.applied for it in found.values()} == {"snapshot"}


def load_goes_on(database_url: str, source: PokeAPI) -> etl.Report:
    """The load succeeds with the snapshot's rows, whatever the source does."""
    report = etl.run(database_url, sources=[source])
    assert report.counts["form"] == 188
    assert report.counts["sprite"] == 0
    (check,) = report.checks
    assert check.status == "unavailable"
    assert check.unverified or check.down
    return report


def test_a_service_that_is_not_there(database_url: str, tmp_path: Path) -> None:
    source = PokeAPI(tmp_path / "cache.db", "http://127.0.0.1:1/api/v2", QUICK)
    report = load_goes_on(database_url, source)
    assert report.checks[0].down == "cannot be reached (Connection refused)"


def test_a_service_that_always_fails(database_url: str, fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.fault = lambda _path, _attempt: 503
    report = load_goes_on(database_url, pokeapi)
    assert "HTTP 503" in report.checks[0].down


def test_a_service_that_shows_a_web_page_everywhere(
    database_url: str, fake: FakePokeAPI, pokeapi: PokeAPI
) -> None:
    fake.raw = dict.fromkeys(fake.answers, HTML)
    report = load_goes_on(database_url, pokeapi)
    assert "text/html" in report.checks[0].down


def test_a_service_that_never_answers_is_left_alone_soon(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.fault = lambda _path, _attempt: "hang"
    claims = replace(pokeapi, manners=replace(QUICK, timeout=0.1)).collect(pokedex, Silent())
    assert claims.down == "no answer in time (timed out)"
    assert claims.requests == QUICK.attempts


def test_a_service_that_drips_is_left_alone_soon(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.dripping = True  # the first answer alone would take half an hour, and no byte is late
    claims = replace(pokeapi, manners=replace(QUICK, longest=0.2)).collect(pokedex, Silent())
    assert "no answer in time (not whole after 0.2 s)" in claims.down
    assert claims.requests <= QUICK.attempts


def test_a_service_that_never_ends_fills_no_memory(pokeapi: PokeAPI) -> None:
    claims = replace(pokeapi, manners=replace(QUICK, largest=100)).collect(pokedex, Silent())
    assert "an answer has more than" in claims.down
    assert claims.requests == 1


def test_a_service_that_goes_away_half_way_is_asked_no_more(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    answered = 100
    fake.fault = lambda _path, _attempt: 500 if fake.requests > answered else None
    claims = pokeapi.collect(pokedex, Silent())
    assert "stopped answering: HTTP 500" in claims.down
    assert claims.requests < answered + 60
    check = reconcile(snapshot_claims(pokedex), claims)
    assert check.status == "partial"
    assert check.agreements["form.types"] > 50
    assert not [it for it in check.differences if it.entity == "form"]
    # What was answered is in the cache: the next run goes on from there.
    fake.fault = fake_pokeapi.no_fault
    fake.asked.clear()
    assert_complete(checked(pokeapi))
    assert fake.requests < 700 - answered


def test_the_budget_is_kept(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    claims = replace(pokeapi, manners=replace(QUICK, budget=50)).collect(pokedex, Silent())
    assert claims.requests == fake.requests == 50
    assert "budget of 50 requests" in claims.down


def test_patience_ends(pokeapi: PokeAPI) -> None:
    claims = replace(pokeapi, manners=replace(QUICK, patience=0.0)).collect(pokedex, Silent())
    assert "did not finish within" in claims.down
    assert claims.requests == 0


def test_retry_after_is_waited_for(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.retry_after = "1"
    fake.fault = lambda path, attempt: 429 if path == "/pokemon/" and attempt == 0 else None
    began = time.monotonic()
    assert not collect_listing(pokeapi)
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("asked", ["²", "Mon, 01 Jan 2024 00:00:00 +99999999999999999", "soon"])
def test_a_wait_that_nobody_can_read_is_none(asked: str) -> None:
    assert _retry_after(asked) == 0


def test_retry_after_tomorrow_means_not_today(fake: FakePokeAPI, pokeapi: PokeAPI) -> None:
    fake.retry_after = "Fri, 31 Dec 2999 23:59:59 GMT"
    fake.fault = lambda _path, _attempt: 429
    claims = pokeapi.collect(pokedex, Silent())
    assert "asks to wait" in claims.down
    assert fake.requests <= 4


def collect_listing(source: PokeAPI) -> str:
    """Ask for the first list alone; why the service stopped, if it did."""
    with Service(source.address, source.cache, source.manners) as service:
        service.get_json("/pokemon/")
        return service.down


def no_folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "cache.db"


def a_letter(tmp_path: Path) -> Path:
    (tmp_path / "letter.db").write_text("Dear reader, " * 10)
    return tmp_path / "letter.db"


def another_database(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE entries (id INTEGER)")
    return tmp_path / "other.db"


def a_damaged_cache(tmp_path: Path) -> Path:
    """Its tables are all there; pages behind them are not."""
    file = tmp_path / "damaged.db"
    with Service("http://127.0.0.1:1", file, QUICK):
        pass
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE more (id INTEGER, content TEXT)")
        connection.executemany("INSERT INTO more VALUES (?, ?)", ((row, "x" * 500) for row in range(200)))
    content = file.read_bytes()
    assert len(content) > 65536
    file.write_bytes(content[:-16384] + bytes(16384))
    return file


@pytest.mark.parametrize("cache", [no_folder, a_letter, another_database, a_damaged_cache])
def test_without_a_cache_nobody_is_asked(
    fake: FakePokeAPI, tmp_path: Path, cache: Callable[[Path], Path]
) -> None:
    file = cache(tmp_path)
    before = file.read_bytes() if file.exists() else b""
    claims = PokeAPI(file, fake.url, QUICK).collect(pokedex, Silent())
    assert claims.down.startswith("not asked")
    assert fake.requests == 0
    assert before == (file.read_bytes() if file.exists() else b"")
