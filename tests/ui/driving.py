"""A page in this process: opened at an address, run, clicked, read."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import predictiondex.ui
from predictiondex.ui.keyboard import MARK
from predictiondex.ui.state import Visit

APP = Path(predictiondex.ui.__file__).with_name("app.py")


def opened(path: str = "", **parameters: str) -> AppTest:
    """A page at an address, after its first run; without a path the one where visitors arrive."""
    page = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in parameters.items():
        page.query_params[name] = value
    if path:
        page._page_hash = calc_hash(path)  # its own way to pages knows files only
    return ran(page)


def gone(page: AppTest, path: str, **parameters: str) -> AppTest:
    """The same visit on another page: as the navigation leads there, without the former address, or as a
    link does, with ``parameters``."""
    if parameters:
        visit(page).linked = (path, parameters)
    return told(page, path, **parameters)


def told(page: AppTest, path: str, **parameters: str) -> AppTest:
    """One more run, for which the browser tells that address."""
    for name in list(page.query_params):
        del page.query_params[name]
    for name, value in parameters.items():
        page.query_params[name] = value
    page._page_hash = calc_hash(path)
    return ran(page)


def ran(page: AppTest) -> AppTest:
    """One more run, which nothing went wrong in."""
    page.run()
    assert [error.value for error in page.exception] == []
    return page


def clicked(page: AppTest, button: str) -> AppTest:
    """The page after a button was pressed."""
    page.button(button).click()
    return ran(page)


def typed_in(page: AppTest, name: str, text: str) -> AppTest:
    """Enter a text that is none of a list's entries, which the test driver knows no way for."""
    box = page.selectbox(name)
    box.options.append(text)
    box.set_value(text)
    return ran(page)


def html(page: AppTest) -> str:
    """Everything the page itself wrote, style sheet, scripts and listener aside."""
    bodies = [element.proto.body for element in page.get("html")]
    return "\n".join(
        body for body in bodies if "<style>" not in body and "<script>" not in body and MARK not in body
    )


def visit(page: AppTest) -> Visit:
    """What the session remembers."""
    remembered: Visit = page.session_state["pdx"]
    return remembered


def address_of(page: AppTest) -> dict[str, str]:
    """The parameters of the page's address."""
    return {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}
