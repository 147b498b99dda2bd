"""HEAD, as monitors ask: what GET would answer, without its body."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """Innermost layer: has routes answer HEAD as GET. The server, which knows better, sends no body.

    The framework leaves HEAD out; as a method of each route it would stand in the documentation twice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        asked: Scope = {**scope, "method": "GET"}

        async def told(message: Message) -> None:
            _name_route(scope, asked)
            await send(message)

        try:
            await self.app(asked, receive, told)
        finally:
            _name_route(scope, asked)


def _name_route(scope: Scope, asked: Scope) -> None:
    """Metrics and log look for the route in what came in."""
    if "route" in asked:
        scope["route"] = asked["route"]
