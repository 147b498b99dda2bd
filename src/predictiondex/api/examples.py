"""Requests that the documentation shows. A test sends every one of them."""

from __future__ import annotations

from fastapi.openapi.models import Example

BEST_MOVE: dict[str, Example] = {
    "short": {
        "summary": "Two names and my moves; the foe's are assumed",
        "value": {
            "you": {"pokemon": "Squirtle", "moves": ["Water Gun", "Tackle", "Hydro Pump"]},
            "opponent": {"pokemon": "Charmander"},
        },
    },
    "french": {
        "summary": "En français",
        "value": {
            "you": {"pokemon": "Pikachu", "moves": ["Tonnerre", "Vive-Attaque", "Queue de Fer"], "level": 50},
            "opponent": {"pokemon": "Dracaufeu", "moves": ["Lance-Flammes", "Dracochoc"], "level": 50},
            "engine": "simulation",
            "simulations": 1000,
            "seed": 1,
            "lang": "fr",
        },
    },
    "live": {
        "summary": "Turn 4 of a fight, looked ahead: sleep, a screen, PP, what was used last",
        "value": {
            "you": {
                "pokemon": "Gengar",
                "moves": ["Hypnosis", "Shadow Ball", "Sludge Bomb"],
                "hp_percent": 45,
                "pp": {"Hypnosis": 30},
                "conditions": ["confusion", {"name": "disable", "move": "Sludge Bomb", "turns": 1}],
            },
            "opponent": {
                "pokemon": "Starmie",
                "moves": ["Surf", "Psychic", "Recover"],
                "hp_percent": 80,
                "status": "slp",
                "status_turns": 1,
                "boosts": {"spa": 1},
                "conditions": [{"name": "reflect", "turns": 2}],
                "last_move": "Surf",
            },
            "engine": "search",
            "turn": 4,
        },
    },
    "mid-battle": {
        "summary": "In the middle of a fight: hp, status, stat stages, Mega Evolution",
        "value": {
            "you": {
                "pokemon": 6,
                "moves": ["Flamethrower", "Air Slash", "Dragon Pulse", "Protect"],
                "level": 65,
                "nature": "modest",
                "ivs": {"atk": 0},
                "avs": {"spa": 120, "spe": 60},
                "mega": "y",
                "hp_percent": 62.5,
                "status": "par",
                "boosts": {"spa": 1},
            },
            "opponent": {"pokemon": "blastoise", "level": 63, "hp_percent": 80},
            "strict": False,
        },
    },
}

PLAN: dict[str, Example] = {
    "mirror": {
        "summary": "Rattata against a Rattata of the same level",
        "value": {"pokemon": "Rattata", "opponent": "mirror", "level": 40, "want": 0.9},
    },
    "opponent": {
        "summary": "The better of two against a known set",
        "value": {
            "pokemon": ["Magnemite", "Geodude"],
            "opponent": {"pokemon": "Staryu", "moves": ["Water Gun", "Swift"], "level": 20},
            "level": 18,
            "want": 0.75,
            "most_avs": 50,
        },
    },
}

REPLAY: dict[str, Example] = {
    "typical": {
        "summary": "A typical battle",
        "value": {
            "you": {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"]},
            "opponent": {"pokemon": "Machamp", "moves": ["Earthquake"]},
            "opening": "Hypnosis",
            "simulations": 500,
        },
    }
}

TEAM_TEXT: dict[str, Example] = {
    "set": {
        "summary": "One set",
        "value": {
            "text": "Ronflex (Snorlax)\nLevel: 70\nEVs: 120 HP / 30 Atk\nAdamant Nature\n- Body Slam\n- Rest"
        },
    }
}

TEAM_SIDES: dict[str, Example] = {
    "one": {
        "summary": "One side",
        "value": {"team": [{"pokemon": "Pikachu", "moves": ["Tonnerre"], "nature": "timid"}]},
    }
}

MATCHUPS: dict[str, Example] = {
    "two-by-two": {
        "summary": "Two of mine against two of theirs",
        "value": {
            "you": [
                {"pokemon": "Pikachu", "moves": ["Thunderbolt", "Quick Attack"]},
                {"pokemon": "Snorlax", "moves": ["Body Slam", "Earthquake"], "level": 55},
            ],
            "opponent": [{"pokemon": "Gyarados"}, {"pokemon": "Golem", "level": 52}],
            "simulations": 200,
        },
    }
}

SIMULATE: dict[str, Example] = {
    "greedy": {
        "summary": "A thousand battles, both sides greedy",
        "value": {
            "you": {"pokemon": "Starmie", "moves": ["Surf", "Psychic", "Ice Beam", "Recover"]},
            "opponent": {"pokemon": "Alakazam", "moves": ["Psychic", "Shadow Ball"]},
            "simulations": 1000,
        },
    },
    "opening": {
        "summary": "One opening, then greedy",
        "value": {
            "you": {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"]},
            "opponent": {"pokemon": "Machamp", "moves": ["Earthquake"]},
            "policy_you": "first:hypnosis",
        },
    },
}

DAMAGE: dict[str, Example] = {
    "short": {
        "summary": "One move",
        "value": {
            "attacker": {"pokemon": "Jolteon"},
            "defender": {"pokemon": "Gyarados"},
            "move": "Thunderbolt",
        },
    }
}

OUTCOME: dict[str, Example] = {
    "won": {"summary": "Won", "value": {"result": "win"}},
    "other": {"summary": "Lost, after another opening", "value": {"result": "loss", "move": "Tackle"}},
}
