"""The expressions of GitHub workflows, ``${{ ... }}``, as far as ours use them.

Contexts with dots, strings, numbers, ``true``/``false``, ``==``, ``!=``, ``&&``, ``||``, ``!``, brackets, and
the functions in :data:`FUNCTIONS`. Anything else is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Contexts = Mapping[str, Any]

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(&&|\|\||==|!=|[!(),])|([A-Za-z_][\w.-]*|\d+(?:\.\d+)?))")
_FILLED = re.compile(r"\$\{\{(.*?)\}\}")

#: Functions of values. `success`, `failure` and `always` look at the context `status` instead.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "startsWith": lambda text, start: str(text).lower().startswith(str(start).lower()),
    "endsWith": lambda text, end: str(text).lower().endswith(str(end).lower()),
    "contains": lambda whole, part: str(part).lower() in str(whole).lower(),
}
_STATUS: dict[str, Callable[[bool], bool]] = {
    "success": lambda failed: not failed,
    "failure": lambda failed: failed,
    "always": lambda _: True,
    "cancelled": lambda _: False,
}


class ExpressionError(ValueError):
    """An expression that this reader does not know."""


def fill(text: str, contexts: Contexts) -> str:
    """``text`` with every ``${{ ... }}`` replaced by its value."""
    return _FILLED.sub(lambda match: as_text(evaluate(match[1], contexts)), str(text))


def holds(condition: str | bool | None, contexts: Contexts) -> bool:
    """Whether an ``if:`` holds. One that asks for no status holds only while nothing failed."""
    if condition is None:
        return not contexts["status"]
    text = as_text(condition).strip()
    text = text.removeprefix("${{").removesuffix("}}")
    verdict = bool(evaluate(text, contexts))
    asks = any(re.search(rf"\b{name}\s*\(", text) for name in _STATUS)
    return verdict and (asks or not contexts["status"])


def evaluate(text: str, contexts: Contexts) -> Any:
    """The value of one expression. Raises :class:`ExpressionError`."""
    reader = _Reader(_tokens(text), contexts)
    value = reader.either()
    if reader.rest:
        raise ExpressionError(f"{text.strip()!r}: {reader.rest[0]!r} was not expected.")
    return value


def as_text(value: Any) -> str:
    """A value as a workflow writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"{text.strip()!r} cannot be read at {text[at:].strip()!r}.")
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


class _Reader:
    """Reads tokens from the left; every method takes what belongs to it and returns its value."""

    def __init__(self, tokens: Sequence[str], contexts: Contexts) -> None:
        self.rest = list(tokens)
        self._contexts = contexts

    def either(self) -> Any:
        value = self._both()
        while self._took("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._took("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        for sign, equal in (("==", True), ("!=", False)):
            if self._took(sign):
                return (as_text(value).lower() == as_text(self._single()).lower()) is equal
        return value

    def _single(self) -> Any:
        if self._took("!"):
            return not self._single()
        if self._took("("):
            value = self.either()
            self._demand(")")
            return value
        if not self.rest:
            raise ExpressionError("The expression ends too early.")
        token = self.rest.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in {"true", "false"}:
            return token == "true"  # noqa: S105 - a word of the expression
        if token[0].isdigit():
            return float(token) if "." in token else int(token)
        return self._call(token) if self._took("(") else self._looked_up(token)

    def _call(self, name: str) -> Any:
        arguments: list[Any] = []
        while not self._took(")"):
            arguments.append(self.either())
            self._took(",")
        if name in _STATUS:
            return _STATUS[name](bool(self._contexts["status"]))
        if name not in FUNCTIONS:
            raise ExpressionError(f"The function {name} is not known here.")
        return FUNCTIONS[name](*arguments)

    def _looked_up(self, path: str) -> Any:
        first, *keys = path.split(".")
        if first not in self._contexts:
            raise ExpressionError(f"The context {first} is not known here.")
        value = self._contexts[first]
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _took(self, token: str) -> bool:
        if self.rest and self.rest[0] == token:
            self.rest.pop(0)
            return True
        return False

    def _demand(self, token: str) -> None:
        if not self._took(token):
            raise ExpressionError(f"{token!r} is missing.")
