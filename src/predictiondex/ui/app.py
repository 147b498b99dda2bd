"""The interface's entry: ``streamlit run src/predictiondex/ui/app.py``.

The frame around every page (language, heading, navigation), and what is shown where a page cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from predictiondex.client import ApiError, ApiUnavailable
from predictiondex.ui import state, ways
from predictiondex.ui.language import choose_language, declare
from predictiondex.ui.service import service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import (
    battle,
    coach,
    credit,
    monitoring,
    moves,
    planner,
    pokedex,
    quiz,
    teams,
    typechart,
)
from predictiondex.ui.views.parts import heading
from predictiondex.ui.views.waiting import stopped

STYLE = Path(__file__).with_name("style.css")
#: An own picture: Streamlit would fetch those of its icon font from the internet.
ICON = Path(__file__).with_name("icon.svg")

#: Every page: its address, the key of its title, and what shows it. The first one is where visitors arrive.
PAGES: tuple[tuple[str, str, Callable[[Words], None]], ...] = (
    ("battle", "battle.title", battle.page),
    ("coach", "coach.title", coach.page),
    ("planner", "planner.title", planner.page),
    ("teams", "teams.title", teams.page),
    ("pokedex", "pokedex.title", pokedex.page),
    ("moves", "moves.title", moves.page),
    ("types", "types.title", typechart.page),
    ("quiz", "quiz.title", quiz.page),
    ("monitoring", "monitoring.title", monitoring.page),
    ("credits", "credits.title", credit.page),
)


def main() -> None:
    """One run of the page."""
    st.set_page_config(page_title="PredictionDex", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    # The heading stands left of the switch, but only the switch tells its language.
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(width="content")
        lang = choose_language()
    declare(lang, ways.HISTORY)
    t = Words(lang)
    with place:
        heading(t)
    pages = {
        path: st.Page(partial(show, t), title=t(title), url_path=path, default=place == 0)
        for place, (path, title, show) in enumerate(PAGES)
    }
    page = st.navigation(list(pages.values()), position="top")
    ways.follow(pages)
    try:
        page.run()
    except (ApiUnavailable, ApiError) as error:
        state.collect()  # what was entered in this very run is kept as well
        stopped(error, service(t.lang), t)
    st.html(f'<p class="pdx-foot" lang="{lang}">{t("app.games")}</p>')


if __name__ == "__main__":
    main()
