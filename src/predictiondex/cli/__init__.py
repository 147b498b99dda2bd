"""The command line: one small module a command or command group, put together in :mod:`.app`.

A command module imports Typer alone at its top and everything else inside the command, so that
``--help`` and every command answer without loading what they do not use.
"""

from predictiondex.cli.app import app, main

__all__ = ["app", "main"]
