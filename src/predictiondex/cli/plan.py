"""``plan``: which four moves, at what level, with how many awakening values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common
from predictiondex.pokedex.model import AVS, LEVELS

if TYPE_CHECKING:
    from predictiondex.advisor.plan_sets import Told
    from predictiondex.cli.progress import Bar, Lines
    from predictiondex.wire import PlanAnswer, PlanOption, PlanStep

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
        "level": "Lv.",
        "want": "wanted: {want}",
        "battles": "{n} battles",
    },
    "fr": {
        "none": "aucune",
        "against": "contre",
        "level": "N.",
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
    with on_terminal_or_lines() as progress:
        answer = search(request, _telling(progress, lang))
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


def _show(answer: PlanAnswer, lang: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    from predictiondex.cli.advice import bullets, percent

    console, words = common.console(), WORDS[lang]
    names = ", ".join(move.name for move in answer.opponent_moves.moves)
    you, foe = (
        f"[bold]{escape(one.name)}[/] {words['level']} {one.level}" for one in (answer.you, answer.opponent)
    )
    wanted = words["want"].format(want=percent(answer.want, lang))
    console.print(f"{you} {words['against']} {foe} ({escape(names)}), {wanted}")
    sets = Table(*HEADINGS[lang]["sets"])
    for one in answer.sets:
        moves = ", ".join(move.name for move in one.moves)
        shares = (one.win_probability, one.greedy, one.advice)
        sets.add_row(escape(moves), *(percent(share, lang) for share in shares))
    console.print(sets)
    table = Table(*HEADINGS[lang]["options"])
    for option in answer.options:
        table.add_row(*_cells(option, lang), style="green" if option.reached else "dim")
    console.print(table)
    console.print(bullets([reason.text for reason in answer.explanation]))
    console.print(f"[dim]{words['battles'].format(n=answer.battles)}[/]")
    console.print(bullets(answer.warnings, mark="!", style="yellow"))


def _cells(option: PlanOption, lang: str) -> tuple[str, ...]:
    from predictiondex.advisor.words import STAT_NAMES
    from predictiondex.cli.advice import number, percent

    values = ", ".join(f"{STAT_NAMES[stat].in_(lang)} {value}" for stat, value in option.avs.items())
    low, high = option.interval
    return (
        str(option.level),
        values or WORDS[lang]["none"],
        str(option.total_avs),
        percent(option.win_probability, lang),
        f"{number(100 * low, lang)}–{percent(high, lang)}",
        "✓" if option.reached else "",
    )
