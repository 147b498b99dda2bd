"""``plan``: which four moves, at what level, with how many awakening values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common
from predictiondex.cli.tables import Column, fitting
from predictiondex.pokedex.model import AVS, LEVELS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from predictiondex.advisor.plan_sets import Told
    from predictiondex.cli.progress import Bar, Lines
    from predictiondex.messages.text import Lang
    from predictiondex.wire import PlanAnswer, PlanOption, PlanSet, PlanStep

EPILOG = (
    "Example: predictiondex plan Ronflex --versus mirror --level 70 --want 0.9 --lang fr\n\n"
    'Example: predictiondex plan Starmie,Jolteon --versus Gyarados --versus-moves "Bite,Surf" --level 45'
)
HEADINGS = {
    "en": {
        "sets": ("Moves", "Win", "Greedy", "With advice"),
        "options": ("Level", "Awakening values", "Total", "Win", "95 %", ""),
    },
    "fr": {
        "sets": ("Capacités", "Victoire", "Sans réfléchir", "Avec conseil"),
        "options": ("Niveau", "Valeurs d'éveil", "Total", "Victoire", "95 %", ""),
    },
}
WORDS = {
    "en": {
        "none": "none",
        "against": "against",
        "want": "wanted: {want}",
        "battles": "{n} battles",
    },
    "fr": {
        "none": "aucune",
        "against": "contre",
        "want": "voulu : {want}",
        "battles": "{n} combats",
    },
}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=EPILOG)(plan)


def plan(
    ctx: typer.Context,
    pokemon: Annotated[str, typer.Argument(help="Your species; several with commas: those you own.")],
    versus: Annotated[str, typer.Option(help="`mirror`, or the opponent's name.")] = "mirror",
    versus_moves: Annotated[str | None, typer.Option(help="Its moves; left out, the likeliest.")] = None,
    versus_level: Annotated[
        int | None, typer.Option(min=LEVELS.low, max=LEVELS.high, help="Default: as yours.")
    ] = None,
    trainer: Annotated[str | None, typer.Option(help="A trainer's id instead; see `trainers`.")] = None,
    level: Annotated[
        int, typer.Option(min=LEVELS.low, max=LEVELS.high, help="Your level; no option goes below.")
    ] = 50,
    want: Annotated[float, typer.Option(help="The chance to win that you want, 0 to 1.")] = 0.9,
    highest_level: Annotated[int, typer.Option(min=LEVELS.low, max=LEVELS.high)] = LEVELS.high,
    most_avs: Annotated[int, typer.Option(min=AVS.low, max=AVS.high, help="Per stat, at most.")] = AVS.high,
    keep: Annotated[str | None, typer.Option(help="Moves that must be among the four.")] = None,
    nature: Annotated[str, typer.Option()] = "serious",
    assume: Annotated[
        Literal["likely", "worst", "both"], typer.Option(help="Of unknown moves of the opponent.")
    ] = "both",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same plan.")] = 1,
    lang: common.Language = None,
    as_json: common.Json = False,
) -> None:
    """The best four moves against an opponent, and the cheapest ways to win often enough.

    Exit 1 when nothing reaches the wanted chance; the best there is is shown all the same.
    """
    from predictiondex.advisor.plan import plan as search
    from predictiondex.cli.progress import on_terminal_or_lines
    from predictiondex.errors import UsageError
    from predictiondex.messages import message
    from predictiondex.wire import PlanRequest
    from predictiondex.wire.plan import MOST_OWNED

    _refuse_unused(ctx, versus, trainer)
    lang = lang or common.settings_with().lang
    names = _listed(pokemon)
    if len(names) > MOST_OWNED:
        raise UsageError(message("terminal.most_owned", most=MOST_OWNED), field="pokemon")
    request = PlanRequest.model_validate({
        "pokemon": names if len(names) > 1 else pokemon.strip(),
        "opponent": _opponent(versus, versus_moves, versus_level or level, trainer),
        "level": level, "want": want, "highest_level": highest_level, "most_avs": most_avs,
        "keep": _listed(keep), "nature": nature, "assume": assume, "seed": seed, "lang": lang,
    })  # fmt: skip
    try:
        with on_terminal_or_lines() as progress:
            answer = search(request, _telling(progress, lang))
    except UsageError as error:
        if error.field == "highest_level":
            error.field = "--highest-level"
        raise
    if as_json:
        common.echo_json(answer.model_dump(mode="json"))
    else:
        _show(answer, lang)
    if not answer.reached:
        raise typer.Exit(1)


def _refuse_unused(ctx: typer.Context, versus: str, trainer: str | None) -> None:
    """What is said of the opponent where something else says all of it."""
    typed = common.given(ctx)
    if trainer is not None:
        common.refuse_beside(typed, "--trainer", ("versus", "versus_moves", "versus_level"))
    elif versus == "mirror":
        common.refuse_beside(typed, "--versus mirror", ("versus_moves", "versus_level"))


def _telling(progress: Bar | Lines, lang: str) -> Told:
    from predictiondex.messages.steps import STEPS

    def told(step: PlanStep, total: int) -> Callable[[], None]:
        progress.start(STEPS[step].in_(lang), total)
        return lambda: progress.advance()

    return told


def _listed(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _opponent(versus: str, moves: str | None, level: int, trainer: str | None) -> Any:
    if trainer is not None:
        from predictiondex.advisor.trainers import first_side

        return first_side(trainer, common.settings_with().home).model_dump(mode="json", by_alias=True)
    if versus == "mirror":
        return "mirror"
    side: dict[str, Any] = {"pokemon": common.pokemon(versus), "level": level}
    if moves is not None:
        side["moves"] = _listed(moves)
    return side


def _show(answer: PlanAnswer, lang: Lang) -> None:
    from rich.markup import escape

    from predictiondex.advisor.words import count
    from predictiondex.cli.advice import bullets, percent, who
    from predictiondex.messages import fill

    console, words = common.console(), WORDS[lang]
    names = ", ".join(move.name for move in answer.opponent_moves.moves)
    wanted = fill(words["want"], lang, {"want": percent(answer.want, lang)})
    versus = f"{who(answer.you, lang)} {words['against']} {who(answer.opponent, lang)}"
    console.print(f"{versus} ({escape(names)}), {wanted}")
    console.print(_sets(console, answer.sets, lang))
    console.print(_options(console, answer.options, lang))
    console.print(bullets([reason.text for reason in answer.explanation]))
    console.print(f"[dim]{words['battles'].format(n=count(answer.battles, lang))}[/]")
    console.print(bullets(answer.warnings, mark="!", style="yellow"))


def _sets(console: Console, sets: list[PlanSet], lang: Lang) -> Table:
    from rich.markup import escape

    from predictiondex.cli.advice import percent

    moves, win, *both = HEADINGS[lang]["sets"]
    columns = [Column(moves, wraps=True), Column(win, right=True)]
    columns += [Column(heading, right=True, spare=1) for heading in both]
    rows = [
        (
            escape(", ".join(move.name for move in one.moves)),
            *(percent(share, lang) for share in (one.win_probability, one.greedy, one.advice)),
        )
        for one in sets
    ]
    return fitting(console, columns, rows)


def _options(console: Console, options: list[PlanOption], lang: Lang) -> Table:
    level, values, total, win, interval, reached = HEADINGS[lang]["options"]
    columns = [
        Column(level, right=True),
        Column(values, wraps=True),
        Column(total, right=True, spare=2),
        Column(win, right=True),
        Column(interval, right=True, spare=1),
        Column(reached),
    ]
    styles = ["green" if option.reached else "dim" for option in options]
    return fitting(console, columns, [_cells(option, lang) for option in options], styles=styles)


def _cells(option: PlanOption, lang: Lang) -> tuple[str, ...]:
    from predictiondex.advisor.words import STAT_NAMES, count
    from predictiondex.cli.advice import number, percent

    values = ", ".join(f"{STAT_NAMES[stat].in_(lang)} {value}" for stat, value in option.avs.items())
    low, high = option.interval
    return (
        str(option.level),
        values or WORDS[lang]["none"],
        count(option.total_avs, lang),
        percent(option.win_probability, lang),
        f"{number(100 * low, lang)}–{percent(high, lang)}",
        "✓" if option.reached else "",
    )
