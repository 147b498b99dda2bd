"""The watcher: reads the prediction log, judges drift, plays served fights again, weighs told results.

It works beside the service within a budget of processor time, at the lowest priority, so that requests do
not feel it. What it finds goes into a file that the API shows as metrics
(:mod:`predictiondex.monitoring.gauges`).
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from predictiondex import store
from predictiondex.errors import ArtefactError, PredictionDexError
from predictiondex.ml import drift, observed
from predictiondex.ml.model import BattleModel
from predictiondex.ml.registry import Registry
from predictiondex.ml.sampling import draw
from predictiondex.monitoring import gauges, outcomes
from predictiondex.monitoring.gauges import Sample
from predictiondex.monitoring.scheduled import Reports
from predictiondex.monitoring.served import Served, read
from predictiondex.monitoring.shadow import Shadow, score

if TYPE_CHECKING:
    from predictiondex.settings import Settings

logger = logging.getLogger("predictiondex.monitoring")

#: Requests that drift is judged on, at most; the latest count.
DRIFT_WINDOW: Final = 1000
#: Told results that the Brier score looks back on.
OUTCOME_WINDOW: Final = 500
#: Most rows taken from the log in one look: under heavy load a sample is enough.
MOST_ROWS: Final = 60
#: How far back the first look goes, and how many rows it takes.
FIRST_LOOK: Final = timedelta(hours=6)
FIRST_ROWS: Final = 400
#: Drift and results are judged at every other look: their windows change slowly.
_EVERY: Final = 2
#: What is checked; each tells when it last ran to its end.
TASKS: Final = ("drift", "outcomes", "shadow")
#: Unspent processor time is kept up to this many seconds.
_MOST_SAVED: Final = 2.0


def reference_of(registry: Registry) -> dict[str, Any] | None:
    """What the champion was made for; ``None`` where there is no champion.

    Models that came without it are taken for the plain training distribution. Raises
    :class:`~predictiondex.errors.ArtefactError` and :class:`~predictiondex.errors.RegistryError`.
    """
    folder = registry.champion()
    if folder is None:
        return None
    path = folder / observed.REFERENCE_FILE
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        model = BattleModel.load(folder)
        return observed.reference(
            [draw(1, number) for number in range(observed.REFERENCE_ROWS)], model.from_features
        )
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read: {error}.") from error
    fault = drift.fault_of(found)
    if fault:
        raise ArtefactError(f"{path} is no reference of this program ({fault}): train a new model.")
    return dict(found)


def last_runs(settings: Settings) -> dict[str, float]:
    """When each check last ran to its end (Unix time), as a former watcher told it; else now.

    A check that never runs must have a time to be late from, also after a restart.
    """
    now = time.time()
    _, samples = gauges.read(gauges.state_file(settings.home))
    told = {one.labels[0]: one.value for one in samples if one.name == gauges.LAST_RUN and one.labels}
    return {task: min(told.get(task, now), now) for task in TASKS}


class Watch:
    """One look after another at the log of a database. ``battles``: see :func:`shadow.score`."""

    def __init__(self, settings: Settings, *, battles: int = 1000, seed: int | None = None) -> None:
        self._settings = settings
        self._engine = store.engine(settings.database_url, existing=True)
        self._log = store.Predictions(self._engine)
        self._registry = Registry(settings.models)
        self._battles = battles
        self._chance = random.Random(seed)  # noqa: S311 - a sample, no secret
        self._since = datetime.now(UTC) - FIRST_LOOK
        self._known: deque[str] = deque(maxlen=2 * FIRST_ROWS)
        self._rows: deque[dict[str, Any]] = deque(maxlen=DRIFT_WINDOW)
        self._waiting: list[Served] = []
        self._reference: tuple[str, dict[str, Any] | None] | None = None
        self._slow: dict[str, list[Sample]] = {}
        self._slow_at = float("-inf")
        self._ran = last_runs(settings)
        self._saved = 0.0
        self._mark = (time.monotonic(), time.process_time())
        self.shadow = Shadow()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def begin(self) -> None:
        """Tell when each check last ran before the first look, which may take long or never come to its end.

        What a former watcher found stays as old as it is.
        """
        path = gauges.state_file(self._settings.home)
        written, samples = gauges.read(path)
        kept = [one for one in samples if one.name != gauges.LAST_RUN]
        gauges.write(path, [*kept, *self._times()], written=written)

    def look(self) -> list[Sample]:
        """Take in what was logged since the last look, score what the budget allows, and tell the findings.

        Each step fails by itself, such as where a database or registry is away, and that is logged; the
        findings that need it stay as they were.
        """
        heard = self._done_without_fault(self._take_in)
        if heard and time.monotonic() - self._slow_at >= _EVERY * self._settings.watch_seconds:
            self._slow_at = time.monotonic()
            self._done_without_fault(self._judge_drift)
            self._done_without_fault(self._judge_outcomes)
        if self._done_without_fault(self._score) and heard:  # else there was nothing new to score
            self._ran["shadow"] = time.time()
        return list(self._findings())

    def _done_without_fault(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except PredictionDexError as error:
            logger.warning("the watcher could not look: %s", error.message)
        except Exception:
            # Whatever it is: the other checks go on, and this one is late until it ends well.
            logger.exception("the watcher could not look")
        else:
            return True
        return False

    def _take_in(self) -> None:
        # Rows of the future, by a clock that was wrong, wait until their time has come: to begin after them
        # would hide all others until then, and to read them every time would count them again and again.
        now = datetime.now(UTC)
        self._since = min(self._since, now)  # the wrong one may have been ours
        most = MOST_ROWS if self._known else FIRST_ROWS
        found = self._log.recent(most, since=self._since, before=now)
        fresh = [row for row in reversed(found) if row.prediction_id not in self._known]
        if not fresh:
            return
        self._since = fresh[-1].created_at
        self._known.extend(row.prediction_id for row in fresh)
        served = [one for one in map(read, fresh) if one is not None]
        self._rows.extend(one.row for one in served)
        self._waiting = _of_latest_versions((self._waiting + served)[-FIRST_ROWS:])

    def _judge_drift(self) -> None:
        reference = self._champions_reference()
        rows = [Sample("drift_window_rows", len(self._rows))]
        if reference is not None and self._rows:
            rows += list(drift_samples(drift.compare(reference, observed.columns(list(self._rows)))))
        self._done("drift", rows)

    def _judge_outcomes(self) -> None:
        """Told results."""
        score, count = outcomes.brier(self._log.told(OUTCOME_WINDOW))
        found = [Sample("outcome_window_rows", count)]
        self._done("outcomes", [*found, Sample("outcome_brier", score)] if count else found)

    def _done(self, task: str, samples: list[Sample]) -> None:
        self._slow[task] = samples
        self._ran[task] = time.time()

    def _champions_reference(self) -> dict[str, Any] | None:
        fingerprint = self._registry.fingerprint()
        if self._reference is None or self._reference[0] != fingerprint:
            self._reference = fingerprint, reference_of(self._registry)
        return self._reference[1]

    def _score(self) -> None:
        """Score served predictions at random until the budget is spent."""
        self._earn()
        while self._saved > 0 and self._waiting:
            served = self._waiting.pop(self._chance.randrange(len(self._waiting)))
            self.shadow.add(score(served, seed=self._chance.getrandbits(62), battles=self._battles))
            self._earn()

    def _earn(self) -> None:
        """Add what the budget gave since the last call and take off what was used."""
        wall, used = time.monotonic(), time.process_time()
        gained = self._settings.shadow_budget * (wall - self._mark[0]) - (used - self._mark[1])
        self._saved = min(self._saved + gained, _MOST_SAVED)
        self._mark = wall, used

    def _findings(self) -> Iterator[Sample]:
        for samples in self._slow.values():
            yield from samples
        yield Sample("shadow_samples_total", self.shadow.samples)
        yield Sample("shadow_misses_total", self.shadow.misses)
        found = self.shadow.figures
        yield Sample("shadow_window_rows", found.rows if found else 0)
        if found:
            yield Sample("shadow_calibration_error", found.calibration_error)
            yield Sample("shadow_mean_squared_error", found.mean_squared_error)
            yield Sample("shadow_regret", found.regret)
        yield from self._times()

    def _times(self) -> list[Sample]:
        return [Sample(gauges.LAST_RUN, when, (task,)) for task, when in self._ran.items()]


def _of_latest_versions(served: list[Served]) -> list[Served]:
    """Without what earlier versions of a model served: it would begin the newer one's window anew."""
    latest = {one.model[0]: one.model for one in served}
    return [one for one in served if one.model == latest[one.model[0]]]


def drift_samples(found: drift.Drift) -> Iterator[Sample]:
    """The scores of a comparison as metrics; none where there were too few rows."""
    if found.detected is None:
        return
    yield Sample("drift_detected", float(found.detected))
    for one in found.columns:
        yield Sample("drift_score", one.psi, (one.feature, "psi"))
        if one.ks is not None:
            yield Sample("drift_score", one.ks, (one.feature, "ks"))


def _told(act: Callable[[], object]) -> None:
    """Do it; what keeps it from being done, such as a full disk, is logged and may be over next time."""
    try:
        act()
    except Exception:
        logger.exception("the watcher could not tell what it found")


def run(settings: Settings, stop: Event) -> None:
    """Look again and again until ``stop`` is set."""
    watch = Watch(settings)
    reports = Reports(settings)
    path = gauges.state_file(settings.home)
    try:
        _told(watch.begin)
        while not stop.is_set():
            _told(lambda: gauges.write(path, watch.look()))
            _told(reports.write_if_due)
            stop.wait(settings.watch_seconds)
    finally:
        reports.close()
        watch.close()
