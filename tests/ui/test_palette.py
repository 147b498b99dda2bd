"""Colours can be told from what they stand on: WCAG 2 AA, computed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import predictiondex.ui
from predictiondex.pokedex.model import TYPES
from predictiondex.ui.palette import SHAPE_CONTRAST, TEXT_CONTRAST, TYPE_PAINT, contrast, paint
from predictiondex.ui.views.teams.table import SHADES

FOLDER = Path(predictiondex.ui.__file__).parent
THEME = tomllib.loads((FOLDER / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
#: Name of a colour of the style sheet -> its value in the light and in the dark theme.
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(r"--pdx-(\w+): light-dark\((#\w{6}), (#\w{6})\)", STYLE)
}
THEMES = ("light", "dark")


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known near miss
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_every_type_has_colours_of_its_own() -> None:
    assert set(TYPE_PAINT) == set(TYPES)
    assert len({colours.back for colours in TYPE_PAINT.values()}) == len(TYPES)
    assert paint("Sound") == TYPE_PAINT["Normal"]


@pytest.mark.parametrize("type_name", TYPES)
def test_the_name_of_a_type_can_be_read_on_its_colour(type_name: str) -> None:
    colours = TYPE_PAINT[type_name]
    assert contrast(colours.back, colours.text) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_texts_can_be_read(theme: str, ground: str) -> None:
    back = THEME[theme][ground]
    texts = [THEME[theme]["textColor"], THEME[theme]["linkColor"], THEME[theme]["primaryColor"]]
    texts += [COLOURS["quiet"][theme]]
    assert [text for text in texts if contrast(text, back) < TEXT_CONTRAST] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("bar", ["bar", "other"])
def test_bars_stand_out_from_their_track(theme: str, bar: str) -> None:
    assert contrast(COLOURS[bar][theme], COLOURS["track"][theme]) >= SHAPE_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
def test_whiskers_stand_out_from_the_track(theme: str) -> None:
    assert contrast(COLOURS["whisker"][theme], COLOURS["track"][theme]) >= SHAPE_CONTRAST


def test_what_is_written_on_the_primary_colour_can_be_read() -> None:
    found = re.search(r"stBaseButton-primary.*?light-dark\((#\w{6}), (#\w{6})\)", STYLE)
    assert found
    for theme, text in zip(THEMES, found.groups(), strict=True):
        assert contrast(text, THEME[theme]["primaryColor"]) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
def test_chances_can_be_read_on_every_shade_of_the_table(theme: str) -> None:
    shades = re.findall(r"\.pdx-shade\d \{ background: light-dark\((#\w{6}), (#\w{6})\)", STYLE)
    assert len(shades) == len(SHADES)
    text = THEME[theme]["textColor"]
    assert [pair for pair in shades if contrast(text, pair[THEMES.index(theme)]) < TEXT_CONTRAST] == []


@pytest.mark.parametrize("theme", THEMES)
def test_bars_of_hit_points_stand_out_from_their_track(theme: str) -> None:
    colours = re.findall(r"--pdx-hp: light-dark\((#\w{6}), (#\w{6})\)", STYLE)
    assert len(colours) == 3
    track = COLOURS["track"][theme]
    assert [pair for pair in colours if contrast(track, pair[THEMES.index(theme)]) < SHAPE_CONTRAST] == []
