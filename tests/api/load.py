"""Mixed requests from several callers at once, and a record of every answer."""

from __future__ import annotations

import random
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

#: One request whose answer by the model depends on nothing but its version.
FIXED: dict[str, Any] = {
    "you": {"pokemon": "Starmie", "moves": ["Surf", "Psychic", "Ice Beam", "Recover"]},
    "opponent": {"pokemon": "Gengar", "moves": ["Shadow Ball", "Sludge Bomb", "Hypnosis", "Psychic"]},
    "engine": "model",
    "simulations": 10,
}
TEAMS: dict[str, Any] = {
    "you": [FIXED["you"], {"pokemon": "Mew"}],
    "opponent": [FIXED["opponent"]],
    "engine": "model",
    "simulations": 10,
}
FACTS = ("/pokemon/pikachu", "/moves/?type=fire", "/types/affinities", "/pokemon/search?q=dracofeu")


@dataclass
class Record:
    """What came back."""

    statuses: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    #: Ids of predictions that were acknowledged.
    acknowledged: set[str] = field(default_factory=set)
    #: (version, chances) of the answers to the fixed request.
    answers: Counter[tuple[str, tuple[float, ...]]] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    #: Versions of the last answers.
    latest: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def faults(self) -> list[tuple[str, int, str]]:
        """Answers that are neither good nor a documented "not now"."""
        return [
            (path, status, kind)
            for path, status, kind in self.statuses
            if status not in (200, 304) and (status, kind) not in EXPECTED
        ]


#: What may be answered while things go wrong.
EXPECTED = {(503, kind) for kind in ("not-ready", "store-unavailable", "log-full", "overloaded", "timeout")}


class _Caller:
    def __init__(self, address: str, record: Record, seed: int, key: str) -> None:
        self.record = record
        self.chance = random.Random(seed)  # noqa: S311 - what to ask, no secret
        self.mine: list[str] = []
        headers = {"X-API-Key": key} if key else {}
        self.http = httpx.Client(base_url=address, timeout=20, headers=headers)

    def one(self) -> None:
        draw = self.chance.random()
        if draw < 0.65:
            self.predict("/predict/best-move", FIXED)
        elif draw < 0.75:
            self.predict("/predict/matchups", TEAMS)
        elif draw < 0.85 and self.mine:
            path = f"/predictions/{self.mine.pop()}/outcome"
            self.note("outcome", self.http.post(path, json={"result": "win"}))
        else:
            self.note("facts", self.http.get(self.chance.choice(FACTS)))

    def predict(self, path: str, body: dict[str, Any]) -> None:
        answer = self.note(path, self.http.post(path, json=body))
        if answer.status_code != 200:
            return
        told = answer.json()
        self.mine.append(told["prediction_id"])
        with self.record.lock:
            self.record.acknowledged.add(told["prediction_id"])
            self.record.versions[told["model"]["version"]] += 1
            self.record.latest.append(told["model"]["version"])
            if path == "/predict/best-move":
                chances = tuple(move["win_probability"] for move in told["moves"])
                self.record.answers[told["model"]["version"], chances] += 1

    def note(self, what: str, answer: httpx.Response) -> httpx.Response:
        kind = answer.json()["type"].rpartition(":")[2] if answer.status_code >= 400 else ""
        with self.record.lock:
            self.record.statuses[what, answer.status_code, kind] += 1
        return answer


@contextmanager
def mixed_load(address: str, callers: int = 4, key: str = "") -> Iterator[Record]:
    """Callers that ask as fast as they are answered, for as long as the block runs."""
    record, stop = Record(), threading.Event()

    def run(number: int) -> None:
        caller = _Caller(address, record, number, key)
        with caller.http:
            while not stop.is_set():
                try:
                    caller.one()
                except httpx.TransportError:  # the process at the other end was killed
                    with record.lock:
                        record.broken += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    try:
        yield record
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
