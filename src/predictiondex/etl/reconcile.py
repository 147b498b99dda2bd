"""Hold sources against the snapshot. Nothing is merged in silence: the snapshot's value is what is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from predictiondex.etl.claims import Alias, Claims, Gap, Key, Picture, Value

#: Who is right when sources differ, best first.
PRECEDENCE = ("snapshot", "pokeapi", "pokepedia")


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on which a source differs. ``values`` by source; ``applied`` is the source that was kept."""

    entity: str
    id: str
    field: str
    values: dict[str, Any]
    applied: str


@dataclass(slots=True)
class Check:
    """What comparing one source with the snapshot showed. ``agreements`` by field.

    ``answered``: (entity, id) of all that the source said anything about.
    """

    source: str
    version: str
    agreements: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    unverified: list[Gap] = field(default_factory=list)
    ignored: list[Gap] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    answered: frozenset[tuple[str, str]] = frozenset()
    requests: int = 0
    cached: int = 0
    retries: int = 0
    down: str = ""

    @property
    def status(self) -> str:
        """``complete``, ``partial`` (it stopped answering; single failed answers are in ``unverified``) or
        ``unavailable``."""
        if not self.agreements and not self.differences:
            return "unavailable"
        return "partial" if self.down else "complete"


def reconcile(reference: Claims, other: Claims) -> Check:
    """Compare ``other`` with ``reference`` fact by fact."""
    check = Check(
        source=other.source,
        version=other.version,
        ignored=list(other.ignored),
        aliases=list(other.aliases),
        pictures=list(other.pictures),
        answered=frozenset((entity, id_) for entity, id_, _ in other.values),
        requests=other.requests,
        cached=other.cached,
        retries=other.retries,
        down=other.down,
    )
    agreed: Counter[str] = Counter()
    for key, mine in reference.values.items():
        if key not in other.values:
            continue
        for same, fact_key, a, b in _facts(key, mine, other.values[key], other.moves_known, check):
            if same:
                agreed[_group(fact_key)] += 1
            else:
                check.differences.append(_difference(fact_key, reference.source, a, other.source, b))
    check.agreements = dict(sorted(agreed.items()))
    check.unverified += _unverified(reference, other)
    _put_in_order(check)
    return check


def _put_in_order(check: Check) -> None:
    """Answers arrive in any order; the same answers give the same report."""
    check.differences.sort(key=lambda it: (it.entity, it.id, it.field))
    for gaps in (check.unverified, check.ignored):
        gaps.sort(key=lambda gap: (gap.entity, gap.id, gap.field))
    check.aliases.sort(key=lambda alias: (alias.owner, alias.id, alias.lang, alias.name))
    check.pictures.sort(key=lambda picture: (picture.form, picture.kind))


Compared = tuple[bool, Key, Value, Value]


def _facts(
    key: Key, mine: Value, theirs: Value, known: frozenset[str] | None, check: Check
) -> Iterator[Compared]:
    """Single facts of one value; a set is compared element by element.

    That a source has not a row of ours says nothing where it does not know the move; a row of its own does.
    """
    if not isinstance(mine, frozenset) or not isinstance(theirs, frozenset):
        yield mine == theirs, key, mine, theirs
        return
    for move, level in sorted(mine | theirs):
        fact_key = (key[0], key[1], f"{key[2]}.{move}" + (f".{level}" if level else ""))
        here, there = (move, level) in mine, (move, level) in theirs
        if here and not there and known is not None and move not in known:
            check.unverified.append(Gap(*fact_key, f"{check.source} does not know this move"))
            continue
        yield here == there, fact_key, _presence(here), _presence(there)


def _presence(present: bool) -> str:
    return "learned" if present else "absent"


def _group(key: Key) -> str:
    """Field under which agreements are counted: stats, type pairs and learnset rows are counted together."""
    parts = key[2].split(".")
    return f"{key[0]}.{'.'.join(parts[:2]) if parts[0] in ('learnset', 'names') else parts[0]}"


def _difference(key: Key, mine: str, value: Value, theirs: str, other: Value) -> Difference:
    applied = min((mine, theirs), key=PRECEDENCE.index)
    return Difference(*key, values={mine: value, theirs: other}, applied=applied)


def _unverified(reference: Claims, other: Claims) -> Iterable[Gap]:
    """What the source said it could not tell, and what of the rest it left out of fields it does cover."""
    yield from other.gaps
    told = {(gap.entity, gap.id) for gap in other.gaps}
    covered = {(entity, _family(field)) for entity, _, field in other.values}
    for key in reference.values:
        entity, id_, name = key
        if key in other.values or (entity, id_) in told or (entity, _family(name)) not in covered:
            continue
        yield Gap(entity, id_, name, f"not said by {other.source}")


def _family(name: str) -> str:
    return name if name.startswith(("learnset.", "names.")) else name.split(".")[0]
