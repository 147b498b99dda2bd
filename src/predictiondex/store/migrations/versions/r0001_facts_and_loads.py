"""Facts of the games and the history of loads.

Revision ID: 0001
Revises: none
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "source", "type", "type_effectiveness", "species", "form", "form_type", "stat", "form_stat", "move",
    "move_flag", "learn_method", "learnset", "type_name", "species_name", "form_name", "move_name", "sprite",
    "load", "load_count", "load_source",
)  # fmt: skip


def upgrade() -> None:
    _sources_and_types()
    _species_and_forms()
    _stats()
    _moves()
    _learnsets()
    for owner in ("type", "species", "form", "move"):
        _names(owner)
    _sprites()
    _loads()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _id(name: str, *, length: int = 40, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _small(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), autoincrement=False, nullable=nullable)


def _pk(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _from_source(table: str) -> sa.ForeignKeyConstraint:
    return _fk(table, "source_id", "source.id")


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _sources_and_types() -> None:
    op.create_table(
        "source",
        _id("id"),
        _id("version", length=80),
        _id("licence", length=120),
        sa.Column("gives", sa.Text(), nullable=False),
        _pk("source", "id"),
    )
    op.create_table(
        "type",
        _id("id"),
        _small("position"),
        _id("source_id"),
        _pk("type", "id"),
        _unique("type", "position"),
        _check("type", "position", "position between 0 and 17"),
        _from_source("type"),
    )
    op.create_table(
        "type_effectiveness",
        _id("attacker_id"),
        _id("defender_id"),
        sa.Column("factor", sa.Float(), nullable=False),
        _id("source_id"),
        _pk("type_effectiveness", "attacker_id", "defender_id"),
        _check("type_effectiveness", "factor", "factor in (0, 0.5, 1, 2)"),
        _fk("type_effectiveness", "attacker_id", "type.id"),
        _fk("type_effectiveness", "defender_id", "type.id"),
        _from_source("type_effectiveness"),
    )
    _index("type_effectiveness", "defender_id")


def _species_and_forms() -> None:
    op.create_table(
        "species",
        _id("id"),
        _small("dex"),
        _id("source_id"),
        _pk("species", "id"),
        _unique("species", "dex"),
        _check("species", "dex", "dex > 0"),
        _from_source("species"),
    )
    op.create_table(
        "form",
        _id("id"),
        _id("slug"),
        _id("species_id"),
        _id("kind", length=8),
        _id("reference_name", length=80),
        sa.Column("weight_kg", sa.Float(), nullable=False),
        sa.Column("height_m", sa.Float(), nullable=False),
        _id("evolves_from_id", nullable=True),
        _id("mega_of_id", nullable=True),
        _id("mega_key", length=4, nullable=True),
        _id("source_id"),
        _pk("form", "id"),
        _unique("form", "slug"),
        _check("form", "kind", "kind in ('base', 'alola', 'starter', 'mega')"),
        _check("form", "mega_key", "mega_key in ('mega', 'x', 'y')"),
        _check(
            "form",
            "mega",
            "(kind = 'mega') = (mega_of_id is not null) and (kind = 'mega') = (mega_key is not null)",
        ),
        _check("form", "size", "weight_kg > 0 and height_m > 0"),
        _fk("form", "species_id", "species.id"),
        _fk("form", "evolves_from_id", "form.id"),
        _fk("form", "mega_of_id", "form.id"),
        _from_source("form"),
    )
    for column in ("species_id", "evolves_from_id", "mega_of_id"):
        _index("form", column)
    op.create_table(
        "form_type",
        _id("form_id"),
        _small("slot"),
        _id("type_id"),
        _id("source_id"),
        _pk("form_type", "form_id", "slot"),
        _unique("form_type", "form_id", "type_id"),
        _check("form_type", "slot", "slot in (1, 2)"),
        _fk("form_type", "form_id", "form.id"),
        _fk("form_type", "type_id", "type.id"),
        _from_source("form_type"),
    )
    _index("form_type", "type_id")


def _stats() -> None:
    op.create_table(
        "stat", _id("id", length=3), _small("position"), _pk("stat", "id"), _unique("stat", "position")
    )
    op.create_table(
        "form_stat",
        _id("form_id"),
        _id("stat_id", length=3),
        _small("base"),
        _id("source_id"),
        _pk("form_stat", "form_id", "stat_id"),
        _check("form_stat", "base", "base between 1 and 255"),
        _fk("form_stat", "form_id", "form.id"),
        _fk("form_stat", "stat_id", "stat.id"),
        _from_source("form_stat"),
    )
    _index("form_stat", "stat_id", "base")


def _moves() -> None:
    op.create_table(
        "move",
        _id("id"),
        _id("slug"),
        _small("num"),
        _id("type_id"),
        _id("category", length=8),
        _small("power"),
        _small("accuracy", nullable=True),
        _small("pp"),
        _small("base_pp"),
        _small("priority"),
        _id("target"),
        _small("crit_ratio"),
        _small("min_hits", nullable=True),
        _small("max_hits", nullable=True),
        _id("source_id"),
        _pk("move", "id"),
        _unique("move", "slug"),
        _check("move", "category", "category in ('Physical', 'Special', 'Status')"),
        _check("move", "figures", "power >= 0 and pp > 0 and base_pp > 0 and base_pp <= pp"),
        _check("move", "accuracy", "accuracy between 1 and 100"),
        _check("move", "priority", "priority between -7 and 5"),
        _check("move", "hits", "(min_hits is null) = (max_hits is null) and min_hits <= max_hits"),
        _fk("move", "type_id", "type.id"),
        _from_source("move"),
    )
    _index("move", "type_id", "category")
    op.create_table(
        "move_flag",
        _id("move_id"),
        _id("flag"),
        _id("source_id"),
        _pk("move_flag", "move_id", "flag"),
        _fk("move_flag", "move_id", "move.id"),
        _from_source("move_flag"),
    )


def _learnsets() -> None:
    op.create_table("learn_method", _id("id", length=8), _pk("learn_method", "id"))
    op.create_table(
        "learnset",
        _id("form_id"),
        _id("move_id"),
        _id("method_id", length=8),
        _small("level"),
        _id("source_id"),
        _pk("learnset", "form_id", "move_id", "method_id", "level"),
        _check(
            "learnset",
            "level",
            "level between 0 and 100 and (method_id = 'level' or level = 0)",
        ),
        _fk("learnset", "form_id", "form.id"),
        _fk("learnset", "move_id", "move.id"),
        _fk("learnset", "method_id", "learn_method.id"),
        _from_source("learnset"),
    )
    _index("learnset", "move_id", "form_id")
    _index("learnset", "method_id")


def _names(owner: str) -> None:
    table, key, proper = f"{owner}_name", f"{owner}_id", sa.text("not is_alias")
    op.create_table(
        table,
        _id(key),
        _id("lang", length=3),
        _id("name", length=80),
        sa.Column("is_alias", sa.Boolean(), nullable=False),
        _id("source_id"),
        _pk(table, key, "lang", "name"),
        _check(table, "name", "name <> ''"),
        _check(table, "proper", "is_alias or lang <> 'mul'"),
        _fk(table, key, f"{owner}.id"),
        _from_source(table),
    )
    _index(table, "name")
    op.create_index(
        f"uq_{table}_proper", table, [key, "lang"], unique=True, sqlite_where=proper, postgresql_where=proper
    )


def _sprites() -> None:
    op.create_table(
        "sprite",
        _id("form_id"),
        _id("kind"),
        sa.Column("address", sa.Text(), nullable=False),
        _id("source_id"),
        _pk("sprite", "form_id", "kind"),
        _fk("sprite", "form_id", "form.id"),
        _from_source("sprite"),
    )


def _loads() -> None:
    op.create_table(
        "load",
        sa.Column("id", sa.Integer(), nullable=False),
        _id("snapshot_version", length=80),
        _id("snapshot_checksum", length=64),
        _id("checksum", length=64),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        _id("program_version", length=80),
        _pk("load", "id"),
    )
    op.create_table(
        "load_count",
        sa.Column("load_id", sa.Integer(), nullable=False),
        _id("table_name"),
        sa.Column("row_count", sa.Integer(), nullable=False),
        _pk("load_count", "load_id", "table_name"),
        _check("load_count", "row_count", "row_count >= 0"),
        _fk("load_count", "load_id", "load.id"),
    )
    op.create_table(
        "load_source",
        sa.Column("load_id", sa.Integer(), nullable=False),
        _id("name"),
        _id("version", length=80),
        _pk("load_source", "load_id", "name"),
        _fk("load_source", "load_id", "load.id"),
    )
