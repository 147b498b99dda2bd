"""``calc``: the damage of one move, as players' calculators say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.wire import DamageAnswer

EPILOG = (
    'Example: predictiondex calc Machamp "Brick Break" Snorlax --level 70 --avs "atk 120" --nature adamant '
    '--vs-level 70 --vs-avs "hp 50 def 80" --reflect\n\n'
    "Example: predictiondex calc Voltali Tonnerre Léviator --lang fr"
)
#: ``atk 120 spe 30`` or ``atk=120,spe=30``.
Numbers = Annotated[str, typer.Option(metavar="STAT N ...", help="Such as: atk 120 spe 30.")]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=EPILOG)(calc)


def calc(
    attacker: Annotated[str, typer.Argument(help="Who attacks: name, id or number.")],
    move: Annotated[str, typer.Argument(help="With which move.")],
    defender: Annotated[str, typer.Argument(help="Whom.")],
    level: Annotated[int, typer.Option(min=1, max=100)] = 50,
    nature: Annotated[str, typer.Option()] = "serious",
    ivs: Numbers = "",
    avs: Numbers = "",
    boosts: Numbers = "",
    friendship: Annotated[int, typer.Option(min=0, max=255)] = 70,
    status: Annotated[str | None, typer.Option(help="par, brn, psn, tox, slp or frz.")] = None,
    vs_level: Annotated[int | None, typer.Option(min=1, max=100, help="Default: as the attacker.")] = None,
    vs_nature: Annotated[str, typer.Option()] = "serious",
    vs_ivs: Numbers = "",
    vs_avs: Numbers = "",
    vs_boosts: Numbers = "",
    vs_friendship: Annotated[int, typer.Option(min=0, max=255)] = 70,
    vs_status: Annotated[str | None, typer.Option()] = None,
    vs_hp: Annotated[float, typer.Option(help="Hit points it has left, in per cent.")] = 100.0,
    reflect: Annotated[bool, typer.Option("--reflect", help="The target stands behind Reflect.")] = False,
    light_screen: Annotated[bool, typer.Option("--light-screen", help="... behind Light Screen.")] = False,
    critical: Annotated[bool, typer.Option("--critical", help="Say it of a critical hit.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Refuse moves that cannot be had.")
    ] = True,
    lang: Annotated[Literal["en", "fr"] | None, typer.Option(help="Default: en, or PDX_LANG.")] = None,
    as_json: common.Json = False,
) -> None:
    """All sixteen damage rolls of a move, plain and critical, and the chance to KO in 1, 2 and 3 hits."""
    from predictiondex.advisor import damage
    from predictiondex.wire import DamageRequest

    lang = lang or common.settings_with().lang
    one = side(attacker, level, nature, ivs, avs, boosts, friendship, status)
    other = {
        **side(defender, vs_level or level, vs_nature, vs_ivs, vs_avs, vs_boosts, vs_friendship, vs_status),
        "hp_percent": vs_hp,
        "conditions": [name for name, up in (("reflect", reflect), ("lightscreen", light_screen)) if up],
    }
    request = {"attacker": one, "defender": other, "move": move, "critical": critical}
    answer = damage(DamageRequest.model_validate({**request, "lang": lang, "strict": strict}))
    if as_json:
        common.echo_json(answer.model_dump(mode="json"))
    else:
        _show(answer, lang)


def side(
    pokemon: str,
    level: int,
    nature: str,
    ivs: str,
    avs: str,
    boosts: str,
    friendship: int,
    status: str | None,
) -> dict[str, Any]:
    """One side of the request."""
    return {
        "pokemon": int(pokemon) if pokemon.isdecimal() else pokemon,
        "level": level,
        "nature": nature,
        "ivs": numbers(ivs, "--ivs"),
        "avs": numbers(avs, "--avs"),
        "boosts": numbers(boosts, "--boosts"),
        "friendship": friendship,
        "status": status,
    }


def numbers(text: str, option: str) -> dict[str, int]:
    """``atk 120 spe 30`` as a table; raises ``UsageError`` naming the option."""
    from predictiondex.errors import UsageError

    words = text.replace("=", " ").replace(",", " ").split()
    if len(words) % 2:
        raise UsageError("Stats and numbers come in pairs: atk 120 spe 30.", field=option)
    try:
        return {name.lower(): int(value) for name, value in zip(words[::2], words[1::2], strict=True)}
    except ValueError as error:
        raise UsageError("Stats and numbers come in pairs: atk 120 spe 30.", field=option) from error


def _show(answer: DamageAnswer, lang: Literal["en", "fr"]) -> None:
    from rich.markup import escape

    from predictiondex.advisor.words import hits
    from predictiondex.cli.advice import percent
    from predictiondex.messages import labelled

    console = common.console()
    french = lang == "fr"
    console.print(f"[bold]{escape(answer.sentence)}[/]")
    labels = ("Dégâts", "Coup critique") if french else ("Damage", "Critical hit")
    for label, rolls in zip(labels, (answer.rolls, answer.crit_rolls), strict=True):
        console.print(labelled(label, ", ".join(map(str, rolls)), lang))
    said = ("Chances de K.O. en", "précision et critiques compris") if french else (
        "Chance to KO in", "accuracy and criticals counted"
    )  # fmt: skip
    for one in answer.ko_chances:
        chance, overall = percent(one.rolls, lang), percent(one.overall, lang)
        label = f"{said[0]} {hits(one.hits, one.hits, lang)}"
        console.print(labelled(label, f"{chance} ({overall}, {said[1]})", lang))
