"""From a side of a request to a Pokémon that can fight: names looked up, moves checked or assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import get_args

from predictiondex.advisor.words import STATUSES, say
from predictiondex.battle import Combatant
from predictiondex.battle.combatant import MegaKey
from predictiondex.errors import IllegalMove, UsageError
from predictiondex.messages import message
from predictiondex.messages.text import Lang
from predictiondex.pokedex import pokedex
from predictiondex.pokedex.model import Form, Move
from predictiondex.wire import Basis, MoveRef, OpponentMoves, Side, SideSummary


@dataclass(frozen=True, slots=True)
class Fighter:
    """One side, ready to fight. ``form`` is what it is before any Mega Evolution in battle.

    ``assumed`` tells that nobody said its moves; ``warnings`` are sentences for the caller.
    """

    form: Form
    moves: tuple[Move, ...]
    combatant: Combatant
    lang: Lang
    assumed: bool
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the caller's language, as a Mega when it becomes one."""
        mega = self.combatant.mega
        shown = pokedex.mega_form(self.form, mega) if mega else None
        return (shown or self.combatant.form).names.in_(self.lang)

    @property
    def summary(self) -> SideSummary:
        """How the request was understood."""
        return SideSummary(
            id=self.form.id, name=self.name, level=self.combatant.level, mega=self.combatant.mega
        )

    def known_moves(self, basis: Basis = "given") -> OpponentMoves:
        """Its moves, whether they are a guess, and what it goes by."""
        moves = [move_ref(move, self.lang) for move in self.moves]
        return OpponentMoves(moves=moves, assumed=self.assumed, basis=basis)


def move_ref(move: Move, lang: Lang) -> MoveRef:
    """A move as answers name it."""
    return _move_ref(move.id, lang)


@cache
def _move_ref(move: str, lang: Lang) -> MoveRef:
    return MoveRef(id=move, name=pokedex.moves[move].names.in_(lang))


def fighter(side: Side, field: str, *, lang: Lang, strict: bool, evolved: bool = False) -> Fighter:
    """Look up everything that ``side`` names.

    ``field`` is where the side stands in the request (``you``, ``opponent[2]``), for errors:
    :class:`UnknownName`, :class:`IllegalMove` under ``strict``, and :class:`UsageError` for a state that
    cannot be. ``evolved``: a Mega Evolution has taken place already.
    """
    form, mega = _form_and_mega(side, field)
    strict = strict if side.strict is None else side.strict
    moves, warnings = _moves(side, form, field, lang, strict)
    try:
        combatant = _combatant(side, form, mega, moves, field, evolved=evolved)
    except UsageError as error:
        _place(error, field)
        raise
    warnings += _unlikely_status(side, combatant.form, lang)
    return Fighter(form, moves, combatant, lang, side.moves is None, warnings)


def _unlikely_status(side: Side, form: Form, lang: Lang) -> tuple[str, ...]:
    """A warning about a status that this Pokémon's types keep away."""
    if side.status is None or not any(side.status in pokedex.type_immunities[name] for name in form.types):
        return ()
    status = STATUSES[side.status].in_(lang)
    return (say("unlikely_status", lang, pokemon=form.names.in_(lang), status=status),)


def _combatant(
    side: Side, form: Form, mega: MegaKey | None, moves: tuple[Move, ...], field: str, *, evolved: bool
) -> Combatant:
    if evolved and mega is not None:
        form, mega = pokedex.mega_form(form, mega) or form, None
    return Combatant(
        form,
        moves,
        level=side.level,
        nature=pokedex.nature(side.nature, f"{field}.nature").id,
        ivs=side.ivs.values(),
        avs=side.avs.values(),
        friendship=side.friendship,
        mega=mega,
        hp_percent=side.hp_percent,
        status=side.status,
        boosts=side.boosts.values(),
        strict=False,  # checked above, in the caller's language and with the way out
    )


def _place(error: UsageError, field: str) -> None:
    """The rules speak of ``moves[1]``; the caller knows it as ``you.moves[1]``."""
    if not error.field.startswith(field):
        error.field = f"{field}.{error.field}" if error.field else field


def _form_and_mega(side: Side, field: str) -> tuple[Form, MegaKey | None]:
    """The form it starts as, and the Mega Evolution it takes. A Mega by name is its base form evolving."""
    named = pokedex.form(side.pokemon, f"{field}.pokemon")
    if named.mega_of is not None:
        if side.mega not in (False, None, True, named.mega_key):
            said = message("side.mega_otherwise", pokemon=named.names, key=side.mega)
            raise UsageError(said, field=f"{field}.mega")
        return pokedex.forms[named.mega_of], named.mega_key
    if side.mega is False or side.mega is None:
        return named, None
    keys = [key for key in get_args(MegaKey) if pokedex.mega_form(named, key) is not None]
    return named, _mega_key(side.mega, keys, named, f"{field}.mega")


def _mega_key(wanted: str | bool, keys: list[MegaKey], form: Form, field: str) -> MegaKey:
    if not keys:
        raise UsageError(message("side.no_mega", pokemon=form.names), field=field)
    for key in keys:
        if wanted == key or (wanted in (True, "mega") and len(keys) == 1):
            return key
    if len(keys) == 1:
        raise UsageError(message("side.mega", pokemon=form.names, key=keys[0]), field=field)
    said = message("side.mega_either", pokemon=form.names, one=keys[0], other=keys[1])
    raise UsageError(said, field=field)


def _moves(
    side: Side, form: Form, field: str, lang: Lang, strict: bool
) -> tuple[tuple[Move, ...], tuple[str, ...]]:
    if side.moves is None:
        likely = likely_moves(form, side.level)
        names = ", ".join(move.names.in_(lang) for move in likely)
        return likely, (say("assumed_moves", lang, pokemon=form.names.in_(lang), moves=names),)
    moves: dict[str, Move] = {}
    warnings = []
    for position, name in enumerate(side.moves):
        move = pokedex.move(name, f"{field}.moves[{position}]")
        if strict and move.id not in form.movepool:
            said = message("side.illegal_move", pokemon=form.names, move=move.names)
            raise IllegalMove(said, field=f"{field}.moves[{position}]")
        if move.id in moves:
            warnings.append(say("repeated_move", lang, move=move.names.in_(lang)))
        moves[move.id] = move
    return tuple(moves.values()), tuple(warnings)


def likely_moves(form: Form, level: int) -> tuple[Move, ...]:
    """What a Pokémon of that level most likely has: the last four moves it learns by level."""
    return tuple(pokedex.moves[move] for move in pokedex.level_up_moves(form, level))


def warnings_of(fighters: Iterable[Fighter]) -> list[str]:
    """Warnings of several sides, each once."""
    return list(dict.fromkeys(text for one in fighters for text in one.warnings))
