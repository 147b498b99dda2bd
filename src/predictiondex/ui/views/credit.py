"""The page of credits: where the facts come from, how the numbers are made, and how good they are."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import streamlit as st

from predictiondex import __version__
from predictiondex.pokedex import pokedex
from predictiondex.settings import get_settings
from predictiondex.ui.pulse import pulse
from predictiondex.ui.selection import selection
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views.goodness import goodness, tiles
from predictiondex.ui.views.parts import title
from predictiondex.ui.views.servicetable import link
from predictiondex.wire import Health, ModelInfo

PAGE = "credits"
#: Characters of a checksum that are enough to compare.
CHECKSUM = 12


class Source(NamedTuple):
    """A package that facts were taken from; the text of ``gives`` says which."""

    name: str
    gives: str
    copyright: str


#: As in NOTICE; the versions and licences are in the facts themselves.
SOURCES = (
    Source("pokemon-showdown", "credits.showdown", "2011-2026 Guangcong Luo and other contributors"),
    Source("pokemon", "credits.species", "Sindre Sorhus <sindresorhus@gmail.com> (https://sindresorhus.com)"),
    Source("oakdex-pokedex", "credits.moves", "2017 Oakdex Team"),
)


def page(t: Words) -> None:
    """One run of the page. It stands while the API is away."""
    selection(PAGE, {}).write()
    now = pulse(service(t.lang))
    st.html(f'<div lang="{t.lang}">{title(t("credits.title"))}</div>')
    parts = [f"<p>{escape(t('credits.fan'))}</p>", sources(t), numbers(t), quality(now.model, t)]
    parts += [versions(now.health, now.model, t), built(t)]
    for part in parts:
        st.html(f'<section class="pdx-part pdx-prose" lang="{t.lang}">{part}</section>')


def licences() -> dict[str, tuple[str, str]]:
    """Version and licence of every package that facts were taken from, by name."""
    entries = (entry for part in pokedex.sources.values() for entry in part)
    return {entry["name"]: (entry.get("version", ""), entry["licence"]) for entry in entries}


def sources(t: Words) -> str:
    """The packages that facts were taken from."""
    known = licences()
    shown = ""
    for source in SOURCES:
        version, licence = known[source.name]
        terms = t("credits.licence", licence=licence)
        shown += (
            f"<div><dt><b>{escape(source.name)}</b> {escape(version)}</dt>"
            f"<dd>{escape(t(source.gives))}</dd>"
            f'<dd class="pdx-quiet">{escape(terms)} · '
            f'<span lang="en">© {escape(source.copyright)}</span></dd></div>'
        )
    return (
        f'<h3>{escape(t("credits.sources"))}</h3><dl class="pdx-groups">{shown}</dl>'
        f'<p class="pdx-quiet">{escape(t("credits.no_code"))}</p>'
    )


def numbers(t: Words) -> str:
    """How a chance comes about."""
    words = ("credits.definition", "credits.simulation", "credits.model", "credits.limits")
    told = "".join(f"<p>{escape(t(key))}</p>" for key in words)
    return f"<h3>{escape(t('credits.numbers'))}</h3>{told}"


def quality(info: ModelInfo | None, t: Words) -> str:
    """The figures of the model in use, as the service tells them."""
    heading = f"<h3>{escape(t('credits.quality'))}</h3>"
    if info is None:
        return f"{heading}<p>{escape(t('credits.away'))}</p>"
    if not info.metrics:
        return f"{heading}<p>{escape(t('credits.no_model'))}</p>"
    measured = t("credits.measured", version=info.version)
    return f"{heading}<p>{escape(measured)}</p>{goodness(info.metrics, t)}"


def versions(health: Health | None, info: ModelInfo | None, t: Words) -> str:
    """What is running here."""
    pairs = {t("credits.page"): (__version__, "")}
    if health:
        pairs[t("credits.service")] = (health.version, "")
    if info:
        checksum = t("credits.checksum", checksum=info.pokedex_checksum[:CHECKSUM])
        pairs[t("credits.data")] = (info.pokedex_version, checksum)
    return f"<h3>{escape(t('credits.versions'))}</h3>{tiles(pairs)}"


def built(t: Words) -> str:
    """What others have made that this stands on."""
    docs = link(get_settings().docs_url, t("monitoring.documentation"))
    return f"<h3>{escape(t('credits.built'))}</h3><p>{escape(t('credits.more'))} {docs}</p>"
