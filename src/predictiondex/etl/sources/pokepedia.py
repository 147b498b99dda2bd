"""Poképédia: a cross-check of level-up and machine learnsets, asked for on purpose only, for the report only.

Its data may not be redistributable, so nothing of it reaches the database. One request a second, none that
its robots rules forbid. Each species has a page for the generation; its wikitext lists level-up moves in
three columns, these games in the last, and machines under a heading of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from predictiondex.errors import SourceError, UnknownName
from predictiondex.etl.claims import Claims, Gap
from predictiondex.etl.progress import Progress
from predictiondex.etl.sources.http import USER_AGENT, Manners, Service, consult
from predictiondex.pokedex import Form, Pokedex

#: The wiki's server and the path of its API.
ADDRESS = "https://www.pokepedia.fr"
API_PATH = "/api.php"

#: One request a second; a species costs one.
MANNERS = Manners(budget=170, interval=1.0, patience=1800.0)

_BLOCK = re.compile(
    r"\{\{#invoke:Apprentissage\s*\|\s*(?P<kind>niveau|disque|capsule)\s*\|(?P<body>.*?)\}\}", re.S
)
_HEADING = re.compile(r"^=+\s*(?P<title>.*?)\s*=+\s*$", re.M)
_LEVELS = re.compile(r"\d+")

#: Spellings of levels that are no number, and what they mean.
_AT_START, _ON_EVOLVING, _NEVER = ("départ", "dép."), ("évolution", "évol."), ("", "-", "–", "—")


class _Parse(BaseModel):
    model_config = ConfigDict(strict=True)

    title: str
    wikitext: dict[str, str] = Field(min_length=1)


class _Page(BaseModel):
    model_config = ConfigDict(strict=True)

    parse: _Parse


@dataclass(frozen=True, slots=True)
class Pokepedia:
    """The wiki at ``address``, its answers cached in ``cache``."""

    cache: Path
    address: str = ADDRESS
    manners: Manners = field(default_factory=lambda: MANNERS)

    @property
    def name(self) -> str:
        return "pokepedia"

    def collect(self, pokedex: Pokedex, progress: Progress) -> Claims:
        """What the wiki says about base forms; never raises for its faults."""
        claims = Claims(self.name, version="gen7")

        def ask(service: Service) -> None:
            self._collect(service, pokedex, claims, progress)

        return consult(claims, self.address, self.cache, self.manners, ask)

    def _collect(self, service: Service, pokedex: Pokedex, claims: Claims, progress: Progress) -> None:
        if not _may_ask(service):
            claims.down = "its robots rules do not let this program ask"
            return
        forms = [form for form in pokedex.forms.values() if form.kind == "base"]
        progress.start("Poképédia", len(forms))
        for form in forms:
            try:
                text = _wikitext(service, pokedex.species[form.species].names.fr)
                _claim(claims, pokedex, form, text)
            except SourceError as error:
                claims.gaps.append(Gap("form", form.id, "", str(error)))
            progress.advance()


def _may_ask(service: Service) -> bool:
    """Whether robots.txt lets this program use the API; a server without one forbids nothing."""
    robots = RobotFileParser()
    try:
        robots.parse(service.get_text("/robots.txt").splitlines())
    except SourceError as error:
        if str(error) != "HTTP 404":
            raise
        return True
    agent = USER_AGENT.split("/")[0]
    return robots.can_fetch(agent, urlsplit(service.base)._replace(path=API_PATH).geturl())


def _wikitext(service: Service, name: str) -> str:
    params = {
        "action": "parse",
        "format": "json",
        "prop": "wikitext",
        "redirects": "1",
        "page": f"{name}/Génération 7",
    }
    try:
        page = _Page.model_validate(service.get_json(API_PATH, params))
        return page.parse.wikitext["*"]
    except (ValidationError, KeyError) as error:
        service.forget(API_PATH, params)
        raise SourceError("the page is missing or is no page of this kind") from error


def _claim(claims: Claims, pokedex: Pokedex, form: Form, text: str) -> None:
    """Claim the learnsets that the page states beyond doubt; the rest becomes gaps that say why."""
    blocks = list(_blocks(text))
    readers = (("level", "niveau", _levels), ("machine", "machine", _machines))
    for method, kind, read in readers:
        found = [body for block, body in blocks if block == kind]
        name = f"learnset.{method}"
        if len(found) != 1:
            reason = "no such list on the page" if not found else "the page lists several forms"
            claims.gaps.append(Gap("form", form.id, name, reason))
            continue
        try:
            claims.values["form", form.id, name] = frozenset(read(pokedex, found[0]))
        except (ValueError, UnknownName) as error:
            claims.gaps.append(Gap("form", form.id, name, f"a line cannot be read: {error}"))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Lists of the page: ``niveau``, and ``machine`` for those under a heading of these games."""
    headings = [(match.start(), match["title"]) for match in _HEADING.finditer(text)]
    for match in _BLOCK.finditer(text):
        title = next((title for start, title in reversed(headings) if start < match.start()), "")
        if match["kind"] == "niveau":
            yield "niveau", match["body"]
        elif "Let's Go" in title.replace("’", "'") or "LGPE" in title:
            yield "machine", match["body"]


def _rows(body: str) -> Iterator[list[str]]:
    """Lines of a list, cut at their slashes; the list's own settings (``type=...``) are no lines."""
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" / ")]
        if cells[0] and "=" not in cells[0]:
            yield cells


def _levels(pokedex: Pokedex, body: str) -> Iterator[tuple[str, int]]:
    for cells in _rows(body):
        if len(cells) != 4:
            raise ValueError(" / ".join(cells))
        for level in _level_numbers(cells[3]):
            yield pokedex.move(cells[0]).id, level


def _level_numbers(cell: str) -> Iterator[int]:
    for part in re.split(r",|<br\s*/?>", cell):
        word = part.strip().lower()
        if word in _NEVER:
            continue
        if word in _AT_START:
            yield 1
        elif word in _ON_EVOLVING:
            yield 0
        elif _LEVELS.fullmatch(word):
            yield int(word)
        else:
            raise ValueError(f"level {part.strip()!r}")


def _machines(pokedex: Pokedex, body: str) -> Iterator[tuple[str, int]]:
    for cells in _rows(body):
        if len(cells) != 2:
            raise ValueError(" / ".join(cells))
        yield pokedex.move(cells[1]).id, 0
