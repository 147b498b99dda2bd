"""The first visitor is this program: what pages load once is loaded before anybody waits for it.

Every page is looked at over a connection like a browser's, as soon as the API can answer. Nothing is asked
there, so nothing is predicted or logged.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Sequence
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from predictiondex.settings import reachable
from predictiondex.ui.service import service

logger = logging.getLogger(__name__)

#: Seconds between two looks whether the page and the API are there, and for one page to be made.
_EVERY: Final = 0.5
_PATIENCE: Final = 60.0


def begin(paths: Sequence[str]) -> None:
    """Look at the pages in the background, once."""
    Thread(target=_look, args=(tuple(paths),), name="first-visitor", daemon=True).start()


def _look(paths: Sequence[str]) -> None:
    from streamlit import runtime

    while not runtime.exists() or service().obstacle() is not None:
        time.sleep(_EVERY)
    started = time.perf_counter()
    try:
        _reach(own_address())
        for path in paths:
            look_at(own_address(), path)
    except Exception:  # a page that nobody warmed up is slower once, and no worse
        logger.warning("the pages could not be looked at before the first visitor", exc_info=True)
    else:
        logger.info("every page was looked at in %.1f s", time.perf_counter() - started)


def _reach(address: str) -> None:
    """Wait until this process listens, which comes after all else is there. Raises ``OSError``."""
    place = urlsplit(address)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection((place.hostname or "", place.port or 0), timeout=_PATIENCE).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(_EVERY)
        else:
            return


def own_address() -> str:
    """Where this process serves the page, for a caller on this machine."""
    from streamlit import config

    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    host = reachable(config.get_option("server.address") or "localhost")
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"{scheme}://{host}:{config.get_option('server.port')}" + (f"/{base}" if base else "")


def look_at(address: str, path: str) -> None:
    """Have a page made for a new visitor. Raises ``OSError`` or what the connection says."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets import Origin, Subprotocol
    from websockets.sync.client import connect

    wanted = BackMsg()
    wanted.rerun_script.page_name = path
    until = time.monotonic() + _PATIENCE
    stream = address.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(
        stream, origin=Origin(address), subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None
    ) as connection:
        connection.send(wanted.SerializeToString())
        told = ForwardMsg()
        while told.WhichOneof("type") != "script_finished":
            told.ParseFromString(connection.recv(timeout=until - time.monotonic(), decode=False))
