"""Whether a port can be listened on, and who has it otherwise."""

from __future__ import annotations

import os
import socket

import psutil

from predictiondex.errors import StartError


def claimable(host: str, port: int) -> bool:
    """Whether a server could listen on ``host``:``port`` at this moment.

    Connections of an earlier server that are still winding down do not count.
    Raises :class:`StartError` when ``host`` is no address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise StartError(
            f"{host!r} is no address to listen on ({error}). Choose another with --host."
        ) from error
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":  # on Windows the option would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except PermissionError as error:
            raise StartError(f"Port {port} may not be used by this user. Choose one above 1023.") from error
        except OSError:
            return False
    return True


def demand(host: str, port: int, *, option: str) -> None:
    """Raise :class:`StartError` naming the port and the ``option`` that changes it where it is taken."""
    if claimable(host, port):
        return
    owner = owner_of(port)
    by = f" by {owner}" if owner else ""
    raise StartError(
        f"Port {port} on {host} is taken{by}. Choose another with {option}, for example {option} {port + 10}."
    )


def owner_of(port: int) -> str:
    """Name and id of the process that listens on ``port``; empty where the system does not tell."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listening = connection.status == psutil.CONN_LISTEN and connection.pid
            if listening and connection.laddr[1:2] == (port,):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return ""
