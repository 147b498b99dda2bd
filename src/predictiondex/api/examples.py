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
