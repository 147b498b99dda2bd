"""``calc``: the damage of one move, as players' calculators say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predictiondex.cli import common
from predictiondex.pokedex.model import FRIENDSHIP, LEVELS

if TYPE_CHECKING:
    from predictiondex.messages.text import Lang
    from predictiondex.wire import DamageAnswer

EPILOG = (
    'Example: predictiondex calc Machamp "Brick Break" Snorlax --level 70 --avs "atk 120" --nature adamant '
    '--vs-level 70 --vs-avs "hp 50 def 80" --reflect\n\n'
    "Example: predictiondex calc Voltali Tonnerre Léviator --lang fr"
)
#: ``atk 120 spe 30`` or ``atk=120,spe=30``.
Ivs = Annotated[str, typer.Option(metavar="STAT N ...", help="Such as: atk 31 spe 0.")]
Avs = Annotated[str, typer.Option(metavar="STAT N ...", help="Such as: atk 120 spe 30.")]
Boosts = Annotated[str, typer.Option(metavar="STAT N ...", help="Such as: atk 2 spe -1.")]

#: A whole number that is not endless.
_WHOLE = re.compile(r"[+-]?\d{1,9}")


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=EPILOG)(calc)


def calc(
    attacker: Annotated[str, typer.Argument(help="Who attacks: name, id or number.")],
    move: Annotated[str, typer.Argument(help="With which move.")],
    defender: Annotated[str, typer.Argument(help="Whom.")],
    level: Annotated[int, typer.Option(min=LEVELS.low, max=LEVELS.high)] = 50,
    nature: Annotated[str, typer.Option()] = "serious",
    ivs: Ivs = "",
    avs: Avs = "",
    boosts: Boosts = "",
    friendship: Annotated[int, typer.Option(min=FRIENDSHIP.low, max=FRIENDSHIP.high)] = 70,
    status: Annotated[str | None, typer.Option(help="par, brn, psn, tox, slp or frz.")] = None,
    vs_level: Annotated[
        int | None, typer.Option(min=LEVELS.low, max=LEVELS.high, help="Default: as the attacker.")
    ] = None,
    vs_nature: Annotated[str, typer.Option()] = "serious",
    vs_ivs: Ivs = "",
    vs_avs: Avs = "",
    vs_boosts: Boosts = "",
    vs_friendship: Annotated[int, typer.Option(min=FRIENDSHIP.low, max=FRIENDSHIP.high)] = 70,
    vs_status: Annotated[str | None, typer.Option()] = None,
    vs_hp: Annotated[float, typer.Option(help="Hit points it has left, in per cent.")] = 100.0,
    reflect: Annotated[bool, typer.Option("--reflect", help="The target stands behind Reflect.")] = False,
    light_screen: Annotated[bool, typer.Option("--light-screen", help="... behind Light Screen.")] = False,
    critical: Annotated[bool, typer.Option("--critical", help="Say it of a critical hit.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Refuse moves that cannot be had.")
    ] = True,
    lang: common.Language = None,
    as_json: common.Json = False,
) -> None:
    """All damage rolls of a move, plain and critical, and the chance to KO in 1, 2 and 3 hits."""
    from predictiondex.advisor import damage
    from predictiondex.wire import DamageRequest

    lang = lang or common.settings_with().lang
    one = {
        **side(attacker, level, nature, friendship, status),
        **tables("--", ivs=ivs, avs=avs, boosts=boosts),
    }
    other = {
        **side(defender, vs_level or level, vs_nature, vs_friendship, vs_status),
        **tables("--vs-", ivs=vs_ivs, avs=vs_avs, boosts=vs_boosts),
        "hp_percent": vs_hp,
        "conditions": [name for name, up in (("reflect", reflect), ("lightscreen", light_screen)) if up],
    }
    request = {"attacker": one, "defender": other, "move": move, "critical": critical}
    answer = damage(DamageRequest.model_validate({**request, "lang": lang, "strict": strict}))
    if as_json:
        common.echo_json(answer.model_dump(mode="json"))
    else:
        _show(answer, lang)


def side(pokemon: str, level: int, nature: str, friendship: int, status: str | None) -> dict[str, Any]:
    """One side of the request, without its tables of stats."""
    return {
        "pokemon": common.pokemon(pokemon),
        "level": level,
        "nature": nature,
        "friendship": friendship,
        "status": status,
    }


def tables(prefix: str, **texts: str) -> dict[str, dict[str, int]]:
    """Tables of stats, of options of these names that begin with ``prefix``."""
    from predictiondex.pokedex.model import AVS, BOOSTS, IVS, STAGES, STATS

    kinds = {"ivs": (STATS, *IVS), "avs": (STATS, *AVS), "boosts": (BOOSTS, *STAGES)}
    return {name: numbers(text, f"{prefix}{name}", *kinds[name]) for name, text in texts.items()}


def numbers(text: str, option: str, known: Sequence[str], low: int, high: int) -> dict[str, int]:
    """``atk 120 spe 30`` as a table; raises ``UsageError`` naming the option."""
    from predictiondex.errors import UsageError
    from predictiondex.messages import message

    words = text.replace("=", " ").replace(",", " ").lower().split()
    names, values = words[::2], words[1::2]
    if len(words) % 2 or not all(map(_WHOLE.fullmatch, values)):
        raise UsageError(message("terminal.pairs"), field=option)
    for name, value in zip(names, values, strict=True):
        if name not in known:
            said = message("terminal.unknown_stat", name=name, known=tuple(known))
            raise UsageError(said, field=option)
        if not low <= int(value) <= high:
            said = message("terminal.stat_range", name=name, low=low, high=high, value=value)
            raise UsageError(said, field=option)
    if len(set(names)) < len(names):
        raise UsageError(message("terminal.stat_twice"), field=option)
    return {name: int(value) for name, value in zip(names, values, strict=True)}


def _show(answer: DamageAnswer, lang: Lang) -> None:
    from rich.markup import escape

    from predictiondex.advisor.words import hits
    from predictiondex.cli.advice import percent
    from predictiondex.messages import labelled

    console = common.console()
    french = lang == "fr"
    console.print(f"[bold]{escape(answer.sentence)}[/]")
    labels = ("Dégâts", "Coup critique") if french else ("Damage", "Critical hit")
    for label, rolls in zip(labels, (answer.rolls, answer.crit_rolls), strict=True):
        # Psywave's hundred are every number between two.
        told = ", ".join(map(str, rolls)) if len(rolls) == 16 else f"{rolls[0]}-{rolls[-1]}"
        console.print(labelled(label, told, lang))
    said = ("Chances de K.O. en", "précision et critiques compris") if french else (
        "Chance to KO in", "accuracy and criticals counted"
    )  # fmt: skip
    for one in answer.ko_chances:
        chance, overall = percent(one.rolls, lang), percent(one.overall, lang)
        label = f"{said[0]} {hits(one.hits, one.hits, lang)}"
        console.print(labelled(label, f"{chance} ({overall}, {said[1]})", lang))
