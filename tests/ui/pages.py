"""Every page in a state that shows something: an address, and what is on the screen then."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import predictiondex.ui


class Shown(NamedTuple):
    """A page's address and a sign (a CSS selector) that all of it is there."""

    address: str
    sign: str


DUEL = "you=starmie&you.moves=surf,thunderbolt,icebeam,recover&foe=gyarados"
FIGHT = (
    "you=pikachu&you.moves=thunderbolt,quickattack,irontail,thunderwave&you.hp=82&"
    "foe=charizard&foe.moves=slash&foe.hp=64&foe.status=par&foe.boosts=1,0,0,0,0,0,0"
)
PLAN = "pokemon=weedle,ditto&level=10&versus=foe&foe=magikarp&foe.level=12"
TEAMS = (
    "you.1=pikachu&you.2=charizard&you.3=starmie&you.4=snorlax&you.5=gengar&you.6=machamp&"
    "foe.1=venusaur&foe.2=gyarados&foe.3=alakazam&foe.4=golem&foe.5=dragonite&foe.6=eevee"
)
SHOWN = {
    "battle": Shown(f"?{DUEL}&ask=1", ".pdx-answer"),
    "coach": Shown(f"coach?{FIGHT}&turn=3&turns=thunderbolt_slash.h50~quickattack.h70_fly", ".pdx-answer"),
    "planner": Shown(f"planner?{PLAN}&ask=1", ".pdx-answer"),
    "teams": Shown(f"teams?{TEAMS}&ask=1", ".pdx-heat"),
    "pokedex": Shown("pokedex?pokemon=charizard", ".pdx-radar"),
    "moves": Shown("moves?sort=power", ".pdx-table"),
    "types": Shown("types?attacker=Fire&defender=Grass,Ice", ".pdx-matrix"),
    "quiz": Shown("quiz?level=hard&seed=5", ".pdx-ask"),
    "monitoring": Shown("monitoring", ".pdx-tiles"),
    "credits": Shown("credits", ".pdx-tiles"),
}


def paths() -> list[str]:
    """Addresses of all pages, as the entry lists them; importing it would run it, so it is read."""
    tree = ast.parse(Path(predictiondex.ui.__file__).with_name("app.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "PAGES":
            assert isinstance(node.value, ast.Tuple)
            return [str(ast.literal_eval(entry.elts[0])) for entry in node.value.elts]  # type: ignore[attr-defined]
    raise AssertionError("app.py has no PAGES")
