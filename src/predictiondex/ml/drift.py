"""Whether what is asked today still looks like what the model was made for: a light check.

Columns are plain arrays by name: numbers, or words for categories. :func:`make_reference` keeps what a
comparison needs of the training data as JSON; :func:`compare` holds a window of requests against it.

A column counts as drifted when the change is both large (population stability index above :data:`PSI_LIMIT`,
the usual "major change" of credit scoring) and no accident (Kolmogorov-Smirnov for numbers, chi-squared for
categories, Bonferroni over the columns): size alone alarms on small windows, significance on large ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, FiniteFloat, ValidationError, model_validator

from predictiondex.errors import UsageError

Columns = Mapping[str, NDArray[Any]]

FORMAT: Final = 1
#: Rows of the training data that a reference keeps as they are.
SAMPLE: Final = 2000
PSI_LIMIT: Final = 0.2
#: Chance that a window without any drift is called drifted in some column, at most.
LEVEL: Final = 0.01
#: Share of the columns that must have drifted for the whole to count as drifted.
DRIFT_SHARE: Final = 0.1
#: Fewer requests than this are not judged.
LEAST_ROWS: Final = 200
_BINS: Final = 10
#: An empty bin counts as this share, so that no logarithm is infinite.
_EMPTY: Final = 1e-3


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """One column of a window. ``ks``: the greatest distance of the two distributions (numbers only)."""

    feature: str
    psi: float
    ks: float | None
    p_value: float
    drifted: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """A window of requests against the reference; ``detected`` is ``None`` where there are too few rows."""

    rows: int
    columns: tuple[ColumnDrift, ...]
    detected: bool | None

    @property
    def share(self) -> float:
        """Share of the columns that have drifted."""
        return sum(one.drifted for one in self.columns) / len(self.columns) if self.columns else 0.0

    @property
    def drifted(self) -> list[str]:
        """Names of the drifted columns, the largest change first."""
        found = [one for one in self.columns if one.drifted]
        return [one.feature for one in sorted(found, key=lambda one: -one.psi)]


def make_reference(columns: Columns, *, seed: int = 1, seen: int | None = None) -> dict[str, Any]:
    """What is kept of the training data: shares by bin or category, and a sample of whole rows. JSON.

    ``seen``: the rows are drawn, again and again, from only so many that were; they prove no more than fewer.

    Raises :class:`~predictiondex.errors.UsageError` for no rows or columns of different lengths.
    """
    rows = _length(columns)
    chosen = np.sort(np.random.default_rng(seed).permutation(rows)[:SAMPLE])
    kept: dict[str, Any] = {}
    for name, values in columns.items():
        values = np.asarray(values)
        if _is_number(values):
            numbers = values.astype(float)
            quantiles = np.quantile(numbers, np.arange(1, _BINS) / _BINS)
            edges = np.unique([_just_below(numbers), *quantiles])
            shares = _shares(_binned(numbers, edges), len(edges) + 1)
            kept[name] = {"kind": "number", "edges": edges.tolist(), "shares": shares.tolist()}
        else:
            words, counts = np.unique(values.astype(str), return_counts=True)
            kept[name] = {
                "kind": "category",
                "shares": dict(zip(words.tolist(), (counts / rows).tolist(), strict=True)),
            }
        kept[name]["sample"] = values[chosen].tolist()
    worth = rows if not seen else max(1, round(1 / (1 / rows + 1 / seen)))
    return {"format": FORMAT, "rows": worth, "columns": kept}


class _Numbers(BaseModel):
    kind: Literal["number"]
    edges: list[FiniteFloat] = Field(min_length=1)
    shares: list[FiniteFloat]
    sample: list[FiniteFloat] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_share_a_bin(self) -> Self:
        if len(self.shares) != len(self.edges) + 1:
            raise ValueError("there must be one share a bin")
        return self


class _Words(BaseModel):
    kind: Literal["category"]
    shares: dict[str, FiniteFloat] = Field(min_length=1)
    sample: list[str] = Field(min_length=1)


class _Reference(BaseModel):
    """What :func:`make_reference` makes, as a file may claim to hold it."""

    format: Literal[1]
    rows: int = Field(ge=1)
    columns: dict[str, Annotated[_Numbers | _Words, Field(discriminator="kind")]] = Field(min_length=1)


def fault_of(found: object) -> str:
    """Why what was read somewhere is no reference to compare with; nothing where it is one."""
    try:
        _Reference.model_validate(found, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return f"{where}: {first['msg']}" if where else str(first["msg"])
    return ""


def sample_of(reference: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The sample of a reference as columns."""
    return {name: np.array(one["sample"]) for name, one in _columns(reference).items()}


def compare(reference: Mapping[str, Any], columns: Columns) -> Drift:
    """Hold a window against the reference, column by column; columns that only one side has are left out.

    Raises :class:`~predictiondex.errors.UsageError` for a reference of another format.
    """
    rows = _length(columns)
    known = _columns(reference)
    shared = [name for name in known if name in columns]
    if rows < LEAST_ROWS:
        return Drift(rows, (), None)
    found = tuple(
        _compare(name, known[name], np.asarray(columns[name]), int(reference["rows"]), LEVEL / len(shared))
        for name in shared
    )
    share = sum(one.drifted for one in found) / len(found) if found else 0.0
    return Drift(rows, found, share >= DRIFT_SHARE)


def psi(expected: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    """Population stability index of two lists of shares; 0 when they agree."""
    e, s = np.maximum(expected, _EMPTY), np.maximum(seen, _EMPTY)
    return float(np.sum((s - e) * np.log(s / e)))


def _compare(
    name: str, known: Mapping[str, Any], values: NDArray[Any], behind: int, level: float
) -> ColumnDrift:
    if known["kind"] == "number":
        from scipy import stats  # here, because loading it takes longer than judging a window

        numbers = values.astype(float)
        sample = np.array(known["sample"], dtype=float)
        edges, expected = _bins(known, sample)
        index = psi(expected, _shares(_binned(numbers, edges), len(edges) + 1))
        ks = float(stats.ks_2samp(sample, numbers, method="asymp").statistic)
        worth = min(behind, len(sample))
        p_value = float(stats.kstwo.sf(ks, round(worth * len(numbers) / (worth + len(numbers)))))
        return ColumnDrift(name, index, ks, p_value, index > PSI_LIMIT and p_value < level)
    expected, seen = _aligned(known["shares"], values.astype(str))
    index = psi(expected, seen / seen.sum())
    p_value = _chi_squared(expected * behind, seen)
    return ColumnDrift(name, index, None, p_value, index > PSI_LIMIT and p_value < level)


def _aligned(
    shares: Mapping[str, float], words: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected shares and seen counts of the same categories, new ones included."""
    found, counts = np.unique(words, return_counts=True)
    seen = dict(zip(found.tolist(), counts.tolist(), strict=True))
    names = sorted({*shares, *seen})
    return (
        np.array([shares.get(name, 0.0) for name in names]),
        np.array([seen.get(name, 0) for name in names], dtype=float),
    )


def _chi_squared(expected: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    """Chance of such a difference between two samples that come from the same categories."""
    table = np.stack([expected, seen])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 1.0
    from scipy import stats

    return float(stats.chi2_contingency(table).pvalue)


def _just_below(numbers: NDArray[np.float64]) -> float:
    """The edge of the bin below all that was seen: where many rows share the least value, that is the first
    quantile as well, and without a bin of their own lower values would count as that one."""
    return float(np.nextafter(numbers.min(), -np.inf))


def _bins(
    known: Mapping[str, Any], sample: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Edges and expected shares of a reference; one of an earlier program gets its lowest bin here."""
    edges, shares = np.array(known["edges"], dtype=float), np.array(known["shares"], dtype=float)
    if edges[0] < sample.min():
        return edges, shares
    return np.array([_just_below(sample), *edges]), np.array([0.0, *shares])


def _binned(numbers: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.searchsorted(edges, numbers, side="left")


def _shares(bins: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.bincount(bins, minlength=count) / max(len(bins), 1)
    return shares


def _is_number(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "fiu"


def _columns(reference: Mapping[str, Any]) -> Mapping[str, Any]:
    if reference.get("format") != FORMAT:
        raise UsageError("This reference is of another version of the program: train a new model.")
    columns: Mapping[str, Any] = reference["columns"]
    return columns


def _length(columns: Columns) -> int:
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1 or lengths == {0}:
        raise UsageError("Columns of one length, with rows in them, are wanted.", field="columns")
    return int(lengths.pop())
