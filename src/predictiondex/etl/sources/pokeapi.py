"""PokeAPI, live: verifies stats, types, moves and learnsets; brings newer names and picture addresses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from predictiondex.errors import SourceError
from predictiondex.etl.claims import CHECKED_METHODS, Alias, Claims, Gap, Picture
from predictiondex.etl.progress import Progress
from predictiondex.etl.sources import pokeapi_answers as answers
from predictiondex.etl.sources.http import Manners, Service, consult
from predictiondex.pokedex import TYPES, Form, Move, Names, Pokedex, Species

#: The public service.
ADDRESS = "https://pokeapi.co/api/v2"

#: Requests under way at any moment.
AT_ONCE = 4

Thing = TypeVar("Thing")
A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PokeAPI:
    """PokeAPI at ``address``, its answers cached in ``cache``. A full load asks about 620 times."""

    cache: Path
    address: str = ADDRESS
    manners: Manners = field(default_factory=Manners)

    @property
    def name(self) -> str:
        return "pokeapi"

    def collect(self, pokedex: Pokedex, progress: Progress) -> Claims:
        """Everything PokeAPI says about what ``pokedex`` holds; never raises for the service's faults."""
        claims = Claims(self.name, version="v2")

        def ask(service: Service) -> None:
            _Collection(service, pokedex, claims, progress).run()

        return consult(claims, self.address, self.cache, self.manners, ask)


class _Collection:
    """One run over all resources. Answers arrive on several threads; ``_lock`` guards the claims."""

    def __init__(self, service: Service, pokedex: Pokedex, claims: Claims, progress: Progress) -> None:
        self._service = service
        self._pokedex = pokedex
        self._claims = claims
        self._progress = progress
        self._lock = threading.Lock()
        self._ids = {move.slug: move.id for move in pokedex.moves.values()}
        self._slugs = {form.slug for form in pokedex.forms.values()}

    def run(self) -> None:
        """Ask for the two lists first: what is not in them is never asked for."""
        listed_forms = self._listing("/pokemon/")
        listed_moves = self._listing("/move/")
        self._claims.moves_known = frozenset(id_ for slug, id_ in self._ids.items() if slug in listed_moves)
        forms = self._listed("form", self._pokedex.forms.values(), listed_forms)
        moves = self._listed("move", self._pokedex.moves.values(), listed_moves)
        species = list(self._pokedex.species.values())
        self._progress.start("PokeAPI", len(forms) + len(moves) + len(species) + len(TYPES))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pokeapi") as pool:
            self._each(pool, "form", forms, lambda form: form.id, self._form)
            self._each(pool, "species", species, lambda species: species.id, self._species)
            self._each(pool, "type", TYPES, lambda name: name, self._type)
            self._moves(pool, moves)

    def _listing(self, path: str) -> set[str]:
        found = self._ask(answers.Listing, path, {"limit": "100000", "offset": "0"})
        return {named.name for named in found.results}

    def _listed(self, entity: str, things: Iterable[Thing], listed: set[str]) -> list[Thing]:
        """Those that PokeAPI has; the others become gaps."""
        present: list[Thing] = []
        for thing in things:
            assert isinstance(thing, Form | Move)
            if thing.slug in listed:
                present.append(thing)
            else:
                self._gap(entity, thing.id, "not in PokeAPI")
        return present

    def _each(
        self,
        pool: ThreadPoolExecutor,
        entity: str,
        things: Iterable[Thing],
        identify: Callable[[Thing], str],
        claim: Callable[[Thing], None],
    ) -> None:
        """Claim about each thing; what fails becomes a gap."""

        def one(thing: Thing) -> None:
            try:
                claim(thing)
            except SourceError as error:
                self._gap(entity, identify(thing), str(error))
            self._progress.advance()

        list(pool.map(one, things))

    def _form(self, form: Form) -> None:
        answer = self._ask(answers.Pokemon, f"/pokemon/{form.slug}/")
        try:
            stats, learned = answer.base_stats(), answer.learnset()
        except KeyError as error:
            raise SourceError(f"answer lacks {error}") from error
        values: dict[str, object] = {
            "types": answer.type_names(),
            "weight_kg": answer.weight / 10,
            "height_m": answer.height / 10,
            **{f"base_stats.{stat}": base for stat, base in stats.items()},
        }
        with self._lock:
            for name, value in values.items():
                self._claims.values["form", form.id, name] = value  # type: ignore[assignment]
            self._learnsets(form, learned)
            self._claims.pictures += [
                Picture(form.id, kind, address) for kind, address in answer.pictures().items()
            ]

    def _learnsets(self, form: Form, learned: set[tuple[str, str, int]]) -> None:
        """Megas learn nothing of their own; a form without any row is one PokeAPI has not recorded."""
        if form.kind == "mega":
            return
        if not learned:
            for method in CHECKED_METHODS:
                self._claims.gaps.append(
                    Gap("form", form.id, f"learnset.{method}", "no learnset of these games there")
                )
            return
        for method in CHECKED_METHODS:
            self._claims.values["form", form.id, f"learnset.{method}"] = frozenset(
                (self._ids.get(slug, slug), level) for slug, how, level in learned if how == method
            )

    def _species(self, species: Species) -> None:
        answer = self._ask(answers.Species, f"/pokemon-species/{species.dex}/")
        with self._lock:
            self._claims.values["species", species.id, "dex"] = answer.id
            self._names("species", species.id, species.names, answer.names)
            for variety in answer.varieties:
                if "-mega" in variety.pokemon.name and variety.pokemon.name not in self._slugs:
                    reason = "a Mega of other games"
                    self._claims.ignored.append(Gap("form", variety.pokemon.name, "", reason))

    def _type(self, name: str) -> None:
        answer = self._ask(answers.Type, f"/type/{name.lower()}/")
        with self._lock:
            for defender, factor in answer.factors(TYPES).items():
                self._claims.values["type", name, f"against.{defender}"] = factor
            self._names("type", name, self._pokedex.type_names[name], answer.names)

    def _moves(self, pool: ThreadPoolExecutor, moves: list[Move]) -> None:
        """Moves need the order of the version groups their past values name, so these are asked next."""
        found: dict[str, answers.Move] = {}

        def fetch(move: Move) -> None:
            found[move.id] = self._ask(answers.Move, f"/move/{move.slug}/")

        self._each(pool, "move", moves, lambda move: move.id, fetch)
        groups = {past.version_group.name for answer in found.values() for past in answer.past_values}
        orders = self._orders(pool, groups | {answers.VERSION_GROUP})
        for move in moves:
            if move.id in found:
                self._move(move, found[move.id], orders)

    def _orders(self, pool: ThreadPoolExecutor, groups: set[str]) -> dict[str, int]:
        def order(name: str) -> tuple[str, int] | None:
            try:
                return name, self._ask(answers.VersionGroup, f"/version-group/{name}/").order
            except SourceError:
                return None

        return dict(found for found in pool.map(order, sorted(groups)) if found is not None)

    def _move(self, move: Move, answer: answers.Move, orders: dict[str, int]) -> None:
        self._names("move", move.id, move.names, answer.names)
        try:
            figures = answer.figures(orders) if answer.past_values else answer.figures({})
        except KeyError as error:
            # Without the order of a group its past values cannot be placed, and the current ones may be
            # newer than these games: better unverified than compared with the wrong figure.
            for name in ("power", "accuracy", "base_pp", "type"):
                reason = f"order of version group {error} unknown"
                self._claims.gaps.append(Gap("move", move.id, name, reason))
            return
        for name, value in figures.items():
            if value is not None or name == "accuracy":  # no accuracy says something: it cannot miss
                self._claims.values["move", move.id, name] = value

    def _names(self, owner: str, id_: str, ours: Names, theirs: list[answers.LocalName]) -> None:
        """Claim both names; one that is spelled otherwise is a further spelling people may use."""
        for lang, name in answers.local_names(theirs).items():
            self._claims.values[owner, id_, f"names.{lang}"] = name
            if ours.lack(name, lang):
                self._claims.aliases.append(Alias(owner, id_, lang, name))

    def _ask(self, shape: type[A], path: str, params: dict[str, str] | None = None) -> A:
        """A checked answer; one of the wrong shape is dropped from the cache."""
        try:
            return shape.model_validate(self._service.get_json(path, params))
        except ValidationError as error:
            self._service.forget(path, params)
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole answer"
            raise SourceError(f"answer is not usable: {where}: {first['msg'].lower()}") from error

    def _gap(self, entity: str, id_: str, reason: str) -> None:
        with self._lock:
            self._claims.gaps.append(Gap(entity, id_, "", reason))
