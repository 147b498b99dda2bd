"""The product's answers: which move, and will I win? The only room that joins models and rules.

best_move(request)     the chance to win with each opening, best first, and why
matchups(request)      team against team
duel(request)          battles between two under named policies
damage(request)        what one move does to one target
predict_job(job)       one line of a jobs file; ``simulate_job`` for the outcome alone
Advisor                all of it as one object, for servers

Requests and answers are the models of :mod:`predictiondex.wire`.
"""

from predictiondex.advisor.best import best_move
from predictiondex.advisor.damage import damage
from predictiondex.advisor.engines import SIMULATION_ONLY, Engines, load_engines
from predictiondex.advisor.jobs import predict_job, simulate_job
from predictiondex.advisor.matchups import duel, matchups
from predictiondex.advisor.service import Advisor
from predictiondex.wire import Advice, BestMoveRequest, Side

__all__ = [
    "SIMULATION_ONLY",
    "Advice",
    "Advisor",
    "BestMoveRequest",
    "Engines",
    "Side",
    "best_move",
    "damage",
    "duel",
    "load_engines",
    "matchups",
    "predict_job",
    "simulate_job",
]
