"""The reconciliation report as tables that a person reads in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from predictiondex.etl.reconcile import Check

#: Differences of one field shown in the terminal; the JSON report has all.
SHOWN = 8


def sources_table(checks: Sequence[Check]) -> RenderableType:
    """One line a source: how far it agrees, what it cost."""
    table = Table(
        box=box.SIMPLE, title="Sources", title_justify="left", padding=(0, 1, 0, 0), pad_edge=False
    )  # every column whole on eighty characters
    for heading in ("Source", "Status", "Agree", "Differ", "Unverified", "Ignored", "Requests", "Cached"):
        table.add_column(heading, justify="left" if heading in ("Source", "Status") else "right")
    for check in checks:
        table.add_row(
            check.source,
            check.status,
            *(
                str(len(items)) if isinstance(items, list) else str(items)
                for items in (
                    sum(check.agreements.values()),
                    check.differences,
                    check.unverified,
                    check.ignored,
                    check.requests,
                    check.cached,
                )
            ),
        )
    notes = [Text(f"{check.source}: {check.down}", style="yellow") for check in checks if check.down]
    return Group(table, *notes)


def differences_table(checks: Sequence[Check]) -> RenderableType:
    """Both values of each difference and the one that was kept; then why things were not verified."""
    table = Table(box=box.SIMPLE, title="Differences (kept value first)", title_justify="left")
    for heading in ("What", "Field", "Kept", "Other"):
        table.add_column(heading)
    shown: Counter[tuple[str, str, str]] = Counter()
    for check in checks:
        for difference in check.differences:
            group = (check.source, difference.entity, difference.field.split(".")[0])
            shown[group] += 1
            if shown[group] > SHOWN:
                continue
            kept = difference.values[difference.applied]
            other = difference.values[check.source]
            table.add_row(
                f"{difference.entity} {difference.id}",
                escape(difference.field),
                f"{_text(kept)} [dim]({difference.applied})[/]",
                f"{_text(other)} [dim]({check.source})[/]",
            )
    parts: list[RenderableType] = [table] if table.row_count else [Text(_none_found(checks))]
    parts += [
        Text(f"... and {count - SHOWN} more of {entity} {field} ({source}): see the JSON report", style="dim")
        for (source, entity, field), count in shown.items()
        if count > SHOWN
    ]
    return Group(*parts, *_reasons(checks))


def _none_found(checks: Sequence[Check]) -> str:
    """What no difference means: where nothing was compared there can be none."""
    compared = any(check.agreements.values() for check in checks)
    return "No differences." if compared else "Nothing could be compared."


def _reasons(checks: Sequence[Check]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for check in checks:
        reasons = Counter(gap.reason for gap in check.unverified)
        lines += [
            Text(f"Not verified by {check.source}: {count} x {reason}")
            for reason, count in reasons.most_common(SHOWN)
        ]
        if check.ignored:
            names = ", ".join(sorted(gap.id for gap in check.ignored))
            lines.append(Text(f"Ignored from {check.source}: {names}"))
    return lines


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return escape("/".join(map(str, value)))
    return escape("none" if value is None else str(value))
