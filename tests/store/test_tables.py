"""The tables refuse what cannot be, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError, StatementError

from predictiondex.store import tables as t

NOW = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)

LOAD = {
    "snapshot_version": "1",
    "snapshot_checksum": "a",
    "checksum": "b",
    "loaded_at": NOW,
    "duration_ms": 1.0,
    "program_version": "1",
}


def write(engine: Engine, statement: Any) -> None:
    """Run ``statement`` in a transaction that is never committed."""
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(statement)
        transaction.rollback()


def learn(**change: Any) -> Any:
    row = {"form_id": "mew", "move_id": "struggle", "method_id": "event", "level": 0}
    return insert(t.Learnset).values({**row, "source_id": "predictiondex", **change})


def named(**change: Any) -> Any:
    row = {"move_id": "recover", "lang": "fr", "name": "Autre", "is_alias": True}
    return insert(t.MoveName).values({**row, "source_id": "predictiondex", **change})


def test_the_rows_the_cases_below_spoil_are_accepted(loaded: Engine) -> None:
    write(loaded, learn())
    write(loaded, named())


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(learn(move_id="surprise"), id="learnset of an unknown move"),
        pytest.param(learn(form_id="mewthree"), id="learnset of an unknown form"),
        pytest.param(learn(method_id="egg"), id="learnset by an unknown method"),
        pytest.param(learn(source_id="hearsay"), id="row of an unknown source"),
        pytest.param(learn(method_id="level", level=101), id="level above 100"),
        pytest.param(learn(method_id="machine", level=5), id="machine with a level"),
        pytest.param(learn(move_id="pound", method_id="level", level=1), id="learnset row twice"),
        pytest.param(named(name="Soin"), id="name twice"),
        pytest.param(named(is_alias=False), id="two proper names in a language"),
        pytest.param(named(name=""), id="empty name"),
        pytest.param(named(lang="mul", is_alias=False), id="proper name of no language"),
        pytest.param(update(t.TypeEffectiveness).values(factor=4), id="impossible factor"),
        pytest.param(update(t.Form).where(t.Form.id == "mew").values(mega_key="x"), id="half a Mega"),
        pytest.param(update(t.Form).where(t.Form.id == "mew").values(kind="giant"), id="unknown kind"),
        pytest.param(update(t.Form).where(t.Form.id == "mew").values(weight_kg=0), id="weightless"),
        pytest.param(update(t.FormStat).values(base=256), id="stat above 255"),
        pytest.param(update(t.Move).where(t.Move.id == "surf").values(accuracy=0), id="never hits"),
        pytest.param(update(t.Move).where(t.Move.id == "surf").values(min_hits=2), id="half a range of hits"),
        pytest.param(update(t.Species).values(dex=25), id="number twice"),
        pytest.param(delete(t.Species).where(t.Species.id == "mew"), id="species with forms removed"),
        pytest.param(
            insert(t.Outcome).values(prediction_id="none", recorded_at=NOW, result="win"),
            id="outcome of nothing",
        ),
    ],
)
def test_refused(loaded: Engine, statement: Any) -> None:
    with pytest.raises(IntegrityError):
        write(loaded, statement)


def test_instants_come_back_aware_and_equal(migrated: Engine) -> None:
    with migrated.begin() as connection:
        connection.execute(insert(t.Load).values(LOAD))
    with migrated.connect() as connection:
        assert connection.execute(t.Load.__table__.select()).one().loaded_at == NOW


def test_an_instant_without_a_zone_is_refused(migrated: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"):
        write(migrated, insert(t.Load).values({**LOAD, "loaded_at": NOW.replace(tzinfo=None)}))


def test_dates_are_kept_in_utc(migrated: Engine) -> None:
    connection: Connection
    with migrated.begin() as connection:
        connection.execute(insert(t.Load).values(LOAD))
        raw = connection.exec_driver_sql("SELECT loaded_at FROM load").scalar_one()
    assert "03:04:05" in str(raw if isinstance(raw, str) else raw.astimezone(UTC))
