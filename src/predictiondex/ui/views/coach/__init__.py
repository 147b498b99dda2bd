"""The live coach: a real fight followed turn by turn, with advice for every turn."""

from __future__ import annotations

from predictiondex.ui import address, state
from predictiondex.ui.choice import Choice, SideChoice
from predictiondex.ui.facts import Facts, facts, likeliest, pool
from predictiondex.ui.fight import Fight
from predictiondex.ui.service import Service, service
from predictiondex.ui.texts import Words
from predictiondex.ui.views import sides
from predictiondex.ui.views.coach import ending, setup, turn
from predictiondex.ui.views.coach.corner import PAGE, Corner, corner
from predictiondex.ui.views.parts import hints

#: Parameter of the address: the turn about to be played.
TURN = "turn"
_LAST_TURN = 1000


def page(t: Words) -> None:
    """One run of the page. Raises :class:`ApiUnavailable` or :class:`ApiError` where it has no facts."""
    api = service(t.lang)
    known = facts(api)
    mine = corner()
    if parameters := state.news(PAGE):
        choice = sides.arrive(parameters, known, api)
        if TURN in parameters and not choice.missing():
            reader = sides.reader(parameters, known, api)
            mine.begin(_fight(choice, api, reader.whole(TURN, 1, 1, _LAST_TURN)))
            state.visit().hints += reader.hints
            state.show(Choice(choice.you.fresh(), choice.foe.fresh(), choice.battles, choice.seed))
    hints(state.visit().hints, t)
    _show(mine, known, api, t)
    _write_address(mine)


def _show(mine: Corner, known: Facts, api: Service, t: Words) -> None:
    if mine.fight is None:
        choice = setup.show(known, api, t)
        if choice:
            state.visit().hints.clear()
            mine.begin(_fight(choice, api))
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
    """The sides as they stand and the turn: enough to go on after the page was closed."""
    choice = state.visit().choice
    if mine.fight is None or mine.fight.ending:
        state.write_address(PAGE, address.write(choice))
        return
    you, foe = mine.fight.selection()
    parameters = {**address.write_side("you", you), **address.write_side("foe", foe)}
    state.write_address(PAGE, {**parameters, TURN: str(mine.fight.turn)})
