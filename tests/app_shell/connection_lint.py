"""Finds connections that nobody ends: a callable with no QObject behind it on a sender that lives longer."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import inspect
import typing
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Fault:
    """One loose connection: where it is written, and how."""

    line: int
    text: str


class _Types:
    """Types of expressions, as far as annotations, constructors and assignments tell; None = not known."""

    def __init__(self, module: dict[str, Any]) -> None:
        self.module = module

    def of(self, node: ast.expr, scope: _Scope) -> type | None:
        """The class that an expression is an instance of."""
        if isinstance(node, ast.Name):
            if node.id == "self":
                return scope.owner
            return scope.types.get(node.id)
        if isinstance(node, ast.Attribute):
            home = self.of(node.value, scope)
            return None if home is None else self.member(home, node.attr)
        if isinstance(node, ast.Call):
            return self.made_by(node, scope)
        if isinstance(node, ast.Subscript):
            home = self.of(node.value, scope)
            return None if home is None else _returns(getattr(home, "__getitem__", None), home)
        return None

    def made_by(self, node: ast.Call, scope: _Scope) -> type | None:
        """The class of what a call returns: of a constructor the class itself."""
        if isinstance(node.func, ast.Name):
            made = self.module.get(node.func.id, getattr(builtins, node.func.id, None))
            return made if isinstance(made, type) else _returns(made, None)
        if isinstance(node.func, ast.Attribute):
            home = self.of(node.func.value, scope)
            return None if home is None else _returns(getattr(home, node.func.attr, None), home)
        return None

    def member(self, home: type, name: str) -> type | None:
        """The class of an attribute or a property of instances of a class."""
        found = inspect.getattr_static(home, name, None)
        if isinstance(found, property):
            return _returns(found.fget, home)
        return attributes_of(home).get(name)


@dataclass
class _Scope:
    """What is known inside one function: its class, the types of names, and what it made itself."""

    owner: type | None
    types: dict[str, type]
    made: set[str]
    nested: set[str]


_known: dict[type, dict[str, type]] = {}


def attributes_of(owner: type) -> dict[str, type]:
    """Types of the attributes that a class of ours sets on ``self``, and of its bases."""
    if owner in _known:
        return _known[owner]
    found = _known[owner] = {}
    for base in owner.__mro__[1:]:
        if base.__module__.startswith("slimsam_app"):
            found.update(attributes_of(base))
    if not owner.__module__.startswith("slimsam_app"):
        return found
    node = _written(owner)
    if node is None:
        return found
    module = vars(importlib.import_module(owner.__module__))
    types = _Types(module)
    for function in _functions(node):
        scope = scope_of(function, owner, module, set())
        for target, value in _assignments(function):
            mine = isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
            if mine and (kind := types.of(value, scope)) is not None:
                found.setdefault(target.attr, kind)
    return found


def scope_of(function: Function, owner: type | None, module: dict[str, Any], made: Set[str]) -> _Scope:
    """What parameters, assignments and nested functions say about the names of a function."""
    scope = _Scope(owner, {}, set(), set())
    types = _Types(module)
    arguments = function.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        kind = _annotated(argument.annotation, module)
        if kind is not None:
            scope.types[argument.arg] = kind
    for target, value in _assignments(function):
        if isinstance(target, ast.Name):
            if isinstance(value, ast.Call) or _sender_is_own(value, scope, made):
                scope.made.add(target.id)
            if (kind := types.of(value, scope)) is not None:
                scope.types[target.id] = kind
    for node in ast.walk(function):
        if isinstance(node, Function) and node is not function:
            scope.nested.add(node.name)
    return scope


def _functions(node: ast.ClassDef | ast.Module) -> Iterator[Function]:
    for item in node.body:
        if isinstance(item, Function):
            yield item


def _assignments(function: Function) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Every ``target = value`` of a function, tuples taken apart."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(target.elts, node.value.elts, strict=False)
                else:
                    yield target, node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield node.target, node.value
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            for row in getattr(node.iter, "elts", []):
                yield from zip(node.target.elts, getattr(row, "elts", []), strict=False)


def _annotated(node: ast.expr | None, module: dict[str, Any]) -> type | None:
    if node is None:
        return None
    try:
        found = eval(ast.unparse(node), dict(module))
    except Exception:
        return None
    return _plain(found)


def _plain(found: Any) -> type | None:
    """The class behind an annotation; of ``X | None`` it is X."""
    if isinstance(found, type):
        return found
    kinds = [kind for kind in typing.get_args(found) if isinstance(kind, type) and kind is not type(None)]
    return kinds[0] if len(kinds) == 1 else None


def _returns(call: Any, home: type | None) -> type | None:
    """What a function says that it returns."""
    try:
        hint = typing.get_type_hints(call).get("return")
    except Exception:
        hint = None
    if hint is None and home is not None and home.__module__.startswith("PySide6"):
        return QObject if issubclass(home, QObject) else None
    return home if hint is typing.Self else _plain(hint)


@functools.cache
def _classes_of(module_name: str) -> dict[str, ast.ClassDef]:
    """The classes of a module as they are written, by their full names, nested ones too."""
    found: dict[str, ast.ClassDef] = {}

    def gather(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                found[prefix + node.name] = node
                gather(node.body, f"{prefix}{node.name}.")

    path = importlib.import_module(module_name).__file__
    gather(ast.parse(Path(path).read_text("utf-8")).body if path else [], "")
    return found


def _written(owner: type) -> ast.ClassDef | None:
    """A class of ours as it is written; None for one that is made otherwise."""
    return _classes_of(owner.__module__).get(owner.__qualname__)


@functools.cache
def _made_here(owner: type) -> frozenset[str]:
    """Attributes of ``self`` that hold something the class made itself, which lives no longer than it."""
    made: set[str] = set()
    for base in owner.__mro__:
        if not base.__module__.startswith("slimsam_app"):
            continue
        node = _written(base)
        for function in _functions(node) if node is not None else ():
            for target, value in _assignments(function):
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                if isinstance(value, _MAKERS):
                    made.update(part.attr for part in parts if isinstance(part, ast.Attribute))
    return frozenset(made)


_MAKERS = (ast.Call, ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Tuple, ast.GeneratorExp)
"""What makes something: a constructor, and the displays and comprehensions that hold what was made."""


def _sender_is_own(sender: ast.expr, scope: _Scope, made: Set[str]) -> bool:
    """Whether the sender was made by the one who connects to it."""
    if isinstance(sender, ast.Name):
        return sender.id == "self" or sender.id in scope.made
    if isinstance(sender, ast.Attribute) and isinstance(sender.value, ast.Name):
        return sender.value.id == "self" and sender.attr in made
    if isinstance(sender, ast.Call) and isinstance(sender.func, ast.Attribute):
        return _sender_is_own(sender.func.value, scope, made)  # self.view.selectionModel()
    if isinstance(sender, ast.Subscript):
        return _sender_is_own(sender.value, scope, made)
    return False


def _ends_itself(slot: ast.expr, scope: _Scope, types: _Types) -> bool:
    """Whether Qt ends the connection together with the one who listens: a method or signal of a QObject."""
    if not isinstance(slot, ast.Attribute):
        return False
    home = types.of(slot.value, scope)
    return home is not None and issubclass(home, QObject)


def faults_of(path: Path, module_name: str) -> Iterator[Fault]:
    """The loose connections of a module of ours, which is imported for it."""
    module = vars(importlib.import_module(module_name))
    tree = ast.parse(path.read_text("utf-8"))
    types = _Types(module)
    homes: list[tuple[type | None, Function]] = [(None, function) for function in _functions(tree)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            homes += [(module[node.name], function) for function in _functions(node)]
    for owner, function in homes:
        made: Set[str] = set() if owner is None else _made_here(owner)
        scope = scope_of(function, owner, module, made)
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr == "singleShot" and len(call.args) < 3:
                yield Fault(call.lineno, ast.unparse(call))
            if call.func.attr != "connect" or not call.args:
                continue
            signal, slot = call.func.value, call.args[0]
            own = isinstance(signal, ast.Attribute) and _sender_is_own(signal.value, scope, made)
            if not own and not _ends_itself(slot, scope, types):
                yield Fault(call.lineno, ast.unparse(call))
