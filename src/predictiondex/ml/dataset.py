"""The dataset: matchups drawn, played and described, in partitions that any number of workers can make.

A partition is a Parquet file that depends on nothing but the seed, its number and the versions of the rules
and of the features; it appears whole or not at all. So a run that was killed goes on where it stopped, and
the same seed gives the same hash on one machine or on many.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from predictiondex.battle import ENGINE_VERSION
from predictiondex.battle.combatant import FORM_IDS
from predictiondex.battle.layout import LEVEL, MOVE, A, B
from predictiondex.durable import write_whole
from predictiondex.errors import DatasetError
from predictiondex.ml import parquet
from predictiondex.ml.features import FEATURE_VERSION, NAMES, matrix
from predictiondex.ml.labels import greedy_slot_of, label, openings_of, seed_of
from predictiondex.ml.mix import Mix
from predictiondex.ml.parquet import ABOUT, Rows
from predictiondex.ml.sampling import DISTRIBUTION, Matchup, draw, state_of
from predictiondex.ml.splits import split_of
from predictiondex.pokedex import pokedex

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
_FORM_NUMBER: Final = {form: number for number, form in enumerate(FORM_IDS)}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a dataset is made of. ``battles``: played for each opening, the ``n`` of its label; ``mix``: a
    crowd seen in traffic that a part of the matchups comes from."""

    profile: str
    seed: int
    matchups: int
    battles: int
    partition: int
    mix: Mix | None = None

    @property
    def partitions(self) -> int:
        """Number of partitions."""
        return -(-self.matchups // self.partition)

    @property
    def name(self) -> str:
        """A name for the folder of its dataset."""
        return f"{self.profile}-{self.seed}" + (f"-{self.mix.digest}" if self.mix else "")

    @property
    def described(self) -> dict[str, Any]:
        """Everything that the content follows from, a mix by its digest."""
        plain = asdict(replace(self, mix=None))
        del plain["mix"]
        return {**plain, "mix": self.mix.digest} if self.mix else plain


#: Quick is for a first model within minutes, full for the best one.
PROFILES: Final[dict[str, tuple[int, int]]] = {"quick": (12_000, 128), "full": (330_000, 384)}


def recipe(profile: str, seed: int = 1, mix: Mix | None = None) -> Recipe:
    """The recipe of a profile."""
    matchups, battles = PROFILES[profile]
    return Recipe(profile, seed, matchups, battles, partition=1500, mix=mix)


class Progress(Protocol):
    """How far the work is."""

    def start(self, step: str, total: int) -> None:
        """Begin a step of ``total`` units."""

    def advance(self, units: int = 1) -> None:
        """Units done."""


#: Makes the partitions of these numbers somewhere and gives each back as it comes, with its number.
Mapper = Callable[[Callable[[int], bytes], list[int]], Iterator[tuple[int, bytes]]]


def build(
    recipe: Recipe, folder: Path, *, mapper: Mapper | None = None, progress: Progress
) -> dict[str, Any]:
    """Make what is missing of a dataset and write its manifest; returns the manifest.

    Raises :class:`~predictiondex.errors.DatasetError` when the folder holds another dataset, and for a full
    disk; partitions already there are checked and kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_another(folder, recipe)
    wanted = list(range(recipe.partitions))
    missing = [number for number in wanted if not _is_there(folder, recipe, number)]
    progress.start("Playing matchups", recipe.partitions)
    progress.advance(len(wanted) - len(missing))
    for number, content in (mapper or in_this_process)(_Maker(recipe), missing):
        _write(folder / _name(number), content)
        progress.advance()
    manifest = _manifest(recipe, folder)
    _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return manifest


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes a partition; sent to workers."""

    recipe: Recipe

    def __call__(self, number: int) -> bytes:
        return partition(self.recipe, number)


def in_this_process(make: Callable[[int], bytes], numbers: list[int]) -> Iterator[tuple[int, bytes]]:
    """The plainest mapper: one after the other."""
    for number in numbers:
        yield number, make(number)


def partition(recipe: Recipe, number: int) -> bytes:
    """The Parquet file of a partition."""
    first = number * recipe.partition
    last = min(first + recipe.partition, recipe.matchups)
    states, about = [], []
    for at in range(first, last):
        matchup = draw(recipe.seed, at, recipe.mix)
        state = state_of(matchup)
        for row in _openings(recipe, at, matchup, state):
            states.append(state)
            about.append(row)
    columns = {name: np.array([row[name] for row in about], dtype=kind) for name, kind in ABOUT.items()}
    features = matrix(np.stack(states), columns["slot"].astype(np.int64))
    return parquet.content(features, columns, {**_identity(recipe), "number": number})


def _openings(
    recipe: Recipe, at: int, matchup: Matchup, state: NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    you, foe = matchup.a, matchup.b
    greedy = greedy_slot_of(state)
    for slot in openings_of(state):
        seed = seed_of(recipe.seed, at, int(state[MOVE + slot]))
        yield {
            "matchup": at,
            "slot": slot,
            "greedy": slot == greedy,
            "split": split_of(you.form.dex, foe.form.dex),
            "form_you": _FORM_NUMBER[you.form.id],
            "form_foe": _FORM_NUMBER[foe.form.id],
            "level_you": state[A + LEVEL],
            "level_foe": state[B + LEVEL],
            "mega": you.mega is not None or foe.mega is not None,
            "mid_battle": matchup.mid_battle,
            "turns": matchup.turns,
            "n": recipe.battles,
            "p": label(state, int(slot), n=recipe.battles, seed=seed),
        }


# --- files ------------------------------------------------------------------------------------------------


def _identity(recipe: Recipe) -> dict[str, Any]:
    """What the content of a partition follows from, besides its number."""
    return {
        "format": FORMAT,
        "recipe": recipe.described,
        "distribution": DISTRIBUTION,
        "engine_version": ENGINE_VERSION,
        "feature_version": FEATURE_VERSION,
        "pokedex_checksum": pokedex.checksum,
        "features": list(NAMES),
    }


def _name(number: int) -> str:
    return f"part-{number:05d}.parquet"


def _is_there(folder: Path, recipe: Recipe, number: int) -> bool:
    """Whether a partition is there, whole and of this recipe."""
    path = folder / _name(number)
    if not path.exists():
        return False
    try:
        _, identity, _ = parquet.read(path)
    except DatasetError:
        return False
    wanted = json.loads(json.dumps({**_identity(recipe), "number": number}))
    return bool(identity == wanted)


def _refuse_another(folder: Path, recipe: Recipe) -> None:
    """A manifest that is damaged names no dataset: it is written again, as after an interrupted build."""
    try:
        manifest = _load_manifest(folder)
    except DatasetError:
        return
    if manifest["recipe"] != recipe.described:
        raise DatasetError(f"{folder} holds another dataset ({manifest['recipe']}): choose another folder.")


def _manifest(recipe: Recipe, folder: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq

    parts = []
    for number in range(recipe.partitions):
        file = pq.ParquetFile(folder / _name(number))
        digest = (file.schema_arrow.metadata or {})[b"sha256"].decode()
        parts.append({"name": _name(number), "rows": file.metadata.num_rows, "sha256": digest})
    identity = _identity(recipe)
    digest = hashlib.sha256(json.dumps([identity, parts], sort_keys=True).encode()).hexdigest()
    rows = sum(part["rows"] for part in parts)
    return {**identity, "rows": rows, "partitions": parts, "hash": digest}


def _load_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        identity = {name: manifest[name] for name in _identity(recipe("quick"))}
        digest = hashlib.sha256(json.dumps([identity, manifest["partitions"]], sort_keys=True).encode())
        counted = sum(part["rows"] for part in manifest["partitions"])
        told = manifest["hash"], manifest["rows"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{folder} holds no finished dataset ({error}): run `dataset build` first."
        ) from error
    if (digest.hexdigest(), counted) != told:
        raise DatasetError(f"{folder / MANIFEST} has been altered: build the dataset again.")
    return dict(manifest)


def load(folder: Path) -> tuple[Rows, dict[str, Any]]:
    """All rows of a dataset, checked, and its manifest.

    Raises :class:`~predictiondex.errors.DatasetError` when a file is missing, altered or of other rules or
    features than this program's.
    """
    manifest = _load_manifest(folder)
    for name, ours in (
        ("features", list(NAMES)),
        ("feature_version", FEATURE_VERSION),
        ("engine_version", ENGINE_VERSION),
    ):
        if manifest[name] != ours:
            raise DatasetError(f"{folder} was built with another {name}: build it again.")
    parts = []
    for part in manifest["partitions"]:
        rows, _, digest = parquet.read(folder / part["name"])
        if digest != part["sha256"]:
            raise DatasetError(f"{folder / part['name']} is not the file of the manifest: build again.")
        parts.append(rows)
    rows = Rows(
        np.concatenate([part.features for part in parts]),
        {name: np.concatenate([part.about[name] for part in parts]) for name in ABOUT},
    )
    parquet.check_rows(rows)
    return rows, manifest


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise DatasetError(f"{path} cannot be written: {error.strerror or error}.") from error
