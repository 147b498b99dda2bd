"""What a session keeps of its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from predictiondex.client import ApiError
from predictiondex.messages.text import Lang
from predictiondex.ui import jobs
from predictiondex.ui.choice import SideChoice
from predictiondex.ui.service import Obstacle, Service
from predictiondex.ui.state import remembered
from predictiondex.ui.wish import Wish
from predictiondex.wire import PlanAnswer, PlanProgress

PAGE: Final = "planner"
_SESSION: Final = "pdx.planner"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was wished, and whom it is to beat (an empty side for the mirror)."""

    wish: Wish
    foe: SideChoice

    def request(self, lang: Lang) -> dict[str, Any]:
        """As the API takes it."""
        if self.wish.versus == "mirror":
            return self.wish.request("mirror", lang)
        opponent = self.foe.request()
        if self.wish.versus == "trainer":  # the games give trainers what nobody else can have
            opponent["strict"] = False
        return self.wish.request(opponent, lang)


@dataclass(slots=True)
class Desk:
    """The plan that was asked for last and in which language, the work on it, and what came out."""

    plan: Plan | None = None
    lang: Lang = "en"
    job: jobs.Job[PlanAnswer | Obstacle | ApiError, PlanProgress] | None = None
    outcome: PlanAnswer | Obstacle | ApiError | None = None

    def ask(self, plan: Plan, api: Service, lang: Lang) -> None:
        """Work on another plan; the former one is given up."""
        self.cancel()
        self.plan, self.lang, self.outcome = plan, lang, None
        self.job = jobs.start(partial(_asked, api, plan.request(lang)))

    def retell(self, api: Service, lang: Lang) -> None:
        """Have the same plan told in another language; what is there stays until then."""
        assert self.plan is not None
        former = self.outcome
        self.ask(self.plan, api, lang)
        self.outcome = former if isinstance(former, PlanAnswer) else None

    def take(self) -> None:
        """The work is done. A plan is worth more in another language than not at all."""
        assert self.job is not None
        found, self.job = self.job.future.result(), None
        if self.outcome is None or isinstance(found, PlanAnswer):
            self.outcome = found

    def cancel(self) -> None:
        """Nobody wants it any more, here or in the service."""
        if self.job:
            self.job.cancel()
            self.job = None


def desk() -> Desk:
    """What this session keeps."""
    return remembered(_SESSION, Desk)


def _asked(
    api: Service, request: dict[str, Any], told: Callable[[PlanProgress], None]
) -> PlanAnswer | Obstacle | ApiError:
    try:
        return api.ask(lambda client: client.plan(request, told))
    except ApiError as error:
        return error
