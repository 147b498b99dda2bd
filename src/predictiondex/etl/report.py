"""What a run did, as JSON and as figures for one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from predictiondex.errors import UsageError
from predictiondex.etl.keeping import Kept
from predictiondex.etl.reconcile import PRECEDENCE, Check


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a run. ``changed`` is false, and ``rows_written`` 0, when the database held this already.

    ``counts`` are rows by table; ``pairs`` the distinct (form, move) pairs; ``kept`` what stays from an
    earlier load because its source said nothing about it; durations in seconds.
    """

    database: str
    snapshot_version: str
    snapshot_checksum: str
    checksum: str
    changed: bool
    rows_written: int
    counts: dict[str, int]
    pairs: int
    loaded_at: datetime
    seconds: float
    checks: Sequence[Check] = field(default_factory=tuple)
    kept: Sequence[Kept] = field(default_factory=tuple)

    def figures(self) -> dict[str, Any]:
        """Figures for one line of JSON."""
        return {
            "changed": self.changed,
            "rows_written": self.rows_written,
            "forms": self.counts["form"],
            "species": self.counts["species"],
            "moves": self.counts["move"],
            "type_pairs": self.counts["type_effectiveness"],
            "learnset_pairs": self.pairs,
            "learnset_rows": self.counts["learnset"],
            "version": self.snapshot_version,
            "checksum": self.checksum,
            "seconds": round(self.seconds, 3),
            "sources": {check.source: _figures(check) for check in self.checks},
            "kept": {one.source: {"reason": one.reason, **one.counts()} for one in self.kept},
        }

    def to_json(self) -> str:
        """The whole report, with every difference, as indented JSON."""
        document = {
            "database": self.database,
            "snapshot": {"version": self.snapshot_version, "checksum": self.snapshot_checksum},
            "checksum": self.checksum,
            "changed": self.changed,
            "rows_written": self.rows_written,
            "loaded_at": self.loaded_at.isoformat(),
            "seconds": round(self.seconds, 3),
            "counts": self.counts,
            "learnset_pairs": self.pairs,
            "precedence": list(PRECEDENCE),
            "sources": [_facts(check) for check in self.checks],
            "kept": [asdict(one) for one in self.kept],
        }
        return json.dumps(document, ensure_ascii=False, indent=2, default=_json) + "\n"

    def write(self, file: Path) -> None:
        """Write the whole report to ``file``. Errors: :class:`UsageError` when that cannot be."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.to_json(), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"Cannot write the report: {error}", field="report") from error


def _facts(check: Check) -> dict[str, Any]:
    facts = {"status": check.status, **asdict(check)}
    del facts["answered"]  # `agreements` and `unverified` say it for people
    return facts


def _figures(check: Check) -> dict[str, Any]:
    return {
        "status": check.status,
        "agreements": sum(check.agreements.values()),
        "differences": len(check.differences),
        "unverified": len(check.unverified),
        "requests": check.requests,
        "cached": check.cached,
        "retries": check.retries,
    }


def _json(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"not JSON: {value!r}")
