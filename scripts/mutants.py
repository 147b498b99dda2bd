"""Small faults put into a function while the program runs: for ``scripts/mutate.py``.

A mutant is one changed expression or a left-out statement of one function. Its machine-independent code takes
the place of the function's own (``__code__``), so that whoever imported the function runs the fault. Compiled
functions must run interpreted for that (``NUMBA_DISABLE_JIT=1``).
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

_SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Add: (ast.Sub,), ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,), ast.FloorDiv: (ast.Mult,), ast.Div: (ast.Mult,), ast.Mod: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
    ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, and the whole module with it."""

    function: str
    line: int
    before: str
    after: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The same for the same fault, wherever in the file its line is."""
        return f"{self.function}: {self.before} -> {self.after}"


def mutants(source: str) -> list[Mutant]:
    """Every fault that can be put into the functions of a module."""
    tree = ast.parse(source)
    return [mutant for name, function in _functions(tree) for mutant in _of_function(tree, name, function)]


def plant(module: ModuleType, mutant: Mutant) -> bool:
    """Put the fault into the module's function; False where the function cannot be reached."""
    code: CodeType | None = compile(mutant.tree, str(module.__file__), "exec")  # noqa: S102, RUF100 - our own source
    target: Any = module
    for part in mutant.function.split("."):
        code = next(
            (one for one in (code.co_consts if code else ()) if inspect.iscode(one) and one.co_name == part),
            None,
        )
        target = vars(target).get(part) if target is not None else None
    target = getattr(target, "fget", None) or getattr(target, "__func__", None) or target
    target = inspect.unwrap(target) if callable(target) else target
    if code is None or not isinstance(target, FunctionType):
        return False
    target.__code__ = code
    return True


def _functions(tree: ast.AST, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield ".".join((*path, node.name)), node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, (*path, node.name))


def _of_function(tree: ast.Module, name: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Each change is made in the tree itself, copied, and taken back; its statement tells which it is."""
    statements = [node for body in function.body for node in ast.walk(body) if isinstance(node, ast.stmt)]
    for statement in statements:
        before = _headline(statement)
        for node in _own(statement):
            for _ in _changes(node):
                yield Mutant(name, statement.lineno, before, _headline(statement), copy.deepcopy(tree))
    for body in _bodies(function):
        for at, statement in enumerate(body):
            if _can_go(statement):
                body[at] = ast.copy_location(ast.Pass(), statement)
                yield Mutant(name, statement.lineno, _headline(statement), "(left out)", copy.deepcopy(tree))
                body[at] = statement


def _headline(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The statement and its expressions, but not the statements inside it."""
    yield statement
    waiting = [node for node in ast.iter_child_nodes(statement) if not isinstance(node, ast.stmt)]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _changes(node: ast.AST) -> Iterator[None]:
    """Change ``node`` in place in every way, one at a time; as it was afterwards."""
    if isinstance(node, ast.Compare):
        for at, compared in enumerate(node.ops):
            for other in _SWAPS.get(type(compared), ()):
                node.ops[at] = other()  # type: ignore[call-overload]
                yield
            node.ops[at] = compared
    elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)):
        sign = node.op
        for other in _SWAPS.get(type(sign), ()):
            node.op = other()  # type: ignore[assignment]
            yield
        node.op = sign
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        value = node.value
        for changed in [not value] if isinstance(value, bool) else [value + 1, value - 1]:  # type: ignore[operator]
            node.value = changed
            yield
        node.value = value
    elif isinstance(node, (ast.If, ast.IfExp)):
        test = node.test
        if isinstance(test, (ast.Name, ast.Call, ast.Attribute, ast.UnaryOp)):
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
            ast.fix_missing_locations(node)
            yield
            node.test = test


def _bodies(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield body


def _can_go(statement: ast.stmt) -> bool:
    """Whether a statement can be left out and something could miss it."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call)
    return isinstance(statement, (ast.AugAssign, ast.Raise))
