"""From page to page: links that keep what was entered.

An ordinary link makes the browser load everything anew, and the session is lost. A link of the class
``pdx-to`` is an ordinary one, too (it can be copied, opened in another tab, read by a screen reader), but its
plain click goes through Streamlit, which keeps the session.

Back leads to where a link led before. Streamlit makes an entry of the browser's history whenever an address
is written, also by a page that only adds what it shows: Back would lead nowhere, several times.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from predictiondex.ui import address, state

#: The page whose address names two sides (``you``, ``foe``): a link to it changes the side it names.
BATTLE = "battle"

#: One entry of the browser's history for each link that is followed, and no other: whatever else changes an
#: address takes the place of what it says. Until the page of a link is there, Streamlit writes that page's
#: parameters to the address of the page before, where nobody ever was. Runs before an address is written.
HISTORY = """
(() => {
  if (window.pdxHistory) return;
  window.pdxHistory = true;
  let way = null;
  const begun = (event) => {
    const link = event.target.closest?.("a[href]");
    const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    const leads = link && !other && link.origin === location.origin && (link.target || "_self") === "_self";
    way = leads ? link.pathname : null;
  };
  const ended = () => { way = null; };
  document.addEventListener("click", begun, true);
  document.addEventListener("keydown", ended, true);
  window.addEventListener("popstate", ended, true);
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  history.pushState = (kept, title, address) => {
    const path = new URL(address ?? "", location.href).pathname;
    if (way !== null && way !== path) return;
    const write = way === null && path === location.pathname ? replace : push;
    way = null;
    write(kept, title, address);
  };
})();
"""
_SCRIPT = """
export default function ({ setTriggerValue }) {
  const follow = (event) => {
    const link = event.target.closest?.("a.pdx-to");
    const other = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || other || event.defaultPrevented) return;
    event.preventDefault();
    setTriggerValue("go", link.getAttribute("href"));
    const main = document.querySelector("[data-testid=stMain]");
    main?.setAttribute("tabindex", "-1");
    main?.focus({ preventScroll: true });
    main?.scrollTo(0, 0);
  };
  if (window.pdxFollow) document.removeEventListener("click", window.pdxFollow);
  window.pdxFollow = follow;
  document.addEventListener("click", follow);
}
"""
_follower = st.components.v2.component("predictiondex_ways", js=_SCRIPT)


def href(path: str, **parameters: str) -> str:
    """The address of a page with a selection, to be used in HTML; an empty parameter takes it back. A
    language that the visitor chose goes with it, as the link may be opened in another tab."""
    chosen = state.visit().lang
    if chosen:
        parameters["lang"] = chosen
    place = "./" if path == BATTLE else path
    return escape(f"{place}?{urlencode(parameters)}" if parameters else place)


def follow(pages: Mapping[str, st.Page]) -> None:
    """Go where a link of the last run leads; to be called before the page is run."""
    followed = _follower(key="ways", on_go_change=lambda: None).go
    if not followed:
        return
    place, _, query = str(followed).partition("?")
    path = place.strip("./") or BATTLE
    if path in pages:
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        if path == BATTLE:
            parameters = _with_battle(parameters)
        state.visit().linked = (path, parameters)
        st.switch_page(pages[path], query_params=parameters)


def _with_battle(parameters: Mapping[str, str]) -> dict[str, str]:
    """What has been chosen for a battle stays, in the very moment of leaving as well, but for the side that
    the link is about."""
    named = {name.partition(".")[0] for name in parameters}
    kept = address.write(state.entered()).items()
    return {name: value for name, value in kept if name.partition(".")[0] not in named} | dict(parameters)
