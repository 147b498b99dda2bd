"""Record the golden battles that the tests replay, from the reference engine.

    python scripts/build_golden.py            write tests/battle/golden/
    python scripts/build_golden.py --traces 24000 --seed 5 --output FOLDER    a larger set, for a long check

    python scripts/build_golden.py --features    write tests/ml/golden/features.json, which needs no Node.js

Writes ``traces.jsonl.gz`` (battles with random moves, turn by turn, seeded; every move occurs),
``greedy.jsonl.gz`` (the same with both sides greedy) and ``winrates.jsonl.gz`` (matchups, greedy against
greedy). Needs Node.js and npm while it runs. The same seed
gives the same bytes. Exit code 1 when the reference engine cannot be had.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from predictiondex.cli.benching import random_matchups
from predictiondex.errors import PredictionDexError
from predictiondex.pokedex import Form, pokedex
from predictiondex.reference.play import play

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "battle" / "golden"
FEATURES = GOLDEN.parents[1] / "ml" / "golden" / "features.json"
#: Turns after which a recorded battle is cut off.
LAST_TURN = 40


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the return value is the exit code."""
    options = _parser().parse_args(arguments)
    if options.features:
        _write_features()
        return 0
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        _write(options.output / "traces.jsonl.gz", _traces(options.traces, options.seed))
        _write(options.output / "greedy.jsonl.gz", _greedy(options.matchups, options.seed))
        _write(
            options.output / "winrates.jsonl.gz", _winrates(options.matchups, options.battles, options.seed)
        )
    except PredictionDexError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


def _write_features() -> None:
    """Rows of features of the first matchups of a seed, as they are now."""
    import numpy as np

    from predictiondex.battle.combatant import new_state
    from predictiondex.ml.features import NAMES, matrix
    from predictiondex.ml.labels import openings_of
    from predictiondex.ml.sampling import draw

    seed, matchups = 11, 12
    states, slots = [], []
    for number in range(matchups):
        matchup = draw(seed, number)
        state = new_state(matchup.a, matchup.b)
        for slot in openings_of(state):
            states.append(state)
            slots.append(int(slot))
    rows = [[float(f"{value:.7g}") for value in row] for row in matrix(np.stack(states), np.array(slots))]
    golden = {"seed": seed, "matchups": matchups, "features": list(NAMES), "rows": rows}
    FEATURES.parent.mkdir(parents=True, exist_ok=True)
    FEATURES.write_text(json.dumps(golden) + "\n", encoding="utf-8")


def _traces(count: int, seed: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)  # noqa: S311 - matchups, not secrets
    every = sorted(set(pokedex.moves) - {"struggle"})
    jobs = []
    for number in range(count):
        wanted = every[number % len(every)]
        jobs.append({
            "a": _any_set(chance, wanted), "b": _any_set(chance), "policy": "random", "n": 1, "trace": True,
            "maxTurns": LAST_TURN, "seed": [chance.randrange(65536) for _ in range(4)],
        })  # fmt: skip
    for job, result in zip(jobs, play(jobs), strict=True):
        yield {"a": job["a"], "b": job["b"], **result["battles"][0]}


def _any_set(chance: random.Random, wanted: str | None = None) -> dict[str, Any]:
    """A random form with random legal moves (``wanted`` among them), sometimes at another level or a Mega."""
    forms = [f for f in pokedex.forms.values() if f.kind != "mega" and (not wanted or wanted in f.movepool)]
    form = chance.choice(forms)
    pool = sorted(form.movepool - {wanted})
    moves = chance.sample(pool, min(3 if wanted else 4, len(pool))) + ([wanted] if wanted else [])
    chosen: dict[str, Any] = {"species": form.name, "moves": moves}
    if chance.randrange(4) == 0:
        chosen["level"] = chance.randint(5, 100)
    megas = _megas(form)
    if megas and chance.randrange(2):
        chosen["mega"] = chance.choice(megas)
    return chosen


def _megas(form: Form) -> list[Any]:
    found = (pokedex.mega_form(form, key) for key in ("mega", "x", "y"))
    return [True if mega.mega_key == "mega" else mega.mega_key for mega in found if mega]


def _greedy(matchups: int, seed: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)  # noqa: S311 - matchups, not secrets
    jobs = [
        {"a": _any_set(chance), "b": _any_set(chance), "policy": "greedy", "n": 2, "trace": True,
         "maxTurns": LAST_TURN, "seed": [chance.randrange(65536) for _ in range(4)]}
        for _ in range(matchups)
    ]  # fmt: skip
    for job, result in zip(jobs, play(jobs), strict=True):
        for battle in result["battles"]:
            yield {"a": job["a"], "b": job["b"], **battle}


def _winrates(matchups: int, battles: int, seed: int) -> Iterator[dict[str, Any]]:
    jobs = random_matchups(matchups, seed)
    tasks = [
        {**job, "policy": "greedy", "n": battles, "seed": [seed, 2, 3, at]} for at, job in enumerate(jobs)
    ]
    for job, result in zip(jobs, play(tasks), strict=True):
        counts = {name: result[name] for name in ("wins", "losses", "ties", "turns")}
        yield {**job, "n": battles, **counts}


def _write(target: Path, rows: Iterable[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as file:
        file.write(text.encode())
    target.write_bytes(packed.getvalue())
    sys.stdout.write(f"{target}: {len(packed.getvalue()):,} bytes\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--features", action="store_true", help="record rows of features instead")
    parser.add_argument("--traces", type=int, default=1500, help="recorded battles (default 1500)")
    parser.add_argument("--matchups", type=int, default=150, help="matchups with win rates (default 150)")
    parser.add_argument("--battles", type=int, default=400, help="battles for each matchup (default 400)")
    parser.add_argument("--seed", type=int, default=11, help="chooses everything (default 11)")
    parser.add_argument("--output", type=Path, default=GOLDEN, metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
