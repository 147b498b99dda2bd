"""What goes over the wire: the requests and answers of the HTTP API as typed models.

One definition for everybody: the API validates and documents with these models, the advisor takes and
returns them, and :mod:`predictiondex.client` hands them to its callers. This package knows nothing of
the rules or the server, so that a client never loads either.
"""

from predictiondex.wire.answers import (
    Advice,
    DamageAnswer,
    DuelAnswer,
    MatchupRow,
    MatchupsAnswer,
    ModelInfo,
    ModelRef,
    MoveAdvice,
    MoveRef,
    OpponentMoves,
    Reason,
    SideSummary,
)
from predictiondex.wire.facts import (
    Affinity,
    FormMove,
    FormMoves,
    MoveDetail,
    MovePage,
    MoveSummary,
    NamePair,
    PokemonDetail,
    PokemonPage,
    PokemonSummary,
    TypeChart,
    TypeRef,
    Weaknesses,
)
from predictiondex.wire.health import Component, Health, Readiness
from predictiondex.wire.problem import FieldError, Problem
from predictiondex.wire.requests import (
    MAX_SIMULATIONS,
    BestMoveRequest,
    Boosts,
    DamageRequest,
    DuelRequest,
    EngineName,
    MatchupsRequest,
    Side,
)

__all__ = [
    "MAX_SIMULATIONS",
    "Advice",
    "Affinity",
    "BestMoveRequest",
    "Boosts",
    "Component",
    "DamageAnswer",
    "DamageRequest",
    "DuelAnswer",
    "DuelRequest",
    "EngineName",
    "FieldError",
    "FormMove",
    "FormMoves",
    "Health",
    "MatchupRow",
    "MatchupsAnswer",
    "MatchupsRequest",
    "ModelInfo",
    "ModelRef",
    "MoveAdvice",
    "MoveDetail",
    "MovePage",
    "MoveRef",
    "MoveSummary",
    "NamePair",
    "OpponentMoves",
    "PokemonDetail",
    "PokemonPage",
    "PokemonSummary",
    "Problem",
    "Readiness",
    "Reason",
    "Side",
    "SideSummary",
    "TypeChart",
    "TypeRef",
    "Weaknesses",
]
