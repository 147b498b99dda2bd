"""The Pokédex as the API shows it: built once, because the facts never change while the program runs."""

from __future__ import annotations

from collections import defaultdict

from predictiondex.pokedex import Pokedex
from predictiondex.pokedex.model import STATS, TYPES, Form, Move, Names
from predictiondex.wire import (
    Affinity,
    FormMove,
    FormMoves,
    MoveDetail,
    MoveEffect,
    MoveSummary,
    NamePair,
    PokemonDetail,
    PokemonSummary,
    TypeRef,
    Weaknesses,
)
from predictiondex.wire.facts import Way


class Views:
    """Every form, move and type in the shape of the answers.

    ``pokemon`` is in Pokédex order with a species' other forms after its base form, ``moves`` in the order
    of their ids. Details are made on demand, because most are never asked for.
    """

    def __init__(self, pokedex: Pokedex) -> None:
        self._pokedex = pokedex
        forms = sorted(pokedex.forms.values(), key=_form_order)
        self.pokemon = {form.id: pokemon_summary(form) for form in forms}
        self.moves = {move.id: move_summary(move) for _, move in sorted(pokedex.moves.items())}
        self.types = [type_ref(name, pokedex.type_names[name]) for name in TYPES]
        self.affinities = [
            Affinity(attacker=attacker, defender=defender, multiplier=pokedex.type_chart[row][column])
            for row, attacker in enumerate(TYPES)
            for column, defender in enumerate(TYPES)
        ]

    def detail(self, form: Form) -> PokemonDetail:
        """A form with everything but its moves."""
        forms = self._pokedex.forms
        megas = {other.mega_key: other.id for other in forms.values() if other.mega_of == form.id}
        return PokemonDetail(
            **dict(self.pokemon[form.id]),
            species=form.species,
            weight_kg=form.weight_kg,
            height_m=form.height_m,
            evolves_from=form.evolves_from,
            mega_of=form.mega_of,
            mega_key=form.mega_key,
            megas={key: id_ for key, id_ in megas.items() if key},
            forms=list(self._pokedex.species[form.species].forms),
        )

    def move_detail(self, move: Move) -> MoveDetail:
        """A move with its particulars."""
        return MoveDetail(
            **dict(self.moves[move.id]),
            target=move.target,
            flags=sorted(move.flags),
            crit_ratio=move.crit_ratio,
            multihit=move.multihit,
            drain=move.drain,
            recoil=move.recoil,
            heal=move.heal,
            fixed_damage=move.fixed_damage,
            status=move.status,
            condition=move.volatile or move.side_condition or move.self_side_condition,
            stages=dict(move.boosts),
            own_stages=dict(move.self_boosts),
            effects=[
                MoveEffect(
                    chance=one.chance,
                    status="random" if one.random_status else one.status,
                    condition=one.volatile,
                    stages=dict(one.boosts),
                )
                for one in move.secondaries
            ],
            always_critical=move.will_crit,
            knocks_out=bool(move.ohko),
            faints=move.self_destruct is not None,
            crashes=move.crash_damage,
            rampage=move.self_volatile == "lockedmove",
            learned_by=[form.id for form in self._pokedex.learned_by(move.id)],
        )

    def form_moves(self, form: Form) -> FormMoves:
        """Every legal move of a form, with the ways it learns it itself."""
        ways: dict[str, list[Way]] = defaultdict(list)
        for learn in form.learnset:
            ways[learn.move].append(Way(method=learn.method, level=learn.level))
        items = [FormMove(move=self.moves[id_], ways=ways.get(id_, [])) for id_ in sorted(form.movepool)]
        return FormMoves(pokemon=form.id, total=len(items), items=items)

    def weaknesses(self, form: Form) -> Weaknesses:
        """What each attacking type does to a form."""
        multipliers = {name: self._pokedex.effectiveness(name, form.types) for name in TYPES}
        return Weaknesses(
            pokemon=form.id,
            types=list(form.types),
            multipliers=multipliers,
            weak_to=[name for name, value in multipliers.items() if value > 1],
            resists=[name for name, value in multipliers.items() if 0 < value < 1],
            immune_to=[name for name, value in multipliers.items() if value == 0],
        )


_KINDS = ("base", "alola", "starter", "mega")


def _form_order(form: Form) -> tuple[int, int, str]:
    return form.dex, _KINDS.index(form.kind), form.id


def pokemon_summary(form: Form) -> PokemonSummary:
    """A form as lists show it."""
    return PokemonSummary(
        id=form.id,
        slug=form.slug,
        dex=form.dex,
        kind=form.kind,
        names=NamePair(en=form.names.en, fr=form.names.fr),
        types=list(form.types),
        base_stats=dict(zip(STATS, form.base_stats, strict=True)),
    )


def move_summary(move: Move) -> MoveSummary:
    """A move as lists show it."""
    return MoveSummary(
        id=move.id,
        slug=move.slug,
        num=move.num,
        names=NamePair(en=move.names.en, fr=move.names.fr),
        type=move.type,
        category=move.category,
        power=move.power,
        accuracy=move.accuracy,
        pp=move.pp,
        priority=move.priority,
    )


def type_ref(name: str, names: Names) -> TypeRef:
    """A type with its id."""
    return TypeRef(id=name.lower(), name=name, names=NamePair(en=names.en, fr=names.fr))
