"""The advice as one object: a server loads a new one beside the old, tries it, and swaps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from predictiondex.advisor.best import best_move, best_moves
from predictiondex.advisor.damage import damage
from predictiondex.advisor.engines import SIMULATION_ONLY, Engines, Witness, load_engines
from predictiondex.advisor.matchups import duel, matchups
from predictiondex.advisor.plan import Planning
from predictiondex.advisor.showdown import export_team, parse_team
from predictiondex.advisor.story import replay
from predictiondex.advisor.trainers import listed
from predictiondex.battle import warm_up
from predictiondex.errors import PredictionDexError
from predictiondex.messages.text import Lang
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    DamageAnswer,
    DamageRequest,
    DuelAnswer,
    DuelRequest,
    ExportedTeam,
    MatchupsAnswer,
    MatchupsRequest,
    ModelInfo,
    ModelRef,
    ParsedTeam,
    PlanRequest,
    ReplayAnswer,
    ReplayRequest,
    Side,
    TeamSides,
    TeamText,
    TrainerList,
)


class Advisor:
    """Everything a server answers predictions with. Methods may be called from several threads at once."""

    def __init__(self, engines: Engines = SIMULATION_ONLY) -> None:
        self.engines = engines

    @classmethod
    def load(cls, models: Path) -> Advisor:
        """An advisor with the champion of a model registry, or with simulation alone where there is none.

        ``engines.problem`` says why a champion was left out.
        """
        return cls(load_engines(models))

    @property
    def model_ref(self) -> ModelRef:
        """Name and version of the model, or of simulation where there is none."""
        return self.engines.signature("model")

    def best_move(self, request: BestMoveRequest, witness: Witness | None = None) -> Advice:
        """See :func:`predictiondex.advisor.best_move`."""
        return best_move(request, self.engines, witness)

    def best_moves(
        self, requests: Sequence[BestMoveRequest], witnesses: Sequence[Witness]
    ) -> list[Advice | Exception]:
        """See :func:`predictiondex.advisor.best.best_moves`."""
        return best_moves(requests, self.engines, witnesses)

    def matchups(self, request: MatchupsRequest, witness: Witness | None = None) -> MatchupsAnswer:
        """See :func:`predictiondex.advisor.matchups`."""
        return matchups(request, self.engines, witness)

    def duel(self, request: DuelRequest) -> DuelAnswer:
        """See :func:`predictiondex.advisor.duel`."""
        return duel(request)

    def damage(self, request: DamageRequest) -> DamageAnswer:
        """See :func:`predictiondex.advisor.damage`."""
        return damage(request)

    def planning(self, request: PlanRequest) -> Planning:
        """See :class:`predictiondex.advisor.plan.Planning`; seconds of work."""
        return Planning(request)

    def replay(self, request: ReplayRequest) -> ReplayAnswer:
        """See :func:`predictiondex.advisor.story.replay`."""
        return replay(request)

    def parse_team(self, request: TeamText) -> ParsedTeam:
        """See :func:`predictiondex.advisor.showdown.parse_team`."""
        return parse_team(request)

    def export_team(self, request: TeamSides) -> ExportedTeam:
        """See :func:`predictiondex.advisor.showdown.export_team`."""
        return export_team(request)

    def trainers(
        self, home: Path, lang: Lang, *, kind: str | None = None, search: str | None = None
    ) -> TrainerList:
        """See :func:`predictiondex.advisor.trainers.listed`."""
        return listed(home, lang, kind=kind, search=search)

    def info(self, loaded_since: str | None = None) -> ModelInfo:
        """What makes the answers."""
        return self.engines.info(loaded_since)

    def self_test(self) -> None:
        """Compile or load the kernel and give one piece of advice that anybody can check.

        Raises :class:`~predictiondex.errors.PredictionDexError` when the advice is absurd.
        """
        warm_up()
        request = BestMoveRequest(
            you=Side(pokemon="pikachu", moves=["thunderbolt", "quickattack"]),
            opponent=Side(pokemon="gyarados", moves=["bite"]),
            simulations=200,
        )
        best = self.best_move(request)
        if best.recommended_move != "thunderbolt" or best.win_probability < 0.5:
            raise PredictionDexError("The engine failed its self-test: Thunderbolt should beat Gyarados.")
        if self.engines.model is not None:
            self.engines.model.self_test()
