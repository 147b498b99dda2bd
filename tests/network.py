"""No test talks to anything but this machine: a connection elsewhere fails the test that opens it.

Programs that tests start are not held by this: packages of Debian and npm, and images, are installed that
way, by name (``tests/components.toml``, ``tests/stack``, ``tests/reference``, ``tests/workflows``).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Connect = Callable[[socket.socket, Any], Any]


def is_here(family: int, address: Any) -> bool:
    """Whether an address is on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]).partition("%")[0]
    if host in {"localhost", ""}:
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False  # any other name
    return found.is_loopback or found.is_unspecified


def guarded(original: Connect) -> Connect:
    """``connect`` that refuses what is elsewhere."""

    def connect(self: socket.socket, address: Any) -> Any:
        if not is_here(self.family, address):
            pytest.fail(f"a connection to {address[0]}: tests use this machine alone", pytrace=False)
        return original(self, address)

    return connect


@pytest.fixture(scope="session", autouse=True)
def _this_machine_alone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield
