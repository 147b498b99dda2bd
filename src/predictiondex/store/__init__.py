"""Tables, migrations and repositories: the only room with SQL.

engine(url)              an SQLAlchemy engine, the same for the API, the loader and the tests
migrate(url or engine)   bring the schema up to date; quick when it is
check(engine)            why the database cannot serve, empty when it can
demand_tables(engine)    the error that says what to do, where there is nothing to read from
prediction_log(url)      the log of a database that is there, for a while
Facts, Loads, Predictions   repositories over an engine, with typed rows
Engine, Connection       types, for those that pass them on
"""

from sqlalchemy import Connection, Engine

from predictiondex.store.connection import describe, engine
from predictiondex.store.facts import Facts, FormRow, LearnRow, MoveRow
from predictiondex.store.history import LoadRow, Loads
from predictiondex.store.migrating import HEAD, migrate
from predictiondex.store.predictions import (
    EncodedPrediction,
    Extent,
    OutcomeRow,
    PredictionRow,
    Predictions,
    Recorded,
    Result,
    prediction_log,
)
from predictiondex.store.readiness import check, demand_tables

__all__ = [
    "HEAD",
    "Connection",
    "EncodedPrediction",
    "Engine",
    "Extent",
    "Facts",
    "FormRow",
    "LearnRow",
    "LoadRow",
    "Loads",
    "MoveRow",
    "OutcomeRow",
    "PredictionRow",
    "Predictions",
    "Recorded",
    "Result",
    "check",
    "demand_tables",
    "describe",
    "engine",
    "migrate",
    "prediction_log",
]
