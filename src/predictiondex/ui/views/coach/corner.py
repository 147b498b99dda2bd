"""What a session keeps of the fight it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui import locks
from predictiondex.ui.choice import SIDES, Choice, SideName
from predictiondex.ui.chronicle import Noted
from predictiondex.ui.fight import Ending, Fight, Moment, Standing
from predictiondex.ui.state import remembered
from predictiondex.ui.views.outcome import Report
from predictiondex.wire import Advice

PAGE: Final = "coach"
_SESSION: Final = "pdx.coach"
#: Widgets of the page: the moves that were used, the opponent's moves that were seen, thinking longer, and
#: what is folded away.
USED: Final[dict[SideName, str]] = {"you": "coach.used", "foe": "coach.foe.used"}
SEEN: Final = "coach.seen"
AHEAD: Final = "coach.ahead"
MORE: Final = "coach.folded"
STOCK: Final = "coach.stock"


@dataclass(slots=True)
class Corner:
    """The fight and the advice given in it.

    ``advice`` by place of the turn, with the request it answers; ``noted`` what an address told of earlier
    advice; ``over`` names what ran out. ``proposed`` and ``concluded`` are what the page put into the fields
    by itself: the move, with its turn (none: it was entered before), and what follows from the moves used.
    ``worn`` is who goes on to the next opponent, with its PP.
    """

    fight: Fight | None = None
    advice: dict[int, tuple[dict[str, Any], Advice]] = field(default_factory=dict)
    noted: dict[int, Noted] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    proposed: tuple[int, str] | None = None
    concluded: dict[SideName, tuple[int, dict[str, str]]] = field(default_factory=dict)
    worn: tuple[str, Mapping[str, int]] | None = None

    def begin(self, fight: Fight, noted: Mapping[int, Noted] | None = None) -> None:
        """Follow another fight; ``noted`` is what was advised in it so far."""
        self.advice, self.noted, self.worn = {}, dict(noted or {}), None
        self._stand(fight)

    def go_on(self) -> None:
        """The fight is left as it stands, for the next opponent."""
        assert self.fight is not None
        self.worn, self.fight = (self.fight.you.pokemon or "", self.fight.now.you.pp), None

    def meet(self, fight: Fight) -> None:
        """Begin a fight that was chosen; PP do not come back between fights."""
        who, left = self.worn or ("", {})
        for move in fight.you.moves if fight.you.pokemon == who else ():
            fight = fight.with_pp("you", move, left.get(move, locks.full(move)))
        self.begin(fight)

    def make_way(self, choice: Choice) -> None:
        """Others are about to fight: a fight that is over, or one of another pair, is left."""
        fight = self.fight
        pair = (choice.you.pokemon, choice.foe.pokemon)
        if fight and (fight.ending or (fight.you.pokemon, fight.foe.pokemon) != pair):
            self.fight = self.worn = None

    def then(self, moment: Moment) -> None:
        """A turn was played; ``moment`` is how both stand after it."""
        assert self.fight is not None
        self._stand(self.fight.then(moment))

    def _stand(self, fight: Fight) -> None:
        """Go on from here: nothing has happened in this turn yet."""
        self.fight, self.over, self.proposed, self.concluded = fight, [], None, {}
        fill(fight.now)
        for side in SIDES:
            st.session_state[USED[side]] = locks.forced(fight.now.side(side).conditions) or None

    def back(self) -> None:
        """Take the last turn back; what was entered for it is in the fields again."""
        assert self.fight is not None
        undone, place = self.fight.now, len(self.fight.moments) - 1
        former = self.advised().get(place - 1)
        self.advice.pop(place, None)
        self.noted.pop(place, None)
        self.fight, self.over = self.fight.back(), []
        fill(undone)
        for side in SIDES:
            st.session_state[USED[side]] = undone.side(side).last or None
            self.concluded[side] = (self.fight.turn, self._bound(side, undone))
        self.proposed = (self.fight.turn, former.move if former else "")

    def end(self, ending: Ending) -> None:
        """The fight is over."""
        assert self.fight is not None
        self.fight = self.fight.ended(ending)

    def propose(self, move: str) -> None:
        """What is advised is taken to be what will be used, until the visitor says otherwise."""
        assert self.fight is not None
        former, self.proposed = self.proposed, (self.fight.turn, move)
        if former not in (self.proposed, (self.fight.turn, "")):
            st.session_state[USED["you"]] = move

    def conclude(self) -> None:
        """What the moves used bind both to goes into the fields, until the visitor says otherwise."""
        assert self.fight is not None
        told = self.told()
        for side in SIDES:
            bound = self._bound(side, told)
            former = self.concluded.get(side)
            if former == (self.fight.turn, bound):
                continue
            self.concluded[side] = (self.fight.turn, bound)
            gone = {*locks.LOCKS, *(former[1] if former else ())} - bound.keys()
            kept = [name for name in st.session_state[key(side, "conditions")] if name not in gone]
            st.session_state[key(side, "conditions")] = list(dict.fromkeys((*kept, *bound)))
            for name, move in bound.items():
                st.session_state[key(side, "about", name)] = move

    def told(self) -> Moment:
        """The moment that the fields say."""
        return Moment(self._told("you"), self._told("foe"), tuple(st.session_state[SEEN]))

    def _told(self, side: SideName) -> Standing:
        held = st.session_state
        return Standing(
            held[key(side, "hp")],
            held[key(side, "status")],
            tuple(held[key(side, name)] or 0 for name in BOOSTS),
            {name: self.about(side, name) for name in held[key(side, "conditions")]},
            held.get(USED[side]) or "",
            held.get(key(side, "decoy")) or Standing().decoy,
        )

    def about(self, side: SideName, condition: str) -> str:
        """The move that a condition concerns: as entered, or else the likeliest."""
        found: str = st.session_state.get(key(side, "about", condition)) or ""
        possible = self.concerned(side, condition)
        return found if found in possible else next(iter(possible), "")

    def concerned(self, side: SideName, condition: str) -> list[str]:
        """The moves that a condition can concern, the likeliest first."""
        assert self.fight is not None
        last = st.session_state.get(USED[side]) or self.fight.last(side)
        moves = self.fight.showing(tuple(st.session_state[SEEN])).moves(side)
        return sorted(locks.concerned(condition, moves), key=lambda move: move != last)

    def _bound(self, side: SideName, told: Moment) -> dict[str, str]:
        """What follows from the move that a side used."""
        assert self.fight is not None
        now = self.fight.now.side(side).conditions
        tired = "confusion" in told.side(side).conditions and "confusion" not in now
        held = self.fight.held_after(side, told, tired=tired)
        return {name: move for name, move in held.items() if name in locks.LOCKS or name not in now}

    def free(self, side: SideName, condition: str) -> None:
        """A lock that the page concluded is none."""
        assert self.fight is not None
        forced = locks.forced(self.fight.now.side(side).conditions)
        self.fight = self.fight.without(side, condition)
        if st.session_state.get(USED[side]) == forced:
            st.session_state[USED[side]] = None
            self.proposed = None

    def correct(self, side: SideName, move: str) -> None:
        """The PP of a move are what the visitor says."""
        assert self.fight is not None
        left = st.session_state[key(side, "pp", move)]
        if left is not None:
            self.fight = self.fight.with_pp(side, move, left)

    def advised(self) -> dict[int, Noted]:
        """What was advised, by place of the turn."""
        given = {
            place: Noted(advice.recommended_move, advice.prediction_id)
            for place, (_, advice) in self.advice.items()
        }
        return self.noted | given

    def reports(self) -> list[Report]:
        """How the fight ended, for every turn that was advised on."""
        assert self.fight is not None
        assert self.fight.ending
        found = []
        for place, note in sorted(self.advised().items()):
            after = self.fight.moments[place + 1 : place + 2]
            used = after[0].you.last if after else ""
            known = used if used in self._choices(place, note) else None
            found.append(Report(note.prediction_id, self.fight.ending, known))
        return found

    def _choices(self, place: int, note: Noted) -> set[str]:
        """Moves that were a choice in a turn; of one that an address told, only the advice is known."""
        choices = {move.id for move in self.advice[place][1].moves} if place in self.advice else {note.move}
        return choices - {locks.RECHARGE}


def corner() -> Corner:
    """What this session keeps."""
    return remembered(_SESSION, Corner)


def key(side: SideName, *names: str) -> str:
    """Key of a widget of a side."""
    return ".".join((PAGE, side, *names))


def put(name: str, value: Any) -> None:
    """Have a widget hold a value. One that holds it is left alone: what is put reaches the browser, where it
    would undo what was entered meanwhile."""
    if st.session_state.get(name) != value:
        st.session_state[name] = value


def fill(moment: Moment) -> None:
    """Put a moment into the fields."""
    for side in SIDES:
        standing = moment.side(side)
        for name in ("hp", "status", "decoy"):
            st.session_state[key(side, name)] = getattr(standing, name)
        st.session_state[key(side, "conditions")] = list(standing.conditions)
        for name, move in standing.conditions.items():
            st.session_state[key(side, "about", name)] = move
        for name, value in zip(BOOSTS, standing.boosts, strict=True):
            st.session_state[key(side, name)] = value
    st.session_state[SEEN] = list(moment.seen)
