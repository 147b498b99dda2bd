"""Every service and how it is, with the way to it."""

from __future__ import annotations

from html import escape

from predictiondex.settings import get_settings
from predictiondex.ui.pulse import Pulse
from predictiondex.ui.texts import Words

#: Parts of the API by the name it gives them.
COMPONENTS = {
    "facts": "monitoring.facts",
    "engine": "monitoring.engine",
    "database": "monitoring.database",
    "keys": "monitoring.keys",
}
#: Names that services have in every language.
NEIGHBOURS = {"grafana": "Grafana", "prometheus": "Prometheus", "mlflow": "MLflow"}
#: What a state is called, with a sign that does not need its colour.
WELL, BAD, AWAY, NONE = (
    ("✓", "monitoring.well", "pdx-yes"),
    ("✗", "monitoring.bad", "pdx-no"),
    ("✗", "monitoring.away", "pdx-no"),
    ("–", "monitoring.none", "pdx-quiet"),
)


def services(now: Pulse, t: Words) -> str:
    """The table of services."""
    docs = link(get_settings().docs_url, t("monitoring.documentation"))
    heard = now.health is not None
    rows = [_row(t("monitoring.api"), WELL if heard else AWAY, "", docs, t)]
    for part in now.health.components if now.health else ():
        name = t(COMPONENTS[part.name]) if part.name in COMPONENTS else part.name
        rows.append(_row(name, WELL if part.ok else BAD, part.detail, "", t))
    for one in now.neighbours:
        name = NEIGHBOURS[one.name]
        kind = NONE if one.well is None else WELL if one.well else AWAY
        rows.append(_row(name, kind, "", link(one.url, t("monitoring.open", name=name)), t))
    titles = ("monitoring.service", "monitoring.state", "monitoring.detail", "monitoring.link")
    head = "".join(_title(words, t) for words in titles)
    label = escape(t("monitoring.services"))
    return (
        f'<h3>{label}</h3><div class="pdx-scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="pdx-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def link(url: str, words: str) -> str:
    """A link that opens beside the page; nothing where there is no address."""
    if not url.startswith(("http://", "https://")):
        return ""
    return f'<a class="pdx-out" href="{escape(url)}" target="_blank">{escape(words)}</a>'


def _title(words: str, t: Words) -> str:
    kind = "pdx-wide" if words == "monitoring.detail" else ""
    return f'<th scope="col" class="{kind}">{escape(t(words))}</th>'


def _row(name: str, state: tuple[str, str, str], detail: str, way: str, t: Words) -> str:
    sign, words, kind = state
    return (
        f'<tr><th scope="row">{escape(name)}</th><td class="{kind}"><span aria-hidden="true">{sign}</span> '
        f'{escape(t(words))}</td><td class="pdx-wide" lang="en">{escape(detail)}</td><td>{way}</td></tr>'
    )
