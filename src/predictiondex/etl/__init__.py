"""From sources to the database: reconcile, check, load in one transaction.

run(settings or url, sources=..., report=...)   migrate and load; a repeat writes nothing
ensure_loaded(settings or url)                  the same with the bundled snapshot, quick when done
"""

from predictiondex.etl.report import Report
from predictiondex.etl.run import ensure_loaded, run

__all__ = ["Report", "ensure_loaded", "run"]
