"""Tables that stay readable in a narrow terminal: columns that can be spared go, so that nothing is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: A terminal in which every table finds room.
_WIDE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of names or, on the ``right``, of numbers. ``spare``: left out where there is no room, the
    highest first, 0 never; ``wraps``: may take several lines, cut between words only."""

    heading: str
    right: bool = False
    spare: int = 0
    wraps: bool = False


def fitting(
    console: Console,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    styles: Sequence[str | None] | None = None,
    **looks: Any,
) -> Table:
    """A table of ``rows`` with as many of ``columns`` as the console has room for. ``styles``: of each row;
    ``looks``: of the table, as rich takes them."""
    kept = list(range(len(columns)))
    styles = styles or [None] * len(rows)
    wide = console.options.update_width(_WIDE)
    while True:
        table = _table([columns[place] for place in kept], [[row[at] for at in kept] for row in rows], looks)
        for row, style in zip(table.rows, styles, strict=True):
            row.style = style
        spare = max(kept, key=lambda place: columns[place].spare)
        narrowest = console.measure(table, options=wide).minimum
        if narrowest <= console.width or not columns[spare].spare:
            return table
        kept.remove(spare)


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], looks: dict[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(**looks)
    for place, column in enumerate(columns):
        texts = [Text.from_markup(text) for text in (column.heading, *(row[place] for row in rows))]
        words = [word for text in texts for word in (text.split(" ") if column.wraps else [text])]
        table.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold",
            min_width=max(word.cell_len for word in words),
        )
    for row in rows:
        table.add_row(*row)
    return table
