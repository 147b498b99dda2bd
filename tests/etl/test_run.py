"""The load: what it writes, that a repeat writes nothing, and that no failure costs the old data."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from predictiondex import etl, store
from predictiondex.errors import LoadError, SnapshotError, StoreError, UsageError
from predictiondex.etl.dataset import checksum
from predictiondex.etl.progress import Silent
from predictiondex.pokedex import pokedex
from predictiondex.settings import Settings
from predictiondex.store.loading import dump
from tests.components import require
from tests.databases import Server
from tests.etl.snapshots import BUNDLED, doctored, newer, one


def content(engine: Engine) -> str:
    """Checksum of what the tables really hold."""
    with engine.connect() as connection:
        return checksum(dump(connection))


def test_the_first_load_and_a_repeat(engine: Engine) -> None:
    first = etl.run(engine)
    assert (first.counts["form"], first.counts["species"], first.counts["move"]) == (188, 153, 227)
    assert (first.counts["type_effectiveness"], first.pairs) == (324, 4632)
    assert first.changed
    assert first.rows_written == sum(first.counts.values())
    assert content(engine) == first.checksum
    assert store.check(engine) == ()
    second = etl.run(engine)
    assert (second.changed, second.rows_written) == (False, 0)
    assert second.counts == first.counts
    assert second.loaded_at == first.loaded_at
    assert len(store.Loads(engine).recent()) == 1


@pytest.mark.slow
def test_tables_that_somebody_changed_are_loaded_again(engine: Engine) -> None:
    first = etl.run(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM learnset"))
        connection.execute(text("UPDATE move SET power = 1 WHERE id = 'surf'"))
    mended = etl.run(engine)
    assert mended.changed
    assert (mended.counts, mended.checksum) == (first.counts, first.checksum)
    assert content(engine) == first.checksum
    assert not etl.run(engine).changed


def test_the_rows_are_the_same_on_every_database(loaded_url: str) -> None:
    engine = store.engine(loaded_url)
    current = store.Loads(engine).current()
    assert current is not None
    assert content(engine) == current.checksum == etl.run("sqlite://").checksum
    engine.dispose()


def test_another_snapshot_replaces_the_one_before(engine: Engine, tmp_path: Path) -> None:
    old = etl.run(engine)
    new = etl.run(engine, snapshot=newer(tmp_path / "newer"))
    assert new.changed
    assert new.checksum != old.checksum
    assert content(engine) == new.checksum
    assert [load.snapshot_version for load in store.Loads(engine).recent()] == ["0.11.12", "0.11.11"]
    assert etl.run(engine).checksum == old.checksum
    assert content(engine) == old.checksum


def test_the_history_tells_what_is_loaded(engine: Engine) -> None:
    report = etl.run(engine)
    current = store.Loads(engine).current()
    assert current is not None
    assert current.counts == report.counts
    assert current.sources == {"snapshot": pokedex.version}
    assert (current.snapshot_checksum, current.checksum) == (pokedex.checksum, report.checksum)
    assert 0 < current.duration_ms < 60_000


def test_predictions_outlive_loads(engine: Engine, tmp_path: Path) -> None:
    from tests.store.test_predictions import ROW

    etl.run(engine)
    store.Predictions(engine).add(ROW)
    etl.run(engine, snapshot=newer(tmp_path / "newer"))
    assert store.Predictions(engine).get(ROW.prediction_id) == ROW


def test_ensure_loaded_does_what_is_missing_and_no_more(database_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=database_url)
    first = etl.ensure_loaded(settings)
    assert first is not None
    assert first.changed
    assert etl.ensure_loaded(settings) is None
    etl.run(settings, snapshot=newer(tmp_path / "newer"))
    again = etl.ensure_loaded(settings)
    assert again is not None
    assert again.snapshot_checksum == pokedex.checksum


def test_ensure_loaded_brings_an_older_database_forward(engine: Engine) -> None:
    store.migrate(engine, "0001")
    etl.ensure_loaded(engine)
    assert store.check(engine) == ()


class Sabotage(Silent):
    """Does harm in the middle of a load."""

    def __init__(self, harm: Callable[[], object], after: int = 6) -> None:
        self._harm, self._left = harm, after

    def advance(self, units: int = 1) -> None:  # noqa: ARG002
        self._left -= 1
        if self._left == 0:
            self._harm()


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_an_interrupted_load_leaves_the_old_data(engine: Engine, tmp_path: Path) -> None:
    old = etl.run(engine)
    with pytest.raises(KeyboardInterrupt):
        etl.run(engine, snapshot=newer(tmp_path / "newer"), progress=Sabotage(interrupt))
    assert content(engine) == old.checksum
    assert etl.run(engine, snapshot=newer(tmp_path / "newer")).changed


def test_a_server_that_ends_the_connection_leaves_the_old_data(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.new_database()
    old = etl.run(url)

    def end_connections() -> None:
        with postgresql.admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (url.rpartition("/")[2],),
            )

    with pytest.raises(LoadError, match="Cannot load the database"):
        etl.run(url, snapshot=newer(tmp_path / "newer"), progress=Sabotage(end_connections))
    engine = store.engine(url)
    assert content(engine) == old.checksum
    engine.dispose()


def test_loads_at_once_of_the_same_data_write_once(database_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: etl.run(database_url), range(3)))
    assert sorted(report.changed for report in reports) == [False, False, True]
    engine = store.engine(database_url)
    assert len(store.Loads(engine).recent()) == 1
    assert content(engine) == reports[0].checksum
    engine.dispose()


@pytest.mark.slow
def test_loads_at_once_of_different_data_follow_each_other(database_url: str, tmp_path: Path) -> None:
    snapshots = [None, newer(tmp_path / "newer")] * 2
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda folder: etl.run(database_url, snapshot=folder), snapshots))
    engine = store.engine(database_url)
    current = store.Loads(engine).current()
    assert current is not None
    assert content(engine) == current.checksum
    assert current.checksum in {report.checksum for report in reports}
    engine.dispose()


# --- bad snapshots --------------------------------------------------------------------------------


def forget_french(document: dict[str, Any]) -> None:
    one(document, "moves", "surf")["names"] = ["Surf", ""]


def lose_a_form(document: dict[str, Any]) -> None:
    document["forms"] = [form for form in document["forms"] if form["id"] != "gengarmega"]


def moves_out_of_nowhere(document: dict[str, Any]) -> None:
    one(document, "forms", "venusaur")["inherited"].append("surf")
    one(document, "moves", "surf")["names"] = ["Surf", "Surf", ["Something to load"]]


def break_the_chart(document: dict[str, Any]) -> None:
    document["types"][0]["attack"][0] = 4.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda d: one(d, "forms", "mew")["learnset"].update(telepathy="L5"),
            "learnset mew/telepathy/level/5 names unknown move 'telepathy'",
            id="unknown move",
        ),
        pytest.param(
            lambda d: one(d, "forms", "mew")["learnset"].update(pound="L1 L1"),
            "learnset has mew/pound/level/1 twice",
            id="row twice",
        ),
        pytest.param(
            lambda d: one(d, "forms", "mew").update(species="mewtwo2"),
            "form mew names unknown species 'mewtwo2'",
            id="unknown species",
        ),
        pytest.param(
            lambda d: one(d, "forms", "mew").update(types=["Psychic", "Psychic"]),
            "Cannot load the database",
            id="type twice",
        ),
        pytest.param(
            lambda d: one(d, "forms", "mew").update(slug="mewtwo"),
            "Cannot load the database",
            id="slug twice",
        ),
        pytest.param(forget_french, "Cannot load the database", id="empty name"),
        pytest.param(lose_a_form, "form has 187 rows, 188 expected", id="form missing"),
        pytest.param(break_the_chart, "Cannot load the database", id="factor 4"),
        pytest.param(
            lambda d: one(d, "forms", "mew")["learnset"].pop("pound"),
            "the learnsets make 4631 pairs of form and move, 4632 expected",
            id="pair missing",
        ),
        pytest.param(
            moves_out_of_nowhere,
            "legal moves differ from the Pokédex for: venusaur, venusaurmega",
            id="moves out of nowhere",
        ),
        pytest.param(
            lambda d: one(d, "forms", "venusaurmega").update(mega_of="bulbasaur"),
            "Megas of another species: venusaurmega",
            id="Mega of another",
        ),
    ],
)
def test_a_snapshot_that_breaks_a_promise_is_rolled_back(
    loaded_url: str, tmp_path: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    engine = store.engine(loaded_url)
    (old,) = store.Loads(engine).recent()
    with pytest.raises(LoadError, match=message):
        etl.run(engine, snapshot=doctored(tmp_path / "bad", change))
    assert content(engine) == old.checksum
    assert store.Loads(engine).recent() == [old]
    engine.dispose()


def test_a_snapshot_cut_short_is_refused_by_its_checksum(engine: Engine, tmp_path: Path) -> None:
    old = etl.run(engine)
    whole = BUNDLED.joinpath("pokedex.json").read_bytes()
    (tmp_path / "pokedex.json").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "pokedex.sha256").write_text(pokedex.checksum)
    with pytest.raises(SnapshotError, match=pokedex.checksum):
        etl.run(engine, snapshot=tmp_path)
    assert content(engine) == old.checksum


# --- bad databases --------------------------------------------------------------------------------


def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    old = etl.run(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer than this program"):
        etl.run(engine)
    assert content(engine) == old.checksum


def read_only(url: str, postgresql: Server | None) -> str:
    """The same database, not to be written to."""
    if postgresql is None:
        return url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    with postgresql.admin() as admin:
        name = url.rpartition("/")[2]
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    return url


def test_a_read_only_database_is_an_error_only_when_there_is_something_to_write(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    old = etl.run(database_url)
    server = None if database_url.startswith("sqlite") else request.getfixturevalue("postgresql")
    url = read_only(database_url, server)
    assert not etl.run(url).changed
    with pytest.raises(LoadError, match=r"Cannot load the database .*read-?only"):
        etl.run(url, snapshot=newer(tmp_path / "newer"))
    engine = store.engine(url)
    assert content(engine) == old.checksum
    engine.dispose()


def test_a_full_database_file_keeps_the_old_data(tmp_path: Path) -> None:
    engine = store.engine(f"sqlite:///{tmp_path / 'test.db'}")
    old = etl.run(engine)
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    engine.dispose()
    # The load reuses the pages it frees, so its own growth is what must not fit.
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))
    many = doctored(tmp_path / "many", lots_of_aliases)
    with pytest.raises(LoadError, match="full"):
        etl.run(engine, snapshot=many)
    assert content(engine) == old.checksum
    engine.dispose()


def lots_of_aliases(document: dict[str, Any]) -> None:
    for move in document["moves"]:
        move["names"] = [*move["names"][:2], [f"{move['id']} {number:050}" for number in range(20)]]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_is_a_clear_error_and_keeps_the_old_data(tmp_path: Path) -> None:
    import resource
    import subprocess

    url = f"sqlite:///{tmp_path / 'test.db'}"
    old = etl.run(url)
    limit = 200_000  # less than the load's write-ahead log needs

    def shrink() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code = "import sys; from pathlib import Path; from predictiondex import etl; "
    code += "etl.run(sys.argv[1], snapshot=Path(sys.argv[2]))"
    ended = subprocess.run(
        [sys.executable, "-c", code, url, str(newer(tmp_path / "newer"))],
        preexec_fn=shrink,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert ended.returncode != 0
    assert "LoadError: Cannot load the database" in ended.stderr
    engine = store.engine(url)
    assert content(engine) == old.checksum
    assert store.check(engine) == ()
    engine.dispose()


def test_a_database_that_is_away_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Cannot open the database") as caught:
        etl.run("postgresql://user:secret@127.0.0.1:1/none")
    assert "secret" not in caught.value.message
    with pytest.raises(StoreError):
        etl.run(f"sqlite:///{tmp_path}")


def test_a_report_that_cannot_be_written_is_an_error_after_the_load(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot write the report"):
        etl.run(engine, report=tmp_path)
    assert store.check(engine) == ()


def test_the_report_is_json(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "reports" / "report.json"
    etl.run(engine, report=file)
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["counts"]["form"] == 188
    assert document["sources"] == []
    assert document["precedence"][0] == "snapshot"


def test_postgresql_is_there_where_real_components_are_asked_for() -> None:
    assert require("postgresql").is_file()
