"""An advice as a person likes to read it in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.markup import escape
from rich.table import Table

from predictiondex.advisor.situation import RECHARGE
from predictiondex.advisor.words import count, level_of
from predictiondex.cli.tables import Column, fitting
from predictiondex.messages import fill, labelled
from predictiondex.pokedex import pokedex

if TYPE_CHECKING:
    from rich.console import Console

    from predictiondex.messages.text import Lang
    from predictiondex.wire import Advice, MoveAdvice, SideSummary

WORDS = {
    "en": {
        "against": "against",
        "open": "Open with {move}: {chance} to win.",
        "use": "Use {move}: {chance} to win.",
        "recharge": "Nothing to choose this turn: {chance} to win.",
        "moves": "Opponent's moves",
        "assumed": "assumed",
        "made": "{name} {version}, {n} battles for each move",
        "made_model": "{name} {version}",
    },
    "fr": {
        "against": "contre",
        "open": "Commencez par {move} : {chance} de chances de gagner.",
        "use": "Utilisez {move} : {chance} de chances de gagner.",
        "recharge": "Rien à choisir à ce tour : {chance} de chances de gagner.",
        "moves": "Capacités adverses",
        "assumed": "supposées",
        "made": "{name} {version}, {n} combats par capacité",
        "made_model": "{name} {version}",
    },
}
HEADINGS = {
    "en": ("", "Move", "Type", "Win", "95 %", "Damage", "KO"),
    "fr": ("", "Capacité", "Type", "Victoire", "95 %", "Dégâts", "K.O."),
}
#: Of these columns, what can be spared in a narrow terminal, the highest first: never names and chances.
_SPARE: Final = (0, 0, 4, 0, 3, 2, 1)


def show(console: Console, advice: Advice, lang: Lang, *, turn: int = 1) -> None:
    """Print the answer for ``turn`` of a fight: the verdict, the table of moves, why, what was assumed."""
    words = WORDS[lang]
    best = advice.moves[0]
    console.print()
    console.print(f"{who(advice.you, lang)} {words['against']} {who(advice.opponent, lang)}")
    verdict = "recharge" if best.id == RECHARGE else "open" if turn == 1 else "use"
    chance = percent(best.win_probability, lang)
    told = {"move": f"[bold]{escape(best.name)}[/]", "chance": f"[bold]{chance}[/]"}
    console.print(fill(words[verdict], lang, told))
    console.print(table_of(console, advice, lang))
    console.print(bullets([reason.text for reason in advice.explanation]))
    assumed = f" ({words['assumed']})" if advice.opponent_moves.assumed else ""
    names = ", ".join(escape(move.name) for move in advice.opponent_moves.moves)
    console.print(f"\n[dim]{labelled(words['moves'] + assumed, names, lang)}[/]")
    made = words["made" if advice.simulations else "made_model"]
    made = made.format(
        name=advice.model.name, version=advice.model.version, n=count(advice.simulations, lang)
    )
    console.print(f"[dim]{escape(made)}[/]")
    console.print(bullets(advice.warnings, mark="!", style="yellow"))


def bullets(texts: list[str], mark: str = "•", style: str = "") -> Table:
    """Texts one below the other, long ones indented."""
    grid = Table.grid(padding=(0, 0, 0, 1))
    for text in texts:
        grid.add_row(mark, escape(text), style=style)
    return grid


def who(side: SideSummary, lang: Lang) -> str:
    """One Pokémon with its level; the name of a Mega says so in its language."""
    return f"[bold]{escape(side.name)}[/] {level_of(side.level, lang)}"


def table_of(console: Console, advice: Advice, lang: str) -> Table:
    """The moves, best first; those too close to the best to call share its mark."""
    columns = [
        Column(heading, right=place > 2, spare=spare)
        for place, (heading, spare) in enumerate(zip(HEADINGS[lang], _SPARE, strict=True))
    ]
    rows, styles = [], []
    for move in advice.moves:
        best = move.id == advice.recommended_move
        mark = "★" if best else "≈" if move.equal_to_best else ""
        rows.append((mark, *cells(move, lang)))
        styles.append("green" if best else None)
    return fitting(console, columns, rows, styles=styles, box=box.SIMPLE_HEAD, pad_edge=False)


def cells(move: MoveAdvice, lang: str) -> tuple[str, ...]:
    """What the table says of one move, from its name on."""
    interval = damage = "–"
    if move.interval:
        low, high = move.interval
        interval = f"{number(100 * low, lang)}–{percent(high, lang)}"
    if move.damage_percent[1] > 0:
        low, high = move.damage_percent
        damage = f"{number(low, lang, 0)}–{percent(high / 100, lang, 0)}"
    ko = percent(move.ko_chance, lang, 0) if move.ko_chance else "–"
    win = percent(move.win_probability, lang)
    return escape(move.name), pokedex.type_names[move.type].in_(lang), win, interval, damage, ko


def percent(share: float, lang: str, digits: int = 1) -> str:
    """A share of one in the way the language writes per cent."""
    return number(100 * share, lang, digits) + ("\N{NO-BREAK SPACE}%" if lang == "fr" else "%")


def number(value: float, lang: str, digits: int = 1) -> str:
    """A number in the way the language writes it."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if lang == "fr" else written
