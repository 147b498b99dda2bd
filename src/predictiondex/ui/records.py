"""Why a version of the model came or went, as the service's record says it: in English, for whoever runs it.

What the programs write there themselves can be told in either language; what a person wrote stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from predictiondex.ui.texts import Words

#: What is written, and the key of what it means; parts with a name are its blanks.
_KNOWN: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"trained", "monitoring.did_train"),
        (r"became champion", "monitoring.did_become"),
        (r"no champion to compare with, and within the limits of sanity", "monitoring.did_first"),
        (r"nothing to judge by", "monitoring.did_nothing"),
        (r"rolled back from (?P<version>\S+)", "monitoring.did_return"),
        (r"champion of (?P<place>\S+)", "monitoring.did_fetch"),
        (r"not worse: (?P<figure>.+)", "monitoring.not_worse"),
        (r"worse: (?P<figure>.+)", "monitoring.worse"),
    )
)
_FIGURE: Final = re.compile(
    r"(?P<name>\w+) \((?P<part>[^)]+)\): (?P<now>\S+) instead of (?P<before>\S+), "
    r"p = (?P<chance>\S+) on (?P<rows>\d+) rows"
)
_REFUSED: Final = "refused: "
_BETWEEN: Final = "; "


def why(reason: str, t: Words) -> str | None:
    """The reason in the visitor's language; ``None`` where nobody knows what it means there."""
    if t.lang == "en":
        return reason
    if reason.startswith(_REFUSED):
        rest = why(reason.removeprefix(_REFUSED), t)
        return None if rest is None else t("monitoring.did_refuse", why=rest)
    parts = [_part(part, t) for part in reason.split(_BETWEEN)]
    known = [part for part in parts if part is not None]
    return _BETWEEN.join(known) if len(known) == len(parts) else None


def _part(part: str, t: Words) -> str | None:
    for pattern, key in _KNOWN:
        found = pattern.fullmatch(part)
        if found:
            blanks = found.groupdict()
            if "figure" not in blanks:
                return t(key, **blanks)
            figure = _FIGURE.fullmatch(blanks["figure"])
            if figure:
                return t(key, figure=t("monitoring.compared", **_numbers(figure.groupdict())))
    return None


def _numbers(blanks: dict[str, str]) -> dict[str, str]:
    """Numbers as the language writes them that is not English."""
    return {
        name: text if name in ("name", "part") else text.replace(".", ",").replace("-", "\N{MINUS SIGN}")
        for name, text in blanks.items()
    }
