"""``trainers``: opponents of the games, with the page that each comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from predictiondex.cli import common

if TYPE_CHECKING:
    from predictiondex.messages.text import Lang
    from predictiondex.wire import TrainerPokemon

EPILOG = "Example: predictiondex trainers --kind gym --lang fr"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(epilog=EPILOG)(trainers)


def trainers(
    kind: Annotated[
        str | None, typer.Option(help="gym, elite, champion, rival, master, other or own.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Part of a trainer's or a Pokémon's name.")] = None,
    lang: common.Language = None,
    as_json: common.Json = False,
) -> None:
    """Opponents of the games. Only rows with a public source are in the table; add your own beside them.

    Your own stand in trainers.json in the home (PDX_HOME): a list of {"id", "name", "team": [{"pokemon",
    "level", "moves"}]}. No moves: unknown, the likeliest are assumed.
    """
    from rich.table import Column, Table

    from predictiondex.advisor.trainers import listed

    settings = common.settings_with()
    lang = lang or settings.lang
    found = listed(settings.home, lang, kind=kind, search=search)
    if as_json:
        common.echo_json(found.model_dump(mode="json"))
        return
    french = lang == "fr"
    if not found.items:
        typer.echo("Aucun dresseur ne correspond." if french else "No trainer matches.")
        return
    where = Column("source", overflow="fold")  # a whole address is worth several lines
    table = Table("id", "nom" if french else "name", "équipe" if french else "team", where)
    for one in found.items:
        table.add_row(one.id, one.name, "\n".join(_member(who, lang) for who in one.team), one.source)
    common.console().print(table)


def _member(one: TrainerPokemon, lang: Lang) -> str:
    from predictiondex.advisor.words import level_of
    from predictiondex.messages import labelled

    who = f"{one.name} {level_of(one.level, lang)}"
    return labelled(who, ", ".join(move.name for move in one.moves), lang) if one.moves else who
