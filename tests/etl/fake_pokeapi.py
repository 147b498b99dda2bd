"""A local server with PokeAPI's shapes, answering from the snapshot the way the live service would.

Like the live one it is not of these games: figures are the newest ones with what was before in
``past_values`` and the like, French names of some moves are newer, six Megas are of other games, two partner
moves are unknown to it, and four PPs are simply different. It can be told to fail.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from predictiondex.etl.claims import CHECKED_METHODS
from predictiondex.etl.sources.pokeapi_answers import STAT_IDS
from predictiondex.pokedex import STATS, TYPES, Form, Move, Species, pokedex

PREFIX = "/api/v2"
JSON = "application/json; charset=utf-8"
LETS_GO = "lets-go-pikachu-lets-go-eevee"

#: Orders of some version groups.
GROUPS = {
    "red-blue": 1,
    "black-white": 11,
    "sun-moon": 17,
    LETS_GO: 21,
    "sword-shield": 22,
    "scarlet-violet": 27,
}

#: Megas of other games, by the species whose varieties list them.
FOREIGN_MEGAS = {
    "clefable": ("clefable-mega",),
    "victreebel": ("victreebel-mega",),
    "starmie": ("starmie-mega",),
    "dragonite": ("dragonite-mega",),
    "raichu": ("raichu-mega-x", "raichu-mega-y"),
}

#: Moves it does not know.
UNKNOWN_MOVES = ("pikapapow", "veeveevolley")

#: Moves whose PP differ there without any past value.
OTHER_PP = ("recover", "rest", "roost", "softboiled")

#: Moves that changed after these games; their values in force before are listed.
CHANGED = tuple(move.id for move in pokedex.moves.values() if move.power and move.accuracy == 100)[:13]

#: Moves with newer French names.
RENAMED = tuple(move.id for move in pokedex.moves.values() if move.id not in UNKNOWN_MOVES)[5:21]

METHOD_NAMES = {"level": "level-up", "machine": "machine", "tutor": "tutor"}


def ref(kind: str, name: str) -> dict[str, str]:
    return {"name": name, "url": f"https://pokeapi.example{PREFIX}/{kind}/{name}/"}


def listing(kind: str, names: list[str]) -> dict[str, Any]:
    results = [ref(kind, name) for name in names]
    return {"count": len(results), "next": None, "previous": None, "results": results}


def names_of(en: str, fr: str) -> list[dict[str, Any]]:
    values = {"ja": "ポケモン", "fr": fr, "de": f"{en}-de", "en": en}
    return [{"language": ref("language", lang), "name": name} for lang, name in values.items()]


def pokemon(form: Form) -> dict[str, Any]:
    to_theirs = {ours: theirs for theirs, ours in STAT_IDS.items()}
    return {
        "id": form.dex,
        "name": form.slug,
        "height": round(form.height_m * 10),
        "weight": round(form.weight_kg * 10),
        "is_default": form.kind == "base",
        "order": form.dex,
        "species": ref("pokemon-species", form.species),
        "stats": [
            {"base_stat": base, "effort": 0, "stat": ref("stat", to_theirs[stat])}
            for stat, base in zip(STATS, form.base_stats, strict=True)
        ],
        "types": type_slots(form.types),
        # Before generation VI some were otherwise: must not be taken for these games.
        "past_types": (
            [{"generation": ref("generation", "generation-v"), "types": type_slots(("Normal",))}]
            if "Fairy" in form.types
            else []
        ),
        "past_stats": [
            {
                "generation": ref("generation", "generation-vi"),
                "stats": [{"base_stat": 1, "effort": 0, "stat": ref("stat", "attack")}],
            }
        ],
        "moves": learned(form),
        "sprites": {
            "front_default": f"https://sprites.example/{form.slug}.png",
            "back_default": None,
            "other": {"official-artwork": {"front_default": f"https://sprites.example/art/{form.slug}.png"}},
        },
    }


def type_slots(types: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"slot": slot, "type": ref("type", name.lower())} for slot, name in enumerate(types, 1)]


def learned(form: Form) -> list[dict[str, Any]]:
    """Moves with the ways of every game; those of other games must be left out by the reader."""
    found: dict[str, list[dict[str, Any]]] = {"cut": [way("red-blue", "machine", 0)]}
    for learn in form.learnset:
        if learn.method in CHECKED_METHODS and learn.move not in UNKNOWN_MOVES:
            ways = found.setdefault(pokedex.moves[learn.move].slug, [way("sun-moon", "level-up", 99)])
            ways.append(way(LETS_GO, METHOD_NAMES[learn.method], learn.level or 0))
    return [{"move": ref("move", slug), "version_group_details": ways} for slug, ways in found.items()]


def way(group: str, method: str, level: int) -> dict[str, Any]:
    return {
        "level_learned_at": level,
        "move_learn_method": ref("move-learn-method", method),
        "order": None,
        "version_group": ref("version-group", group),
    }


def species(one: Species) -> dict[str, Any]:
    slugs = [pokedex.forms[form].slug for form in one.forms] + list(FOREIGN_MEGAS.get(one.id, ()))
    return {
        "id": one.dex,
        "name": one.id,
        "names": names_of(one.names.en, one.names.fr),
        "varieties": [{"is_default": slug == one.id, "pokemon": ref("pokemon", slug)} for slug in slugs],
    }


def move(one: Move) -> dict[str, Any]:
    past: list[dict[str, Any]] = []
    power = one.power
    if one.id in CHANGED:
        power += 30
        past = [
            past_value("black-white", power=1, pp=1),
            past_value("scarlet-violet", power=one.power + 15, accuracy=one.accuracy),
            past_value("sword-shield", power=one.power),
        ]
    return {
        "id": one.num,
        "name": one.slug,
        "power": power or None,
        "accuracy": one.accuracy,
        "pp": 5 if one.id in OTHER_PP else one.base_pp,
        "priority": one.priority,
        "type": ref("type", one.type.lower()),
        "damage_class": ref("move-damage-class", one.category.lower()),
        "names": names_of(one.names.en, f"Néo-{one.names.fr}" if one.id in RENAMED else one.names.fr),
        "past_values": past,
    }


def past_value(group: str, **values: int | None) -> dict[str, Any]:
    empty = {"accuracy": None, "effect_chance": None, "power": None, "pp": None, "type": None}
    return {**empty, "effect_entries": [], **values, "version_group": ref("version-group", group)}


def type_(name: str) -> dict[str, Any]:
    row = pokedex.type_chart[TYPES.index(name)]
    groups: dict[str, list[dict[str, str]]] = {
        f"{word}_damage_{way}": [] for word in ("double", "half", "no") for way in ("from", "to")
    }
    words = {2.0: "double", 0.5: "half", 0.0: "no"}
    for defender, factor in zip(TYPES, row, strict=True):
        if factor in words:
            groups[f"{words[factor]}_damage_to"].append(ref("type", defender.lower()))
    nothing: dict[str, list[Any]] = {key: [] for key in groups}
    return {
        "name": name.lower(),
        "names": names_of(pokedex.type_names[name].en, pokedex.type_names[name].fr),
        "damage_relations": groups,
        "past_damage_relations": [
            {"generation": ref("generation", "generation-i"), "damage_relations": nothing}
        ],
    }


def resources() -> dict[str, Any]:
    """Every answer by path."""
    forms, moves = pokedex.forms.values(), pokedex.moves.values()
    known = [one for one in moves if one.id not in UNKNOWN_MOVES]
    foreign = [slug for slugs in FOREIGN_MEGAS.values() for slug in slugs]
    return {
        "/pokemon/": listing("pokemon", [form.slug for form in forms] + foreign),
        "/move/": listing("move", [one.slug for one in known]),
        **{f"/pokemon/{form.slug}/": pokemon(form) for form in forms},
        **{f"/pokemon-species/{one.dex}/": species(one) for one in pokedex.species.values()},
        **{f"/move/{one.slug}/": move(one) for one in known},
        **{f"/type/{name.lower()}/": type_(name) for name in TYPES},
        **{
            f"/version-group/{name}/": {"id": order, "name": name, "order": order}
            for name, order in GROUPS.items()
        },
    }


#: What a fault does to a request: a status, or ``hang`` (no answer until the server stops).
Fault = Callable[[str, int], int | str | None]


def no_fault(_path: str, _attempt: int) -> None:
    return None


def some_faults(path: str, attempt: int) -> int | str | None:
    """5 % of all requests fail, in equal parts, always the same ones."""
    draw = int.from_bytes(hashlib.sha256(f"{path} {attempt}".encode()).digest()[:4], "big") / 2**32
    return next((fault for bar, fault in ((1, 500), (2, 429), (3, "hang")) if draw < 0.05 * bar / 3), None)


class FakePokeAPI:
    """The server while it runs. ``asked`` counts requests by path; ``busiest`` is the most at once;
    ``dripping`` answers come byte by byte, slowly."""

    def __init__(self) -> None:
        self.answers = resources()
        self.fault: Fault = no_fault
        self.raw: dict[str, tuple[int, str, bytes]] = {}
        self.retry_after = "0"
        self.dripping = False
        self.by_query: Callable[[dict[str, str]], Any] = lambda _query: None
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.busiest = 0
        self.stopping = threading.Event()
        self._busy = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{PREFIX}"

    @property
    def requests(self) -> int:
        return sum(self.asked.values())

    @contextmanager
    def running(self) -> Iterator[FakePokeAPI]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    @contextmanager
    def counted(self, path: str, agent: str) -> Iterator[int]:
        """The number of this try of ``path``, from 0."""
        with self._lock:
            attempt = self.asked[path]
            self.asked[path] += 1
            self.agents.add(agent)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            yield attempt
        finally:
            with self._lock:
                self._busy -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:  # the base class asks for this name
                parts = urlsplit(self.path)
                path = parts.path.removeprefix(PREFIX)
                queried = fake.by_query(dict(parse_qsl(parts.query)))
                with fake.counted(path, self.headers.get("User-Agent", "")) as attempt:
                    status, kind, body = fake.answer(path, attempt)
                if queried is not None:
                    status, kind, body = 200, JSON, json.dumps(queried).encode()
                if status:
                    self.reply(status, kind, body)
                else:
                    self.close_connection = True

            def reply(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if status == 429:
                    self.send_header("Retry-After", fake.retry_after)
                self.end_headers()
                for byte in body if fake.dripping else ():
                    self.wfile.write(bytes([byte]))
                    if fake.stopping.wait(0.05):
                        return
                self.wfile.write(b"" if fake.dripping else body)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    self.close_connection = True  # the client gave up waiting

        return Handler

    def answer(self, path: str, attempt: int) -> tuple[int, str, bytes]:
        """Status (0: hang up), content type and body."""
        fault = self.fault(path, attempt)
        if fault == "hang":
            self.stopping.wait(2.0)
            return 0, "", b""
        if isinstance(fault, int):
            return fault, "text/html", b"<html><body><h1>Sorry</h1></body></html>"
        if path in self.raw:
            return self.raw[path]
        if path not in self.answers:
            return 404, "text/plain", b"Not Found"
        return 200, JSON, json.dumps(self.answers[path]).encode()
