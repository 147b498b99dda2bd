"""``predict``: the best move of one battle for a person, or of many for a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common
from predictiondex.pokedex.model import LEVELS

if TYPE_CHECKING:
    from predictiondex.advisor import Engines
    from predictiondex.wire import BestMoveRequest, EngineName

#: Moves in one argument, as a person lists them.
MoveList = Annotated[
    list[str] | None,
    typer.Option(metavar="A,B,C,D", help="One to four moves, by name or id (repeatable)."),
]
Level = Annotated[int, typer.Option(min=LEVELS.low, max=LEVELS.high)]

EPILOG = (
    "Example: predictiondex predict Carapuce Salamèche "
    '--moves "Pistolet à O,Charge,Hydrocanon" --lang fr\n\n'
    "Example: predictiondex predict --jobs jobs.jsonl.gz --n 200 > answers.jsonl\n\n"
    "Example: predictiondex predict --request fight.json   (a fight as it stands, see docs/ADVISOR.md)"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=EPILOG)(predict)


def predict(
    ctx: typer.Context,
    you: Annotated[str | None, typer.Argument(help="Your Pokémon: name, id or number.")] = None,
    opponent: Annotated[str | None, typer.Argument(help="The one you meet.")] = None,
    moves: MoveList = None,
    opponent_moves: MoveList = None,
    level: Level = 50,
    opponent_level: Level = 50,
    engine: Annotated[
        Literal["model", "simulation", "hybrid", "search"],
        typer.Option(help="search looks ahead every turn, and finds what status moves are worth."),
    ] = "simulation",
    n: Annotated[int, typer.Option("--n", min=1, help="Battles simulated for each move.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same answer.")] = 1,
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Refuse moves the Pokémon cannot have; not for jobs.")
    ] = True,
    lang: common.Language = None,
    jobs: Annotated[
        str | None, typer.Option(metavar="FILE", help="Job lines instead (.gz too, - is standard input).")
    ] = None,
    request_file: Annotated[
        str | None,
        typer.Option("--request", metavar="FILE", help="The API's request as JSON: a fight as it stands."),
    ] = None,
    as_json: common.Json = False,
) -> None:
    """Which move to open with, and the chance to win with it.

    Both sides play on greedily after the opening. Moves left out are assumed: the last four by level.

    With --jobs one JSON line is written for each line read, in the same order. With --request go --lang and
    --json only: the file says the rest.
    """
    from predictiondex.errors import PredictionDexError, UsageError
    from predictiondex.messages import message

    if jobs is not None:
        _refuse_others(ctx, "--jobs", allowed=("jobs", "engine", "n", "seed", "as_json"))
        if engine == "search":
            raise UsageError(message("terminal.engine_of_jobs"), field="--engine")
        predict_jobs(jobs, engine=engine, n=n, seed=seed)
        return
    if request_file is not None:
        _refuse_others(ctx, "--request", allowed=("request_file", "lang", "as_json"))
        request = request_in(request_file)
        lang = lang or request.lang
        request = request.model_copy(update={"lang": lang})
    elif not you or not opponent:
        raise UsageError(message("terminal.two_pokemon"))
    else:
        from predictiondex.wire import MAX_SIMULATIONS

        if n > MAX_SIMULATIONS:
            raise UsageError(message("terminal.most_battles", most=MAX_SIMULATIONS), field="--n")
        lang = lang or common.settings_with().lang
        request = request_from(
            side(you, moves, level), side(opponent, opponent_moves, opponent_level),
            engine=engine, simulations=n, seed=seed, lang=lang, strict=strict,
        )  # fmt: skip
    from predictiondex.advisor import best_move

    try:
        advice = best_move(request, engines_for(request.engine))
    except PredictionDexError as error:
        error.lang = lang  # a file's request names its own
        raise
    if as_json:
        common.echo_json(advice.model_dump(mode="json"))
    else:
        from predictiondex.cli.advice import show

        show(common.console(), advice, lang, turn=request.turn)


def _refuse_others(ctx: typer.Context, file: str, *, allowed: tuple[str, ...]) -> None:
    """Whatever was typed beside the option that gives a file, but for what is ``allowed``, is bad usage."""
    typed = common.given(ctx)
    common.refuse_beside(typed, file, [name for name in typed if name not in allowed])


def side(pokemon: str, moves: Sequence[str] | None, level: int) -> dict[str, Any]:
    """One side of the request; ``moves`` as typed, each a list with commas."""
    values: dict[str, Any] = {"pokemon": common.pokemon(pokemon), "level": level}
    if moves:
        values["moves"] = [move for name in ",".join(moves).split(",") if (move := name.strip())]
    return values


def request_in(path: str) -> BestMoveRequest:
    """A whole request from a file; raises ``UsageError`` for one that is no JSON."""
    from predictiondex.cli.jobs import opened, parse
    from predictiondex.errors import UsageError
    from predictiondex.messages import message
    from predictiondex.wire import BestMoveRequest

    try:
        with opened(path, "--request") as lines:
            return BestMoveRequest.model_validate(parse(b"".join(lines), message("terminal.request_object")))
    except UsageError as error:
        error.field = "--request"
        raise


def request_from(you: dict[str, Any], opponent: dict[str, Any], **options: Any) -> BestMoveRequest:
    """The same request that the API takes."""
    from predictiondex.wire import BestMoveRequest

    return BestMoveRequest.model_validate({"you": you, "opponent": opponent, **options})


def predict_jobs(path: str, *, engine: EngineName, n: int, seed: int) -> None:
    """Answer every job of a file on standard output."""
    from predictiondex.advisor.jobs import predict_job
    from predictiondex.cli import jobs

    engines = engines_for(engine)
    for warning in engines.warnings(engine, "en"):
        typer.echo(warning, err=True)
    jobs.answer_all(
        path, lambda job, own_seed: predict_job(job, engine, n, own_seed, engines), seed=seed, title="Jobs"
    )


def engines_for(engine: str) -> Engines:
    """The engines that an answer needs: the champion is loaded only where it is asked."""
    from predictiondex.advisor import SIMULATION_ONLY, load_engines

    if engine not in ("model", "hybrid"):
        return SIMULATION_ONLY
    engines = load_engines(common.settings_with().models)
    if engines.problem:
        typer.echo(f"The model is left out: {engines.problem}", err=True)
    return engines
