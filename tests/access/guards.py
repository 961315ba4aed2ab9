"""Every guard in the application, found in its source, and a way to take one out at a time.

A guard is an expression that keeps somebody from something: a condition on an audience, a refusing verdict, a check of
a right. Each is wrapped, in the running functions, by a call that knows its name; the call notes that it was reached,
and opens when that guard is the one taken out.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType, ModuleType
from typing import Any

import sqlalchemy as sa

from app.verdict import ALLOWED
from tests.architecture.source import MODULES

# Where guards stand; what is left out (outbox, db, config …) serves nobody directly.
WATCHED = (
    "accounts",
    "organisations",
    "privacy",
    "trust",
    "requests",
    "attachments",
    "drafts",
    "community",
    "knowledge",
    "providers",
    "marketplace",
    "cases",
    "search",
    "routing",
    "feeds",
)
WATCHED += ("notifications", "sitesettings", "api", "admin", "pages", "letters")
RIGHTS = {"is_operator", "is_moderator", "is_curator", "is_visitor", "is_suspended"}
OPEN: dict[str, Any] = {"condition": sa.true(), "yes": True, "no": False, "verdict": ALLOWED}


@dataclass
class Watch:
    """Where each guard stood in somebody's way while `cell` was asked, and which one is taken out now.

    A guard that let pass makes no difference there when it is taken out; a condition on rows may always make one.
    """

    guards: dict[str, str] = field(default_factory=dict)  # name → how it opens
    reached: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    cell: Any = None
    taken_out: frozenset[str] = frozenset()

    def __call__(self, name: str, value: Any) -> Any:
        opens = self.guards[name]
        if opens == "condition" or bool(value) != bool(OPEN[opens]):
            self.reached[name].add(self.cell)
        return OPEN[opens] if name in self.taken_out else value

    def groups(self) -> dict[str, frozenset[str]]:
        """Return the guards by what they ask: a page may ask the same policy before the service does."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, opens in self.guards.items():
            asked = name.partition(": ")[2]
            for group in (re.findall(r"\bcan_\w+", asked) or [asked]) if opens == "verdict" else [name]:
                found[group].add(name)
        return {group: frozenset(names) for group, names in found.items()}


class _Wrapper(ast.NodeTransformer):
    """Wraps the guards of one module."""

    def __init__(self, module: str, watch: Watch) -> None:
        self.module, self.watch, self.function = module, watch, ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer, self.function = self.function, f"{self.function}.{node.name}"
        self.generic_visit(node)
        self.function = outer
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = ast.unparse(node.func).rpartition(".")[2]
        if name == "known_to":
            return self._wrapped(node, "condition")
        if name in {"may_know", "works_for", "may"}:
            return self._wrapped(node, "yes")
        if name == "Verdict" and node.args:
            return self._wrapped(node, "verdict")
        if name == "require" and node.args:
            node.args[0] = self._wrapped(node.args[0], "verdict")
        is_reading = "update(" not in ast.unparse(node.func)
        if name == "where" and self.module == "app.organisations.identify" and is_reading:
            node.args = [self._wrapped(each, "condition") for each in node.args]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        told = ast.unparse(node)
        # `_ME` is the viewer of a statement that is put together once.
        is_own = bool(re.search(r"\b(actor|viewer)\.(person|asker)_id\b|\b_ME\b", told))
        if isinstance(node.ops[0], ast.Eq) and (is_own or ".audience" in told):
            is_column = ast.unparse(node.left).partition(".")[0][:1].isupper()
            return self._wrapped(node, "condition" if is_column else "yes")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        owner = ast.unparse(node.value)
        if node.attr in RIGHTS and owner in {"actor", "viewer", "actor()"} and isinstance(node.ctx, ast.Load):
            return self._wrapped(node, "no" if node.attr in {"is_visitor", "is_suspended"} else "yes")
        return node

    def _wrapped(self, node: ast.expr, opens: str) -> ast.Call:
        name = f"{self.module}{self.function}: {ast.unparse(node)[:90]}"
        self.watch.guards[name] = opens
        call = ast.Call(ast.Name("__guard__", ast.Load()), [ast.Constant(name), node], [])
        return ast.copy_location(call, node)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Wrap every guard in the functions of the running application, and put the functions back afterwards.

    What such a function returns is not kept between two calls meanwhile: a statement is put together each time.
    """
    kept: list[tuple[FunctionType, CodeType]] = []
    caches: list[tuple[ModuleType, str, Any]] = []
    builtins.__guard__ = watch  # type: ignore[attr-defined]
    try:
        for name, source in MODULES.items():
            if source.subject in WATCHED and source.room not in {"models", "events", "forms"}:
                wrapped = _wrap(name, source.text, watch)
                kept += wrapped
                caches += _caches(importlib.import_module(name), {function for function, _code in wrapped})
        for module, name, cache in caches:
            setattr(module, name, cache.__wrapped__)
        yield
    finally:
        for module, name, cache in caches:
            setattr(module, name, cache)
        for function, code in kept:
            function.__code__ = code
        del builtins.__guard__  # type: ignore[attr-defined]


def _caches(module: ModuleType, wrapped: set[FunctionType]) -> list[tuple[ModuleType, str, Any]]:
    """Return the module's functions that keep what they return and come by a guard on the way to it."""
    own = {function.__name__: function for function in _functions(module)}
    reaching = {function.__name__ for function in wrapped}
    while more := {name for name, one in own.items() if name not in reaching and reaching & _names_in(one.__code__)}:
        reaching |= more
    found = [(name, one) for name, one in vars(module).items() if type(one) is _lru_cache_wrapper]
    return [(module, name, one) for name, one in found if one.__wrapped__.__name__ in reaching]


def _names_in(code: CodeType) -> set[str]:
    return {name for each in (code, *_codes(code)) for name in each.co_names}


def _wrap(name: str, text: str, watch: Watch) -> list[tuple[FunctionType, CodeType]]:
    before = set(watch.guards)
    tree = ast.fix_missing_locations(_Wrapper(name, watch).visit(ast.parse(text)))
    if set(watch.guards) == before:
        return []
    module = importlib.import_module(name)
    made = {
        (code.co_qualname, code.co_firstlineno): code for code in _codes(compile(tree, module.__file__ or "", "exec"))
    }
    kept = []
    for function in _functions(module):
        code = made.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if code is not None and "__guard__" in _names_in(code):
            kept.append((function, function.__code__))
            function.__code__ = code
    return kept


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(module: Any) -> Iterator[FunctionType]:
    """Yield the module's own functions and methods, from under their decorators."""
    # By `type`, because a module may hold proxies (`request`) that do not like to be looked at outside of a request.
    classes = [one for one in vars(module).values() if type(one) is type and one.__module__ == module.__name__]
    for holder in (module, *classes):
        for one in list(vars(holder).values()):
            if type(one) in {property, classmethod, staticmethod}:
                one = one.fget if type(one) is property else one.__func__
            if type(one) in {FunctionType, _lru_cache_wrapper}:
                one = inspect.unwrap(one)
                if one.__module__ == module.__name__:
                    yield one
