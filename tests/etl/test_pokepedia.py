"""Poképédia against a local server: politeness first, and only what a page says beyond doubt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from predictiondex import etl, store
from predictiondex.etl.claims import snapshot_claims
from predictiondex.etl.progress import Silent
from predictiondex.etl.reconcile import Check, reconcile
from predictiondex.etl.sources.http import Manners
from predictiondex.etl.sources.pokepedia import API_PATH, MANNERS, Pokepedia
from predictiondex.pokedex import Form, Pokedex, pokedex
from tests.etl.fake_pokeapi import FakePokeAPI

QUICK = Manners(budget=170, timeout=0.5, backoff=0.01)

ROBOTS = "User-agent: *\nDisallow: /Special:\nAllow: /api.php\n"
NO_ROBOTS = "User-agent: *\nDisallow: /\n"


def wikitext(form: Form) -> str:
    """A page in the wiki's way: three columns of levels, machines under a heading of the games."""
    levels: dict[str, list[str]] = {}
    machines: list[str] = []
    for learn in form.learnset:
        name = pokedex.moves[learn.move].names.fr
        if learn.level is not None:
            word = {0: "Évolution", 1: "Départ"}.get(learn.level, str(learn.level))
            levels.setdefault(name, []).append(word)
        elif learn.method == "machine":
            machines.append(f"{len(machines) + 1} / {name}")
    lines = [f"{name} / 7 / 7 / {', '.join(words)}" for name, words in levels.items()]
    lines.append("Charge / 3 / – / -")
    return "\n".join(
        [
            "== Capacités apprises ==",
            "=== Par montée en [[niveau]] ===",
            "{{#invoke:Apprentissage|niveau|type=eau|génération=7|",
            *lines,
            "}}",
            "=== Par [[CT]] ===",
            "==== Pokémon Ultra-Soleil et Ultra-Lune ====",
            "{{#invoke:Apprentissage|disque|type=eau|génération=7|",
            "1 / Surf",
            "}}",
            "==== Pokémon : Let's Go, Pikachu et Let's Go, Évoli ====",
            "{{#invoke:Apprentissage|disque|type=eau|génération=7|",
            *machines,
            "}}",
        ]
    )


@pytest.fixture(scope="module")
def few() -> Pokedex:
    forms = {form: pokedex.forms[form] for form in ("squirtle", "wartortle", "eevee", "raichualola")}
    species = {form.species: pokedex.species[form.species] for form in forms.values()}
    return replace(pokedex, forms=forms, species=species)


class FakeWiki(FakePokeAPI):
    """Answers pages by title; the query tells which."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Any] = {}
        self.robots = ROBOTS

    def answer(self, path: str, attempt: int) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return 200, "text/plain", self.robots.encode()
        return super().answer(path, attempt)

    def put(self, form: Form, text: str) -> None:
        title = f"{pokedex.species[form.species].names.fr}/Génération 7"
        self.pages[title] = {"parse": {"title": title, "pageid": 1, "wikitext": {"*": text}}}


@pytest.fixture
def wiki(few: Pokedex) -> Iterator[FakeWiki]:
    fake = FakeWiki()
    for form in few.forms.values():
        if form.kind == "base":
            fake.put(form, wikitext(form))
    fake.by_query = lambda query: fake.pages.get(query.get("page", ""))
    with fake.running():
        yield fake


@pytest.fixture
def source(wiki: FakeWiki, tmp_path: Path) -> Pokepedia:
    return Pokepedia(tmp_path / "wiki.db", wiki.url.removesuffix("/api/v2"), QUICK)


def checked(source: Pokepedia, facts: Pokedex) -> Check:
    return reconcile(snapshot_claims(facts), source.collect(facts, Silent()))


def test_learnsets_agree_and_a_second_run_costs_nothing(
    wiki: FakeWiki, source: Pokepedia, few: Pokedex
) -> None:
    check = checked(source, few)
    assert (check.status, check.differences) == ("complete", [])
    bases = [form for form in few.forms.values() if form.kind == "base"]
    learns = [learn for form in bases for learn in form.learnset]
    assert check.agreements == {
        "form.learnset.level": sum(learn.method == "level" for learn in learns),
        "form.learnset.machine": sum(learn.method == "machine" for learn in learns),
    }
    assert check.requests == wiki.requests == 4  # the rules and three pages
    again = checked(source, few)
    assert (again.requests, wiki.requests) == (0, 4)


def test_its_rules_are_kept(wiki: FakeWiki, source: Pokepedia, few: Pokedex) -> None:
    wiki.robots = NO_ROBOTS
    check = checked(source, few)
    assert "robots" in check.down
    assert wiki.asked == {"/robots.txt": 1}


def test_one_request_a_second_is_the_rule(source: Pokepedia, few: Pokedex) -> None:
    assert MANNERS.interval == 1.0
    began = time.monotonic()
    slow = replace(source, manners=replace(QUICK, interval=0.2))
    assert slow.collect(few, Silent()).requests == 4
    assert time.monotonic() - began >= 3 * 0.2


def test_a_difference_is_reported_and_nothing_is_loaded(
    wiki: FakeWiki, source: Pokepedia, few: Pokedex, database_url: str
) -> None:
    squirtle = few.forms["squirtle"]
    wiki.put(squirtle, wikitext(squirtle).replace("Départ", "2", 1))
    differences = {it.field.rpartition(".")[2]: it for it in checked(source, few).differences}
    assert {level: it.values["pokepedia"] for level, it in differences.items()} == {
        "1": "absent",
        "2": "learned",
    }
    report = etl.run(database_url, sources=[source])
    assert not etl.run(database_url).changed
    engine = store.engine(database_url)
    assert "pokepedia" not in str(store.Facts(engine).form("squirtle"))
    assert report.counts["source"] == etl.run("sqlite://").counts["source"]
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no such list"),
        ("<html>", "no such list"),
        ("{{#invoke:Apprentissage|niveau|type=eau|\nCharge / 1 / 1\n}}", "cannot be read: Charge / 1 / 1"),
        ("{{#invoke:Apprentissage|niveau|type=eau|\nCharge / 1 / 1 / soon\n}}", "level 'soon'"),
        ("{{#invoke:Apprentissage|niveau|type=eau|\nGratouille / 1 / 1 / 1\n}}", "Gratouille"),
        ("{{#invoke:Apprentissage|niveau|x=1|\n}}{{#invoke:Apprentissage|niveau|x=2|\n}}", "several forms"),
    ],
)
def test_a_page_that_cannot_be_read_is_a_gap(
    wiki: FakeWiki, source: Pokepedia, few: Pokedex, text: str, reason: str
) -> None:
    wiki.put(few.forms["squirtle"], text)
    check = checked(source, few)
    assert check.differences == []
    assert any(reason in gap.reason for gap in check.unverified if gap.id == "squirtle")


def test_a_missing_page_is_a_gap_and_asked_for_again(wiki: FakeWiki, source: Pokepedia, few: Pokedex) -> None:
    wiki.pages["Carapuce/Génération 7"] = {"error": {"code": "missingtitle", "info": "no such page"}}
    (gap,) = [gap for gap in checked(source, few).unverified if gap.id == "squirtle"]
    assert "the page is missing" in gap.reason
    asked = wiki.asked[API_PATH]
    checked(source, few)
    assert wiki.asked[API_PATH] == asked + 1


def test_a_wiki_that_is_not_there(tmp_path: Path, few: Pokedex) -> None:
    source = Pokepedia(tmp_path / "wiki.db", "http://127.0.0.1:1", QUICK)
    assert "cannot be reached" in source.collect(few, Silent()).down
