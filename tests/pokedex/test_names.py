"""Names in both languages, typed in any way."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictiondex.errors import UnknownName
from predictiondex.pokedex import Names, pokedex
from predictiondex.pokedex.names import key

#: Every accepted spelling with the id it means, and the way to resolve it.
SPELLINGS: list[tuple[Callable[[str], str], str, str]] = [
    *(
        (lambda text: pokedex.form(text).id, s, f.id)
        for f in pokedex.forms.values()
        for s in (f.id, f.slug, f.name)
    ),
    *((lambda text: pokedex.move(text).id, s, m.id) for m in pokedex.moves.values() for s in (m.id, m.slug)),
]


def _spellings(names: Names) -> tuple[str, ...]:
    return (names.en, names.fr, *names.aliases)


SPELLINGS += [
    (lambda t: pokedex.form(t).id, s, f.id) for f in pokedex.forms.values() for s in _spellings(f.names)
]
SPELLINGS += [
    (lambda t: pokedex.move(t).id, s, m.id) for m in pokedex.moves.values() for s in _spellings(m.names)
]
SPELLINGS += [
    (lambda t: pokedex.nature(t).id, s, n.id) for n in pokedex.natures.values() for s in _spellings(n.names)
]
SPELLINGS += [
    (lambda t: pokedex.type(t), s, name) for name, n in pokedex.type_names.items() for s in _spellings(n)
]


def test_every_spelling_means_its_own_thing() -> None:
    # Resolving each spelling gives the thing that lists it, so no spelling has two meanings.
    for resolve, spelling, expected in SPELLINGS:
        assert resolve(spelling) == expected, spelling


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@given(
    st.sampled_from(SPELLINGS), st.sampled_from([str.upper, str.lower, str.title, str.strip]), st.booleans()
)
def test_case_accents_and_separators_do_not_count(
    case: tuple[Callable[[str], str], str, str], change: Callable[[str], str], plain: bool
) -> None:
    resolve, spelling, expected = case
    typed = change(spelling).replace("-", " ")
    typed = _without_marks(typed).replace("'", "’") if plain else f"  {typed} "
    assert resolve(typed) == expected


@given(st.text())
def test_any_text_is_found_or_refused(text: str) -> None:
    try:
        found = pokedex.form(text).id
    except UnknownName:
        found = ""
    assert found == "" or found in pokedex.forms
    assert isinstance(pokedex.search_forms(text), list)


def test_french_names_are_complete() -> None:
    names = [form.names for form in pokedex.forms.values()] + [move.names for move in pokedex.moves.values()]
    names += [species.names for species in pokedex.species.values()]
    names += [nature.names for nature in pokedex.natures.values()] + list(pokedex.type_names.values())
    assert all(name.en.strip() and name.fr.strip() for name in names)
    assert len({move.names.fr for move in pokedex.moves.values()}) == 227
    assert len({form.names.fr for form in pokedex.forms.values()}) == 188
    assert len({nature.names.fr for nature in pokedex.natures.values()}) == 25
    # Typographic apostrophes would make two spellings of one name.
    assert not any("’" in spelling for name in names for spelling in _spellings(name))


@pytest.mark.parametrize(
    ("move", "french"),
    [
        ("blizzard", "Blizzard"),
        ("bodyslam", "Plaquage"),
        ("bubblebeam", "Bulles d'O"),
        ("doubleedge", "Damoclès"),
        ("razorleaf", "Tranch'Herbe"),
        ("struggle", "Lutte"),
        ("visegrip", "Force Poigne"),
        ("boneclub", "Massd'Os"),
        ("eggbomb", "Bomb'Œuf"),
        ("furyswipes", "Combo-Griffe"),
        ("hyperfang", "Croc de Mort"),
        ("megadrain", "Méga-Sangsue"),
        ("quickattack", "Vive-Attaque"),
        ("skullbash", "Coud'Krâne"),
        ("smog", "Purédpois"),
        ("absorb", "Vol-Vie"),
        ("wingattack", "Cru-Aile"),
        ("firepunch", "Poing de Feu"),
        ("icepunch", "Poing-Glace"),
        ("swordsdance", "Danse-Lames"),
        ("sonicboom", "Sonicboom"),
        ("sludgebomb", "Bomb-Beurk"),
        ("pikapapow", "Pika-Fracas"),
        ("veeveevolley", "Évo-Chardasso"),
        ("doubleironbash", "Écrous d'Poing"),
    ],
)
def test_french_move_names_are_spelt_as_in_these_games(move: str, french: str) -> None:
    assert pokedex.moves[move].names.fr == french


@pytest.mark.parametrize(
    ("form", "english", "french"),
    [
        ("raichualola", "Alolan Raichu", "Raichu d'Alola"),
        ("exeggutoralola", "Alolan Exeggutor", "Noadkoko d'Alola"),
        ("charizardmegax", "Mega Charizard X", "Méga-Dracaufeu X"),
        ("gengarmega", "Mega Gengar", "Méga-Ectoplasma"),
        ("pikachustarter", "Partner Pikachu", "Pikachu (partenaire)"),
        ("eeveestarter", "Partner Eevee", "Évoli (partenaire)"),
        ("nidoranf", "Nidoran♀", "Nidoran♀"),
        ("mrmime", "Mr. Mime", "M. Mime"),
        ("farfetchd", "Farfetch'd", "Canarticho"),
        ("exeggcute", "Exeggcute", "Nœunœuf"),
        ("melmetal", "Melmetal", "Melmetal"),
    ],
)
def test_form_names(form: str, english: str, french: str) -> None:
    assert (pokedex.forms[form].names.en, pokedex.forms[form].names.fr) == (english, french)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (25, "pikachu"),
        ("25", "pikachu"),
        ("#025", "pikachu"),
        (" 809 ", "melmetal"),
        ("raichu", "raichu"),
        ("Carapuce", "squirtle"),
        ("SALAMECHE", "charmander"),
        ("evoli partenaire", "eeveestarter"),
        ("Pikachu-Starter", "pikachustarter"),
        ("raichu-alola", "raichualola"),
        ("Raichu-Alola", "raichualola"),
        ("Alolan Raichu", "raichualola"),
        ("raichu d’alola", "raichualola"),
        ("Goupix Alola", "vulpixalola"),
        ("Mega-Charizard-X", "charizardmegax"),
        ("mega dracaufeu y", "charizardmegay"),
        ("Nidoran♀", "nidoranf"),
        ("nidoran f", "nidoranf"),
        ("Nidoran-M", "nidoranm"),
        ("nidoran mâle", "nidoranm"),
        ("Noeunoeuf", "exeggcute"),
        ("NŒUNŒUF", "exeggcute"),
        ("Farfetch’d", "farfetchd"),
        ("monsieur mime", "mrmime"),
    ],
)
def test_forms_as_people_type_them(typed: str | int, form: str) -> None:
    assert pokedex.form(typed).id == form


@pytest.mark.parametrize(
    ("typed", "move"),
    [
        ("Tonnerre", "thunderbolt"),
        ("pistolet a o", "watergun"),
        ("BOMBOEUF", "eggbomb"),
        ("vice grip", "visegrip"),
        ("vicegrip", "visegrip"),
        ("vise-grip", "visegrip"),
        ("Vole-Vie", "absorb"),
        ("Poing Éclair", "thunderpunch"),
        ("u turn", "uturn"),
        ("softboiled", "softboiled"),
        ("Lutte", "struggle"),
    ],
)
def test_moves_as_people_type_them(typed: str, move: str) -> None:
    assert pokedex.move(typed).id == move


def test_types_and_natures_in_both_languages() -> None:
    assert pokedex.type("électrique") == pokedex.type("ELECTRIK") == pokedex.type("electric") == "Electric"
    assert pokedex.type("fee") == "Fairy"
    assert pokedex.nature("rigide").id == pokedex.nature("Adamant").id == "adamant"


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Pikachou", "Pikachu"),
        ("salamche", "Salamèche"),
        ("Bulbasor", "Bulbasaur"),
        ("Goupix d'Allola", "Goupix d'Alola"),
        ("mr mimme", "Mr. Mime"),
    ],
)
def test_unknown_forms_name_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(UnknownName) as caught:
        pokedex.form(typed, field="you.pokemon")
    error = caught.value
    assert error.nearest[0] == nearest
    assert len(error.nearest) == 3
    assert (error.field, error.kind, error.name, error.status) == ("you.pokemon", "Pokémon", typed, 422)
    for name in error.nearest:
        assert pokedex.form(name)


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("nidoran", {"Nidoran♀", "Nidoran♂"}),
        ("Mega Charizard", {"Mega Charizard X", "Mega Charizard Y"}),
        ("méga mewtwo", {"Mega Mewtwo X", "Mega Mewtwo Y"}),
    ],
)
def test_a_name_that_fits_two_is_refused_with_both(typed: str, choices: set[str]) -> None:
    with pytest.raises(UnknownName) as caught:
        pokedex.form(typed)
    assert set(caught.value.nearest[:2]) == choices


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "999", 0, -1, 152, True, "9" * 50, "x" * 1_000_000])
def test_what_is_no_name_is_refused_quickly(typed: str | int) -> None:
    with pytest.raises(UnknownName) as caught:
        pokedex.form(typed)
    assert caught.value.nearest == ()
    assert len(caught.value.message) < 200


def test_unknown_moves_types_and_natures_name_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        pokedex.move("Tonerre", "you.moves[0]")
    assert caught.value.nearest[0] == "Tonnerre"
    assert caught.value.field == "you.moves[0]"
    with pytest.raises(UnknownName, match="Water"):
        pokedex.type("watr")
    with pytest.raises(UnknownName, match="Adamant"):
        pokedex.nature("adamantt")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_name_that_is_the_same_in_both_languages_is_found_in_both(lang: str) -> None:
    assert pokedex.search_forms("pikachoo", lang)[0].id == "pikachu"


def test_search_ranks_full_names_then_beginnings_then_typos() -> None:
    assert pokedex.search_forms("carap", "fr")[0].id == "squirtle"
    assert [form.id for form in pokedex.search_forms("raichu")][:2] == ["raichu", "raichualola"]
    assert pokedex.search_forms("dracofeu", "fr")[0].id == "charizard"
    assert pokedex.search_moves("tonere", "fr")[0].id == "thunderbolt"
    assert pokedex.search_moves("thunderblt")[0].id == "thunderbolt"
    assert pokedex.search_moves("poing", "fr")[0].names.fr.startswith("Poing")
    assert pokedex.search_forms("zzzzzzzz") == []
    assert pokedex.search_forms("25")[0].id == "pikachu"


def test_search_prefers_the_language_of_the_reader() -> None:
    assert pokedex.search_moves("prot", "fr")[0].names.fr == "Protection"
    assert pokedex.search_moves("prot", "en")[0].names.en == "Protect"


def test_search_for_nothing_lists_everything() -> None:
    assert len(pokedex.search_forms("")) == 188
    assert len(pokedex.search_moves("  ", "fr")) == 227


def test_compared_spellings() -> None:
    assert key("Nidoran♀") == "nidoranf"
    assert key("Bomb'Œuf") == key("BOMB’OEUF") == "bomboeuf"
    assert key("Pistolet à O") == "pistoletao"
    assert key("E\u0301clair") == key("Éclair") == "eclair"
