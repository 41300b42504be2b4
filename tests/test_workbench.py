"""Documents, threads, clients and sessions are made on the workbench; what paints is a guest there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parent.parent / "slimsam_app"
MAKERS = ("document.py", "sessions", "workers")
"""Where the classes are that only the workbench may make."""
GUESTS = ("windows", "canvas", "item_models", "messages.py", "app.py")
ONE_WORKBENCH = ("app.py", "Workbench")
"""The composition root makes the workbench itself."""


def _files(names: tuple[str, ...]) -> list[Path]:
    return sorted(
        path for name in names for path in [APP / name, *(APP / name).rglob("*.py")] if path.is_file()
    )


def _classes() -> Iterator[tuple[str, set[str]]]:
    for path in _files(MAKERS):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, {ast.unparse(base) for base in node.bases}


def living() -> set[str]:
    """Names of the classes that hold state and signals, in these modules; values are anybody's."""
    bases = dict(_classes())
    found = {"QObject"}
    while grown := {name for name, parents in bases.items() if parents & found} - found:
        found |= grown
    return found - {"QObject"}


def test_windows_make_no_sessions() -> None:
    kept = living()
    assert {
        "Document",
        "Workbench",
        "PromptSession",
        "InferenceClient",
        "CompressionClient",
        "IoPool",
    } <= kept
    made = [
        (path.relative_to(APP).as_posix(), call.func.id)
        for path in _files(GUESTS)
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kept
    ]
    assert made == [ONE_WORKBENCH]


POOLS = {"workers/io_pool.py": "short I/O and jobs", "canvas/scene.py": "halves the shown picture"}
"""Module that makes a pool of threads -> what for; long work has one shape, a Task on a Lane."""


def test_only_these_modules_make_pools_of_threads() -> None:
    found = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("QThreadPool", "ThreadPoolExecutor", "globalInstance")
    }
    assert found == set(POOLS)
