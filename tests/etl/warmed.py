"""What the fork server of ``test_kills`` imports: a load is made, so that the loaders that are forked from it
load at once, with nothing left to import or to read first."""

from predictiondex import etl, store

etl.run("sqlite://")
store.engine("postgresql+psycopg://").dispose()  # nothing is connected to
