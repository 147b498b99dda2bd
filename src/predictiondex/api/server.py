"""Serve the API with uvicorn, set up as the project means it: ``python -m predictiondex.api.server``."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import uvicorn

from predictiondex.api import logs
from predictiondex.api.following import following
from predictiondex.api.watcher import watching
from predictiondex.settings import Settings, get_settings


def serve(settings: Settings | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C: no new work is taken then, and what is in flight is finished."""
    settings = settings or get_settings()
    with watching(settings), following(settings):
        uvicorn.run(
            "predictiondex.api.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            log_config=logs.config(settings.log_level),
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=int(settings.stop_timeout),
        )


def main() -> None:
    """Serve as a process of its own, which ends with 0 when it is asked to stop."""
    # uvicorn stops in good order and then raises the signal again for whoever listened before: here.
    signal.signal(signal.SIGTERM, _end)
    serve()


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
