"""What answers, the versions of the model, and how they came and went."""

from __future__ import annotations

from html import escape

from predictiondex.messages import labelled
from predictiondex.ui import figures
from predictiondex.ui.records import why
from predictiondex.ui.texts import Words
from predictiondex.ui.views.goodness import NAMES, goodness, written
from predictiondex.wire import ModelEvent, ModelHistory, ModelInfo, ModelVersion

#: So many versions and events are shown.
SHOWN = 12
ROLES = {"champion": "monitoring.champion", "challenger": "monitoring.challenger"}
#: Figures that versions are compared by.
COMPARED = ("rmse", "ece", "opening_regret")


def model(info: ModelInfo | None, t: Words) -> str:
    """What answers right now."""
    if info is None:
        return ""
    name = info.name if info.engine == "model" else t("monitoring.simulation")
    told = [t("monitoring.serving", name=name, version=info.version)]
    if info.loaded_since:
        told.append(t("monitoring.since", time=moment(info.loaded_since)))
    sentence = escape(", ".join(told))
    return f"<h3>{escape(t('monitoring.model'))}</h3><p>{sentence}.</p>{goodness(info.metrics, t)}"


def versions(history: ModelHistory | None, t: Words) -> str:
    """The versions, newest first, with the figures that they are compared by."""
    if history is None:
        return ""
    if not history.versions:
        return f"<p>{escape(t('monitoring.no_versions'))}</p>"
    words = [t("monitoring.role"), t("monitoring.created")]
    numbers = [t("monitoring.rows"), *(t(NAMES[name]) for name in COMPARED)]
    head = f'<th scope="col">{escape(t("monitoring.version"))}</th>'
    head += "".join(f'<th scope="col">{escape(title)}</th>' for title in words)
    head += "".join(f'<th scope="col" class="pdx-num">{escape(title)}</th>' for title in numbers)
    body = "".join(_version(one, t) for one in history.versions[:SHOWN])
    return _table(t("monitoring.versions"), head, body)


def _version(one: ModelVersion, t: Words) -> str:
    roles = ", ".join(t(ROLES[alias]) for alias in one.aliases if alias in ROLES)
    first = f'<tr><th scope="row">{escape(one.version)}</th><td>{escape(roles)}</td>'
    if one.problem:
        return f'{first}<td colspan="{2 + len(COMPARED)}">✗ {escape(t("monitoring.damaged"))}</td></tr>'
    rows = "" if one.rows is None else figures.count(one.rows, t.lang)
    cells = [rows, *(written(name, one.metrics[name], t) if name in one.metrics else "" for name in COMPARED)]
    numbers = "".join(f'<td class="pdx-num">{escape(cell)}</td>' for cell in cells)
    return f"{first}<td>{escape(moment(one.created))}</td>{numbers}</tr>"


def events(history: ModelHistory | None, t: Words) -> str:
    """What happened to the versions, newest first."""
    if history is None or not history.events:
        return ""
    titles = (
        t("monitoring.time"),
        t("monitoring.version"),
        t("monitoring.role"),
        t("monitoring.reason"),
        t("monitoring.by"),
    )
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(_event(one, t) for one in history.events[:SHOWN])
    return _table(t("monitoring.history"), head, body)


def _event(one: ModelEvent, t: Words) -> str:
    role = t(ROLES[one.alias]) if one.alias in ROLES else one.alias
    step = f"{one.before or '–'} → {one.after or '–'}"
    moved = role if one.before == one.after else labelled(role, step, t.lang)
    return (
        f'<tr><th scope="row">{escape(moment(one.time))}</th><td>{escape(one.version or "")}</td>'
        f'<td>{escape(moved)}</td>{_why(one.reason, t)}<td lang="en">{escape(one.by)}</td></tr>'
    )


def _why(reason: str, t: Words) -> str:
    """Why, in the visitor's language where it can be told in it."""
    told = why(reason, t)
    return f'<td lang="en">{escape(reason)}</td>' if told is None else f"<td>{escape(told)}</td>"


def _table(name: str, head: str, body: str) -> str:
    label = escape(name)
    return (
        f'<h4>{label}</h4><div class="pdx-scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="pdx-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def moment(text: str | None) -> str:
    """``2026-11-25T02:07:20+00:00`` to the minute, as it is written everywhere."""
    return (text or "")[:16].replace("T", " ")
