"""A name is imported from the module that makes it: behind a second address a third home grows unseen."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.test_api import FACES

ROOT = Path(__file__).parent.parent
PACKAGES = ("slimsam_core", "slimsam_app", "tests")
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
STAND_INS = "slimsam_app.on_demand"
"""Its names stand for modules that are loaded later."""


IMPORT = re.compile(r"^[ \t]*from (\S+) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
MADE = re.compile(r"^(?:async def|def|class) (\w+)|^(\w[\w, ]*?)(?:: [^=\n]+)? = ", re.MULTILINE)
"""What stands at the beginning of a line; these files are formatted. Trees of all of them take ten times as
long."""


@cache
def _text(module: str) -> str:
    return FILES[module].read_text("utf-8")


@cache
def _made_in(module: str) -> frozenset[str]:
    """Names that a module makes itself at its top, and the modules below a package."""
    below = {name.rpartition(".")[2] for name in FILES if name.rpartition(".")[0] == module}
    made = {one or name for one, names in MADE.findall(_text(module)) for name in names.split(", ")}
    return frozenset(below | made)


@cache
def _made_in_a_branch(module: str) -> frozenset[str]:
    """The few that are made in an ``if`` or a ``try``."""
    found: set[str] = set()
    left: list[ast.stmt] = list(ast.parse(_text(module)).body)
    while left:
        line = left.pop()
        if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(line.name)
        elif isinstance(line, ast.Assign | ast.AnnAssign):
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            found |= {one.id for t in targets for one in ast.walk(t) if isinstance(one, ast.Name)}
        elif isinstance(line, ast.If | ast.Try):
            left += [*line.body, *line.orelse]
            left += [inner for handler in getattr(line, "handlers", []) for inner in handler.body]
    return frozenset(found)


@cache
def _lent(module: str) -> frozenset[str]:
    """Names of others that a module may give away: those of a package, and of a face in docs/API.md."""
    if module == STAND_INS or FILES[module].name == "__init__.py":
        face = re.search(r"^__all__ = \[([^\]]*)\]", _text(module), re.MULTILINE)
        return frozenset(re.findall(r"\w+", face[1]) if face else ())
    return frozenset(FACES.get(module, ()))


def test_a_name_is_imported_from_its_home() -> None:
    found = [
        f"{module}: {name} of {home}"
        for module in FILES
        for home, listed in IMPORT.findall(_text(module))
        if home in FILES
        for name in re.findall(r"(\w+)(?: as \w+)?", re.sub(r"#[^\n]*", "", listed))
        if name not in _made_in(home) | _lent(home) and name not in _made_in_a_branch(home)
    ]
    assert not found
