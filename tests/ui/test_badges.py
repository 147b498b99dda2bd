"""The placeholder pictures: one for every form, in the colours of its types, with nothing smuggled in."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from predictiondex.pokedex import pokedex
from predictiondex.settings import get_settings
from predictiondex.ui.badges import badge, sprite
from predictiondex.ui.palette import paint


def drawn(html: str) -> str:
    """The picture itself, out of its element."""
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    assert found
    return base64.b64decode(found.group(1)).decode()


def test_every_form_has_a_picture_of_its_own() -> None:
    pictures = {form.id: badge(form.id, form.types, form.names.en) for form in pokedex.forms.values()}
    assert len(set(pictures.values())) == len(pokedex.forms)
    assert badge("pikachu", ("Electric",), "Pikachu") == pictures["pikachu"]


@pytest.mark.parametrize("form_id", ["pikachu", "charizard", "nidoranf", "mrmime", "farfetchd"])
def test_it_is_a_picture_in_the_colours_of_its_types(form_id: str) -> None:
    form = pokedex.forms[form_id]
    picture = drawn(badge(form.id, form.types, form.names.fr))
    ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert all(paint(type_name).back in picture for type_name in form.types)


def test_a_name_cannot_become_markup() -> None:
    ElementTree.fromstring(drawn(badge("x", ("Fire",), "<&\"'")))  # noqa: S314 - our own


def test_pictures_from_elsewhere_only_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDX_SPRITES_URL", "https://pictures.test/{dex}/{slug}.png?x='\"")
    get_settings.cache_clear()
    try:
        shown = badge("mrmime", ("Psychic", "Fairy"), "Mr. Mime")
        slug = pokedex.forms["mrmime"].slug
        assert f"https://pictures.test/122/{slug}.png?x=%27%22" in shown
        assert "data:image/svg+xml" in shown  # behind it, where the other cannot be had
        assert shown.count('"') == 4
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert "http" not in badge("mrmime", ("Psychic", "Fairy"), "Mr. Mime")


@pytest.mark.parametrize("template", ["", "javascript:alert(1)", "/etc/passwd"])
def test_what_is_no_address_of_pictures_is_none(template: str) -> None:
    assert sprite("pikachu", template) == ""
