"""What a session keeps of the fight it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from predictiondex.pokedex.model import BOOSTS
from predictiondex.ui.choice import SIDES
from predictiondex.ui.fight import Ending, Fight, Moment, Standing
from predictiondex.ui.state import remembered
from predictiondex.ui.views.outcome import Report
from predictiondex.wire import Advice

PAGE: Final = "coach"
_SESSION: Final = "pdx.coach"
#: Widgets of the page: the move that was used, the opponent's moves that were seen, thinking longer,
#: and what is folded away.
USED: Final = "coach.used"
SEEN: Final = "coach.seen"
AHEAD: Final = "coach.ahead"
MORE: Final = "coach.folded"


@dataclass(slots=True)
class Corner:
    """The fight and the advice given in it: by place of the turn, with the request it answers."""

    fight: Fight | None = None
    advice: dict[int, tuple[dict[str, Any], Advice]] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    proposed: tuple[int, str] | None = None

    def begin(self, fight: Fight) -> None:
        """Follow another fight."""
        self.fight, self.advice, self.over, self.proposed = fight, {}, [], None
        fill(fight.now)

    def then(self, moment: Moment) -> None:
        """A turn was played; ``moment`` is how both stand after it."""
        assert self.fight is not None
        self.fight, self.over = self.fight.then(moment), []
        fill(self.fight.now)

    def back(self) -> None:
        """Take the last turn back; what was entered for it is in the fields again."""
        assert self.fight is not None
        undone = self.fight.now
        self.advice.pop(len(self.fight.moments) - 1, None)
        self.fight, self.over = self.fight.back(), []
        fill(undone)
        self.proposed = (self.fight.turn, undone.you.last)
        st.session_state[USED] = undone.you.last or None

    def end(self, ending: Ending) -> None:
        """The fight is over."""
        assert self.fight is not None
        self.fight = Fight(
            self.fight.you, self.fight.foe, self.fight.likely, self.fight.moments, self.fight.first, ending
        )

    def propose(self, move: str) -> None:
        """What is advised is taken to be what will be used, until the visitor says otherwise."""
        assert self.fight is not None
        if self.proposed != (self.fight.turn, move):
            self.proposed = (self.fight.turn, move)
            st.session_state[USED] = move

    def reports(self) -> list[Report]:
        """How the fight ended, for every turn that was advised on."""
        assert self.fight is not None
        assert self.fight.ending
        found = []
        for place, (_, advice) in sorted(self.advice.items()):
            after = self.fight.moments[place + 1 : place + 2]
            used = after[0].you.last if after else ""
            known = used if used in {move.id for move in advice.moves} else None
            found.append(Report(advice.prediction_id, self.fight.ending, known))
        return found


def corner() -> Corner:
    """What this session keeps."""
    return remembered(_SESSION, Corner)


def key(side: str, name: str) -> str:
    """Key of a widget of a side."""
    return f"{PAGE}.{side}.{name}"


def fill(moment: Moment) -> None:
    """Put a moment into the fields."""
    for side in SIDES:
        standing: Standing = getattr(moment, side)
        for name in ("hp", "status"):
            st.session_state[key(side, name)] = getattr(standing, name)
        st.session_state[key(side, "conditions")] = list(standing.conditions)
        for name, value in zip(BOOSTS, standing.boosts, strict=True):
            st.session_state[key(side, name)] = value
    st.session_state[SEEN] = list(moment.seen)


def entered() -> Moment:
    """The moment that the fields say."""
    used = st.session_state.get(USED) or ""
    return Moment(_standing("you", used), _standing("foe", ""), tuple(st.session_state[SEEN]))


def _standing(side: str, used: str) -> Standing:
    held = st.session_state
    return Standing(
        held[key(side, "hp")],
        held[key(side, "status")],
        tuple(held[key(side, name)] or 0 for name in BOOSTS),
        tuple(held[key(side, "conditions")]),
        used,
    )
