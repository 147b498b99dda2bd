"""Reading the facts: forms, moves, types and learnsets as typed rows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select
from sqlalchemy.orm import aliased

from predictiondex.store import tables as t
from predictiondex.store.connection import reading

#: Language of aliases that belong to no single one.
ANY_LANGUAGE = "mul"


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form. ``names`` by language; ``types`` in slot order; ``base_stats`` in the order of the games."""

    id: str
    slug: str
    dex: int
    species: str
    kind: str
    names: dict[str, str]
    types: tuple[str, ...]
    base_stats: tuple[int, ...]
    weight_kg: float
    height_m: float
    source: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move. ``accuracy`` in per cent, ``None`` when it cannot miss."""

    id: str
    slug: str
    names: dict[str, str]
    type: str
    category: str
    power: int
    accuracy: int | None
    pp: int
    priority: int
    source: str


@dataclass(frozen=True, slots=True)
class LearnRow:
    """One way a form learns a move; ``level`` only where the method is ``level`` (0: on evolving)."""

    form: str
    move: str
    method: str
    level: int | None
    source: str


class Facts:
    """The fact tables of one database. Every method is one short read transaction.

    Errors: :class:`~predictiondex.errors.StoreError` when the database is away or has no tables.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def forms(self, *, type_: str | None = None, limit: int | None = None, offset: int = 0) -> list[FormRow]:
        """Forms in Pokédex order; only those of ``type_`` when it is given."""
        query = (
            select(t.Form, t.Species.dex)
            .join(t.Species, t.Species.id == t.Form.species_id)
            .order_by(t.Species.dex, t.Form.id)
            .limit(limit)
            .offset(offset)
        )
        if type_ is not None:
            query = query.where(t.Form.id.in_(select(t.FormType.form_id).where(t.FormType.type_id == type_)))
        with self._reading() as connection:
            return _form_rows(connection, query)

    def form(self, form_id: str) -> FormRow | None:
        """One form by id."""
        query = select(t.Form, t.Species.dex).join(t.Species, t.Species.id == t.Form.species_id)
        with self._reading() as connection:
            return next(iter(_form_rows(connection, query.where(t.Form.id == form_id))), None)

    def moves(
        self,
        *,
        type_: str | None = None,
        category: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[MoveRow]:
        """Moves by id; only those of ``type_`` and ``category`` where given."""
        query = select(t.Move.__table__).order_by(t.Move.id).limit(limit).offset(offset)
        if type_ is not None:
            query = query.where(t.Move.type_id == type_)
        if category is not None:
            query = query.where(t.Move.category == category)
        with self._reading() as connection:
            return _move_rows(connection, query)

    def move(self, move_id: str) -> MoveRow | None:
        """One move by id."""
        with self._reading() as connection:
            query = select(t.Move.__table__).where(t.Move.id == move_id)
            return next(iter(_move_rows(connection, query)), None)

    def learnset(self, form_id: str) -> list[LearnRow]:
        """A form's own learnset, by method, level and move."""
        query = (
            select(t.Learnset.__table__)
            .where(t.Learnset.form_id == form_id)
            .order_by(t.Learnset.method_id, t.Learnset.level, t.Learnset.move_id)
        )
        with self._reading() as connection:
            return [
                LearnRow(
                    r.form_id,
                    r.move_id,
                    r.method_id,
                    r.level if r.method_id == "level" else None,
                    r.source_id,
                )
                for r in connection.execute(query)
            ]

    def movepool(self, form_id: str) -> frozenset[str]:
        """Every legal move of a form, what its earlier stages learn counted."""
        with self._reading() as connection:
            return movepools(connection, form_id).get(form_id, frozenset())

    def type_chart(self) -> dict[tuple[str, str], float]:
        """Effectiveness by (attacking type, defending type)."""
        with self._reading() as connection:
            return {
                (r.attacker_id, r.defender_id): float(r.factor)
                for r in connection.execute(select(t.TypeEffectiveness.__table__))
            }

    def aliases(self, owner: str) -> dict[str, tuple[str, ...]]:
        """Further accepted spellings by id; ``owner`` is ``type``, ``species``, ``form`` or ``move``."""
        names = t.Base.metadata.tables[f"{owner}_name"]
        query = select(names.c[f"{owner}_id"], names.c.name).where(names.c.is_alias).order_by(names.c.name)
        found: dict[str, tuple[str, ...]] = {}
        with self._reading() as connection:
            for id_, name in connection.execute(query):
                found[id_] = (*found.get(id_, ()), name)
        return found

    def sprites(self, form_id: str) -> dict[str, str]:
        """Remote picture addresses of a form by kind; empty unless a load asked PokeAPI."""
        query = select(t.Sprite.kind, t.Sprite.address).where(t.Sprite.form_id == form_id)
        with self._reading() as connection:
            return {row.kind: row.address for row in connection.execute(query)}

    def _reading(self) -> AbstractContextManager[Connection]:
        return reading(self._engine, "read the facts")


def movepools(connection: Connection, form_id: str | None = None) -> dict[str, frozenset[str]]:
    """Legal moves by form: its own learnset, and those of the forms it evolved or mega-evolved from."""
    start = select(t.Form.id.label("form_id"), t.Form.id.label("ancestor_id"))
    if form_id is not None:
        start = start.where(t.Form.id == form_id)
    line = start.cte("line", recursive=True)
    stage = aliased(t.Form)
    line = line.union(
        select(line.c.form_id, func.coalesce(stage.mega_of_id, stage.evolves_from_id))
        .join(stage, stage.id == line.c.ancestor_id)
        .where(func.coalesce(stage.mega_of_id, stage.evolves_from_id).is_not(None))
    )
    query = (
        select(line.c.form_id, t.Learnset.move_id)
        .join(t.Learnset, t.Learnset.form_id == line.c.ancestor_id)
        .distinct()
    )
    pools: dict[str, set[str]] = {}
    for owner, move in connection.execute(query):
        pools.setdefault(owner, set()).add(move)
    return {owner: frozenset(moves) for owner, moves in pools.items()}


def _form_rows(connection: Connection, query: Select[t.Form, int]) -> list[FormRow]:
    found = connection.execute(query.with_only_columns(*t.Form.__table__.columns, t.Species.dex)).all()
    ids = [row.id for row in found]
    names = _names(connection, "form", ids)
    types: dict[str, tuple[str, ...]] = {}
    typed = select(t.FormType.form_id, t.FormType.type_id).where(t.FormType.form_id.in_(ids))
    for form_id, type_id in connection.execute(typed.order_by(t.FormType.slot)):
        types[form_id] = (*types.get(form_id, ()), type_id)
    stats: dict[str, tuple[int, ...]] = {}
    measured = (
        select(t.FormStat.form_id, t.FormStat.base)
        .join(t.Stat, t.Stat.id == t.FormStat.stat_id)
        .where(t.FormStat.form_id.in_(ids))
        .order_by(t.Stat.position)
    )
    for form_id, base in connection.execute(measured):
        stats[form_id] = (*stats.get(form_id, ()), base)
    return [
        FormRow(
            id=row.id,
            slug=row.slug,
            dex=row.dex,
            species=row.species_id,
            kind=row.kind,
            names=names.get(row.id, {}),
            types=types.get(row.id, ()),
            base_stats=stats.get(row.id, ()),
            weight_kg=row.weight_kg,
            height_m=row.height_m,
            source=row.source_id,
        )
        for row in found
    ]


def _move_rows(connection: Connection, query: Select[Any]) -> list[MoveRow]:
    found = connection.execute(query).all()
    names = _names(connection, "move", [row.id for row in found])
    return [
        MoveRow(
            id=row.id,
            slug=row.slug,
            names=names.get(row.id, {}),
            type=row.type_id,
            category=row.category,
            power=row.power,
            accuracy=row.accuracy,
            pp=row.pp,
            priority=row.priority,
            source=row.source_id,
        )
        for row in found
    ]


def _names(connection: Connection, owner: str, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Proper names by id and language."""
    names = t.Base.metadata.tables[f"{owner}_name"]
    key = names.c[f"{owner}_id"]
    query = select(key, names.c.lang, names.c.name).where(key.in_(list(ids)), ~names.c.is_alias)
    found: dict[str, dict[str, str]] = {}
    for id_, lang, name in connection.execute(query):
        found.setdefault(id_, {})[lang] = name
    return found
