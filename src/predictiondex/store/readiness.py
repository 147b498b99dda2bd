"""May traffic come? Asked often, answered within a time limit even when the database hangs."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from predictiondex.errors import StoreError
from predictiondex.store import tables as t
from predictiondex.store.connection import describe, engine, sqlite_file
from predictiondex.store.migrating import current_revision, revision_problem

_probes: WeakKeyDictionary[Engine, _Probe]

_NO_LOAD = "the database holds no load yet: run `predictiondex etl run`"

#: Seconds that a command waits for the database; a probe of readiness is answered sooner.
_PATIENCE = 10.0


def check(target: str | Engine, *, timeout: float = 1.5) -> tuple[str, ...]:
    """Why the database cannot serve, or nothing when it can.

    It serves when it answers within ``timeout`` seconds, is on this program's migration and holds a
    load. A server that accepts connections but never answers counts as away; as soon as it answers
    again, so does this. Never raises for a database that is away.
    """
    opened = target if isinstance(target, Engine) else engine(target)
    file = sqlite_file(opened)
    if file is not None and not file.exists():
        return (f"no database at {file}: run `predictiondex etl run`",)
    with _lock:
        probe = _probes.get(opened)
        if probe is None or probe.done.is_set():
            probe = _probes[opened] = _Probe(opened)
    if not probe.done.wait(timeout):
        return (f"the database does not answer within {timeout:g} s ({describe(opened)})",)
    return probe.reasons


def demand_tables(target: Engine) -> None:
    """Raise :class:`StoreError`, saying what to do, where there is no database of this program's schema.

    It may hold no load: what is served and logged needs none. Unlike a query, it creates no empty file.
    """
    reasons = [reason for reason in check(target, timeout=_PATIENCE) if reason != _NO_LOAD]
    if reasons:
        raise StoreError("; ".join(reason[0].upper() + reason[1:] for reason in reasons) + ".")


class _Probe:
    """One question to the database, on a thread of its own: a hung driver call cannot be interrupted.

    At most one is under way for each engine, so a long outage ties up one thread, not one a request.
    """

    def __init__(self, target: Engine) -> None:
        self.done = threading.Event()
        self.reasons: tuple[str, ...] = ()
        threading.Thread(target=self._ask, args=(target,), name="store-readiness", daemon=True).start()

    def _ask(self, target: Engine) -> None:
        try:
            self.reasons = _reasons(target)
        except Exception as error:
            # Whatever the driver throws means: not ready.
            self.reasons = (f"the database check failed: {error}",)
        finally:
            self.done.set()


_lock = threading.Lock()
_probes = WeakKeyDictionary()


def _reasons(target: Engine) -> tuple[str, ...]:
    try:
        with target.connect() as connection:
            problem = revision_problem(current_revision(connection))
            if problem is not None:
                return (problem,)
            if connection.execute(select(t.Load.id).limit(1)).scalar() is None:
                return (_NO_LOAD,)
    except StoreError as error:
        return (error.message,)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return (f"the database is away ({describe(target)}): {cause}",)
    return ()
