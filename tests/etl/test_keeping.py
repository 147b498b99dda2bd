"""What a source brought outlives loads in which it says nothing; when it speaks, its word replaces it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from predictiondex import etl, store
from predictiondex.etl.claims import Alias, Claims, Picture
from predictiondex.etl.dataset import checksum
from predictiondex.etl.progress import Progress, Silent
from predictiondex.etl.sources.pokeapi import PokeAPI
from predictiondex.pokedex import Pokedex, pokedex
from predictiondex.store.loading import dump
from tests.etl import fake_pokeapi
from tests.etl.conftest import QUICK
from tests.etl.fake_pokeapi import FakePokeAPI
from tests.etl.snapshots import doctored, newer, one


class Saying:
    """A source that says what it is told to: of Mew a picture, of Surf and Mew a spelling."""

    name = "pokeapi"

    def __init__(self, mew: str | None = None, surf: str | None = None, down: str = "") -> None:
        self._mew, self._surf, self._down = mew, surf, down

    def collect(self, pokedex: Pokedex, progress: Progress) -> Claims:  # noqa: ARG002
        claims = Claims("pokeapi", "v2", down=self._down)
        if self._mew is not None:
            claims.values["form", "mew", "types"] = ("Psychic",)
            claims.pictures.append(Picture("mew", "front", f"https://pictures.example/{self._mew}"))
        if self._surf is not None:
            claims.values["move", "surf", "names.fr"] = self._surf
            claims.aliases.append(Alias("move", "surf", "fr", self._surf))
        return claims


def told(engine: Engine) -> tuple[dict[str, str], list[str]]:
    """Mew's pictures and the spellings of Surf."""
    facts = store.Facts(engine)
    return facts.sprites("mew"), [name for name in facts.aliases("move").get("surf", ()) if "Néo" in name]


def holds_what_it_says(engine: Engine) -> bool:
    current = store.Loads(engine).current()
    with engine.connect() as connection:
        return current is not None and checksum(dump(connection)) == current.checksum


OLD = {"front": "https://pictures.example/old.png"}


@pytest.mark.slow
def test_a_load_without_the_source_keeps_what_it_brought(engine: Engine, tmp_path: Path) -> None:
    first = etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    assert first.kept == []
    again = etl.run(engine)
    assert told(engine) == (OLD, ["Néo-Surf"])
    assert (again.changed, again.rows_written, again.checksum) == (False, 0, first.checksum)
    file = tmp_path / "report.json"
    after = etl.run(engine, snapshot=newer(tmp_path / "newer"), report=file)
    assert after.changed
    assert told(engine) == (OLD, ["Néo-Surf"])
    assert holds_what_it_says(engine)
    assert after.figures()["kept"] == {
        "pokeapi": {"reason": "not asked this time", "aliases": 1, "pictures": 1}
    }
    (said,) = json.loads(file.read_text(encoding="utf-8"))["kept"]
    assert said["pictures"] == [{"form": "mew", "kind": "front", "address": OLD["front"]}]
    assert not etl.run(engine, snapshot=tmp_path / "newer").changed


def test_what_is_kept_still_names_its_source(engine: Engine, tmp_path: Path) -> None:
    etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    etl.run(engine, snapshot=newer(tmp_path / "newer"))
    with engine.connect() as connection:
        rows = dump(connection)
    (source,) = [row for row in rows["source"] if row["id"] == "pokeapi"]
    assert (source["version"], source["licence"]) == ("v2", "fair use")
    assert source["gives"] == "newer names, sprite addresses"
    assert [row["source_id"] for row in rows["sprite"]] == ["pokeapi"]


def test_a_source_that_is_away_costs_nothing_it_brought(engine: Engine) -> None:
    etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    report = etl.run(engine, sources=[Saying(down="stopped answering: HTTP 503")])
    assert told(engine) == (OLD, ["Néo-Surf"])
    assert not report.changed
    assert [one.reason for one in report.kept] == ["not available this time"]


def test_a_source_that_answers_in_part_replaces_that_part(engine: Engine) -> None:
    etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    report = etl.run(engine, sources=[Saying(surf="Néo-Vague", down="stopped answering: HTTP 503")])
    assert told(engine) == (OLD, ["Néo-Vague"])
    (one,) = report.kept
    assert (one.reason, one.counts()) == ("not answered this time", {"aliases": 0, "pictures": 1})
    assert holds_what_it_says(engine)
    assert not etl.run(engine, sources=[Saying(surf="Néo-Vague")]).changed


def test_a_source_that_answers_replaces_what_it_had_said(engine: Engine) -> None:
    etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    report = etl.run(engine, sources=[Saying("new.png", pokedex.moves["surf"].names.fr)])
    assert told(engine) == ({"front": "https://pictures.example/new.png"}, [])
    assert report.kept == []
    assert holds_what_it_says(engine)


def test_a_spelling_that_the_snapshot_has_by_now_is_not_kept_twice(engine: Engine, tmp_path: Path) -> None:
    etl.run(engine, sources=[Saying(surf="Néo-Surf")])
    names = ["Surf", "Surf", ["Néo-Surf"]]
    folder = doctored(tmp_path / "with", lambda d: one(d, "moves", "surf").update(names=names))
    report = etl.run(engine, snapshot=folder)
    assert report.kept == []
    assert told(engine)[1] == ["Néo-Surf"]


def test_a_load_that_waited_keeps_what_the_one_before_it_brought(database_url: str, tmp_path: Path) -> None:
    """What is kept is read under the lock: a load at the same time loses nothing."""
    engine = store.engine(database_url)
    etl.run(engine)
    folder = newer(tmp_path / "newer")

    class Meanwhile(Silent):
        """When the first load writes, a second one has long read what was there."""

        def start(self, stage: str, total: int) -> None:  # noqa: ARG002
            if stage == "load":
                waiting.append(pool.submit(etl.run, database_url, snapshot=folder))

    with ThreadPoolExecutor(1) as pool:
        waiting: list[object] = []
        etl.run(engine, sources=[Saying("old.png", "Néo-Surf")], progress=Meanwhile())
    assert len(waiting) == 1
    assert told(engine) == (OLD, ["Néo-Surf"])
    assert holds_what_it_says(engine)
    engine.dispose()


@pytest.mark.slow
def test_pokeapi_whole_then_not_asked_then_half_then_whole_again(
    engine: Engine, fake: FakePokeAPI, pokeapi: PokeAPI, tmp_path: Path
) -> None:
    whole = etl.run(engine, sources=[pokeapi])
    assert whole.counts["sprite"] == 376
    assert etl.run(engine).counts == whole.counts
    fake.asked.clear()
    fake.fault = lambda _path, _attempt: 500 if fake.requests > 100 else None
    half = etl.run(engine, sources=[replace(pokeapi, cache=tmp_path / "another.db")])
    assert half.checks[0].status == "partial"
    assert (half.counts, half.changed) == (whole.counts, False)
    assert 0 < half.kept[0].counts()["pictures"] < 376
    fake.fault = fake_pokeapi.no_fault
    assert etl.run(engine, sources=[pokeapi]).kept == []


def test_pokeapi_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    etl.run(engine, sources=[Saying("old.png", "Néo-Surf")])
    away = PokeAPI(tmp_path / "cache.db", "http://127.0.0.1:1/api/v2", QUICK)
    assert not etl.run(engine, sources=[away]).changed
    assert told(engine) == (OLD, ["Néo-Surf"])
