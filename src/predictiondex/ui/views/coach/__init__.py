"""The live coach: a real fight followed turn by turn, with advice for every turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from predictiondex.ui import address, chronicle, retold, state
from predictiondex.ui.choice import Choice, SideChoice
from predictiondex.ui.facts import Facts, facts, likeliest, pool
from predictiondex.ui.fight import Fight
from predictiondex.ui.service import Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.coach import ending, setup, turn
from predictiondex.ui.views.coach.corner import AHEAD, PAGE, Corner, corner
from predictiondex.ui.views.parts import hints

#: Parameter that says: think further ahead.
FURTHER: Final = "ahead"


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service(t.lang)
    known = facts(api)
    mine = corner()
    with state.news(PAGE) as parameters:
        if parameters:
            _take_in(parameters, mine, known, api)
    hints(state.visit().hints, t)
    _show(mine, known, api, t)
    _write_address(mine)


def _take_in(parameters: Mapping[str, str], mine: Corner, known: Facts, api: Service) -> None:
    """The sides, or a whole fight, that an address tells of."""
    choice = sides.arrive(parameters, known, api)
    reader = sides.reader(parameters, known, api)
    if reader.one_of(FURTHER, ("", "1"), ""):
        st.session_state[AHEAD] = True
    if chronicle.TURN in parameters and not choice.missing():
        first = reader.whole(chronicle.TURN, 1, 1, chronicle.LAST_TURN)
        mine.begin(*retold.read(reader, _fight(choice, api, first)))
        state.show(Choice(choice.you.fresh(), choice.foe.fresh(), choice.battles, choice.seed))
    elif not choice.missing():
        mine.make_way(choice)
    state.hint(reader.hints)


def _show(mine: Corner, known: Facts, api: Service, t: Words) -> None:
    if mine.fight is None:
        choice = setup.show(known, api, t)
        if choice:
            state.visit().hints.clear()
            mine.meet(_fight(choice, api))
            setup.done()
    elif mine.fight.ending:
        ending.show(mine, mine.fight, known, api, t)
    else:
        turn.show(mine, mine.fight, known, api, t)


def _fight(choice: Choice, api: Service, first: int = 1) -> Fight:
    foe: SideChoice = choice.foe
    assert foe.pokemon is not None
    return Fight.begin(choice.you, foe, likeliest(foe.pokemon, foe.level, pool(api, foe.pokemon)), first)


def _write_address(mine: Corner) -> None:
    """The fight with its turns: enough to go on after the page was closed, in the same way."""
    if mine.fight is None:
        parameters = address.write(state.visit().choice)
    else:
        parameters = chronicle.write(mine.fight, mine.advised())
    further = {FURTHER: "1"} if st.session_state.get(AHEAD) else {}
    state.write_address(PAGE, parameters | further)
