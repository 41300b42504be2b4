"""What lies at a name of others is asked through one module, which raises for no name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

PACKAGES = ("slimsam_core/formats", "slimsam_core/datasets")
"""Here every name may be a stranger's."""
ASKS = frozenset({"is_file", "is_dir", "exists"})
OWN_ENTRY = frozenset({"entry", "e"})
"""An entry of a folder that was listed: it is there."""
OWN_FOLDER = {"slimsam_core/export/exporter.py": "the folder was written just now"}


def asked(tree: ast.AST) -> Iterator[str]:
    """Calls of pathlib that raise for a name that is too long."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            if called.attr in ASKS and ast.unparse(called.value) not in OWN_ENTRY:
                yield f"{node.lineno}: {ast.unparse(called)}"


def walked(tree: ast.AST) -> Iterator[str]:
    """Walks through all folders below one, which call themselves or raise."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func
            deep = called.attr in ("glob", "iglob") and "**" in ast.unparse(node)
            if deep or (called.attr in ("rglob", "walk") and ast.unparse(called) != "ast.walk"):
                yield f"{node.lineno}: {ast.unparse(called)}"


def test_names_of_others_are_asked_for_by_the_helper() -> None:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    found = [f"{path.name}:{call}" for path in files for call in asked(ast.parse(path.read_text("utf-8")))]
    assert not found, "use is_file, is_folder and exists of slimsam_core.files.listing"


def test_folders_are_walked_through_by_the_helper() -> None:
    files = [path for top in ("slimsam_core", "slimsam_app") for path in sorted((ROOT / top).rglob("*.py"))]
    found = [
        f"{path.name}:{call}"
        for path in files
        if path.relative_to(ROOT).as_posix() not in OWN_FOLDER
        for call in walked(ast.parse(path.read_text("utf-8")))
    ]
    assert not found, "use files_below of slimsam_core.files.listing"


def test_the_looks_find_what_they_should() -> None:
    assert list(asked(ast.parse("a.is_file()\n(a / b).exists()\nentry.is_dir()"))) == [
        "1: a.is_file",
        "2: (a / b).exists",
    ]
    assert list(walked(ast.parse("os.walk(x)\npath.rglob('*')\nast.walk(y)\nx.glob(f'**/{y}')"))) == [
        "1: os.walk",
        "2: path.rglob",
        "4: x.glob",
    ]
