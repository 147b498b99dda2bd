"""The tables, typed, in third normal form. Every fact row names the source it came from.

Three groups live here:

* facts: what the games are (species, forms, moves, learnsets...), replaced as a whole by a load;
* history: which loads happened (`load`, `load_count`, `load_source`), only ever added to;
* traffic: predictions given and their outcomes, only ever added to and untouched by loads.

Constraints carry names from one convention, so that a migration can address each of them on any database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

#: JSON that PostgreSQL keeps in its binary, indexable form.
Json = JSON().with_variant(JSONB(), "postgresql")

Id = String(40)
Name = String(80)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. SQLite forgets time zones, so values are stored in UTC and come back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants need a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


# --- facts ---------------------------------------------------------------------------------------


class Source(Base):
    """Where rows come from: a package, a service or this project itself."""

    __tablename__ = "source"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[str] = mapped_column(Name)
    licence: Mapped[str] = mapped_column(String(120))
    gives: Mapped[str] = mapped_column(Text)


def _source() -> Mapped[str]:
    return mapped_column(Id, ForeignKey("source.id"))


class Type(Base):
    __tablename__ = "type"
    __table_args__ = (UniqueConstraint("position"), CheckConstraint("position between 0 and 17", "position"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    source_id: Mapped[str] = _source()


class TypeEffectiveness(Base):
    __tablename__ = "type_effectiveness"
    __table_args__ = (
        CheckConstraint("factor in (0, 0.5, 1, 2)", "factor"),
        Index(None, "defender_id"),
    )

    attacker_id: Mapped[str] = mapped_column(Id, ForeignKey("type.id"), primary_key=True)
    defender_id: Mapped[str] = mapped_column(Id, ForeignKey("type.id"), primary_key=True)
    factor: Mapped[float] = mapped_column(Float)
    source_id: Mapped[str] = _source()


class Species(Base):
    __tablename__ = "species"
    __table_args__ = (UniqueConstraint("dex"), CheckConstraint("dex > 0", "dex"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    dex: Mapped[int] = mapped_column(SmallInteger)
    source_id: Mapped[str] = _source()


class Form(Base):
    """What stands on one side of a battle. A Mega names its base form and the choice that reaches it."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("kind in ('base', 'alola', 'starter', 'mega')", "kind"),
        CheckConstraint("mega_key in ('mega', 'x', 'y')", "mega_key"),
        CheckConstraint(
            "(kind = 'mega') = (mega_of_id is not null) and (kind = 'mega') = (mega_key is not null)", "mega"
        ),
        CheckConstraint("weight_kg > 0 and height_m > 0", "size"),
        Index(None, "species_id"),
        Index(None, "evolves_from_id"),
        Index(None, "mega_of_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(Id)
    species_id: Mapped[str] = mapped_column(Id, ForeignKey("species.id"))
    kind: Mapped[str] = mapped_column(String(8))
    reference_name: Mapped[str] = mapped_column(Name)
    weight_kg: Mapped[float] = mapped_column(Float)
    height_m: Mapped[float] = mapped_column(Float)
    evolves_from_id: Mapped[str | None] = mapped_column(Id, ForeignKey("form.id"))
    mega_of_id: Mapped[str | None] = mapped_column(Id, ForeignKey("form.id"))
    mega_key: Mapped[str | None] = mapped_column(String(4))
    source_id: Mapped[str] = _source()


class FormType(Base):
    __tablename__ = "form_type"
    __table_args__ = (
        UniqueConstraint("form_id", "type_id"),
        CheckConstraint("slot in (1, 2)", "slot"),
        Index(None, "type_id"),
    )

    form_id: Mapped[str] = mapped_column(Id, ForeignKey("form.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    type_id: Mapped[str] = mapped_column(Id, ForeignKey("type.id"))
    source_id: Mapped[str] = _source()


class Stat(Base):
    __tablename__ = "stat"
    __table_args__ = (UniqueConstraint("position"),)

    id: Mapped[str] = mapped_column(String(3), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)


class FormStat(Base):
    __tablename__ = "form_stat"
    __table_args__ = (CheckConstraint("base between 1 and 255", "base"), Index(None, "stat_id", "base"))

    form_id: Mapped[str] = mapped_column(Id, ForeignKey("form.id"), primary_key=True)
    stat_id: Mapped[str] = mapped_column(String(3), ForeignKey("stat.id"), primary_key=True)
    base: Mapped[int] = mapped_column(SmallInteger)
    source_id: Mapped[str] = _source()


class Move(Base):
    """A move's figures. ``accuracy`` is null when it cannot miss; its effects are battle rules, not rows."""

    __tablename__ = "move"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("category in ('Physical', 'Special', 'Status')", "category"),
        CheckConstraint("power >= 0 and pp > 0 and base_pp > 0 and base_pp <= pp", "figures"),
        CheckConstraint("accuracy between 1 and 100", "accuracy"),
        CheckConstraint("priority between -7 and 5", "priority"),
        CheckConstraint("(min_hits is null) = (max_hits is null) and min_hits <= max_hits", "hits"),
        Index(None, "type_id", "category"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(Id)
    num: Mapped[int] = mapped_column(SmallInteger)
    type_id: Mapped[str] = mapped_column(Id, ForeignKey("type.id"))
    category: Mapped[str] = mapped_column(String(8))
    power: Mapped[int] = mapped_column(SmallInteger)
    accuracy: Mapped[int | None] = mapped_column(SmallInteger)
    pp: Mapped[int] = mapped_column(SmallInteger)
    base_pp: Mapped[int] = mapped_column(SmallInteger)
    priority: Mapped[int] = mapped_column(SmallInteger)
    target: Mapped[str] = mapped_column(Id)
    crit_ratio: Mapped[int] = mapped_column(SmallInteger)
    min_hits: Mapped[int | None] = mapped_column(SmallInteger)
    max_hits: Mapped[int | None] = mapped_column(SmallInteger)
    source_id: Mapped[str] = _source()


class MoveFlag(Base):
    __tablename__ = "move_flag"

    move_id: Mapped[str] = mapped_column(Id, ForeignKey("move.id"), primary_key=True)
    flag: Mapped[str] = mapped_column(Id, primary_key=True)
    source_id: Mapped[str] = _source()


class LearnMethod(Base):
    __tablename__ = "learn_method"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)


class Learnset(Base):
    """One way a form learns a move. ``level`` 0 means on evolving, or that the method knows no levels."""

    __tablename__ = "learnset"
    __table_args__ = (
        CheckConstraint(
            "level between 0 and 100 and (method_id = 'level' or level = 0)",
            "level",
        ),
        Index(None, "move_id", "form_id"),
        Index(None, "method_id"),
    )

    form_id: Mapped[str] = mapped_column(Id, ForeignKey("form.id"), primary_key=True)
    move_id: Mapped[str] = mapped_column(Id, ForeignKey("move.id"), primary_key=True)
    method_id: Mapped[str] = mapped_column(String(8), ForeignKey("learn_method.id"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    source_id: Mapped[str] = _source()


class _NameColumns:
    """Columns of the four name tables. ``lang`` is ``mul`` for aliases that belong to no one language."""

    lang: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(Name, primary_key=True)
    is_alias: Mapped[bool] = mapped_column()


def _name_args(table: str, owner: str) -> tuple[Any, ...]:
    """One proper name a language, any number of aliases; look-ups go by name."""
    proper = text("not is_alias")
    return (
        CheckConstraint("name <> ''", "name"),
        CheckConstraint("is_alias or lang <> 'mul'", "proper"),
        Index(None, "name"),
        Index(f"uq_{table}_proper", owner, "lang", unique=True, sqlite_where=proper, postgresql_where=proper),
    )


class TypeName(_NameColumns, Base):
    __tablename__ = "type_name"
    __table_args__ = _name_args("type_name", "type_id")

    type_id: Mapped[str] = mapped_column(Id, ForeignKey("type.id"), primary_key=True, sort_order=-1)
    source_id: Mapped[str] = _source()


class SpeciesName(_NameColumns, Base):
    __tablename__ = "species_name"
    __table_args__ = _name_args("species_name", "species_id")

    species_id: Mapped[str] = mapped_column(Id, ForeignKey("species.id"), primary_key=True, sort_order=-1)
    source_id: Mapped[str] = _source()


class FormName(_NameColumns, Base):
    __tablename__ = "form_name"
    __table_args__ = _name_args("form_name", "form_id")

    form_id: Mapped[str] = mapped_column(Id, ForeignKey("form.id"), primary_key=True, sort_order=-1)
    source_id: Mapped[str] = _source()


class MoveName(_NameColumns, Base):
    __tablename__ = "move_name"
    __table_args__ = _name_args("move_name", "move_id")

    move_id: Mapped[str] = mapped_column(Id, ForeignKey("move.id"), primary_key=True, sort_order=-1)
    source_id: Mapped[str] = _source()


class Sprite(Base):
    """The remote address of a picture; the project ships none."""

    __tablename__ = "sprite"

    form_id: Mapped[str] = mapped_column(Id, ForeignKey("form.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = _source()


#: Tables that a load replaces, parents before children.
FACT_TABLES = (
    "source", "type", "type_effectiveness", "species", "form", "form_type", "stat", "form_stat", "move",
    "move_flag", "learn_method", "learnset", "type_name", "species_name", "form_name", "move_name", "sprite",
)  # fmt: skip


# --- history -------------------------------------------------------------------------------------


class Load(Base):
    """A load that was committed. The one of the highest id is what the fact tables hold."""

    __tablename__ = "load"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_version: Mapped[str] = mapped_column(Name)
    snapshot_checksum: Mapped[str] = mapped_column(String(64))
    checksum: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    duration_ms: Mapped[float] = mapped_column(Float)
    program_version: Mapped[str] = mapped_column(Name)


class LoadCount(Base):
    __tablename__ = "load_count"
    __table_args__ = (CheckConstraint("row_count >= 0", "row_count"),)

    load_id: Mapped[int] = mapped_column(ForeignKey("load.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(Id, primary_key=True)
    row_count: Mapped[int] = mapped_column()


class LoadSource(Base):
    """A source that a load asked. Kept apart from `source`, which only knows the current load."""

    __tablename__ = "load_source"

    load_id: Mapped[int] = mapped_column(ForeignKey("load.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[str] = mapped_column(Name)


# --- traffic -------------------------------------------------------------------------------------


class Prediction(Base):
    """An answer that was given. Refers to no fact row: it outlives the data it was made from."""

    __tablename__ = "prediction"
    __table_args__ = (
        CheckConstraint("latency_ms >= 0", "latency_ms"),
        Index(None, "created_at", "prediction_id"),
        Index(None, "model_name", "model_version", "created_at"),
    )

    prediction_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    model_name: Mapped[str] = mapped_column(Name)
    model_version: Mapped[str] = mapped_column(Name)
    latency_ms: Mapped[float] = mapped_column(Float)
    key_name: Mapped[str | None] = mapped_column(Name)
    request: Mapped[dict[str, Any]] = mapped_column(Json)
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    features: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )


class Outcome(Base):
    """How the battle of a prediction ended, seen from "you"; told once."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("result in ('win', 'loss', 'tie')", "result"),
        Index(None, "recorded_at"),
    )

    prediction_id: Mapped[str] = mapped_column(ForeignKey("prediction.prediction_id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(4))
    move_id: Mapped[str | None] = mapped_column(Id)
    key_name: Mapped[str | None] = mapped_column(Name)
