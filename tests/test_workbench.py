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


def keeping() -> set[str]:
    """Names of the plain classes of the sessions that are made with something to work on, and keep it."""
    found = set()
    for path in _files(("sessions",)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and "dataclass" not in " ".join(
                map(ast.unparse, node.decorator_list)
            ):
                made = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
                if made and not {ast.unparse(base) for base in node.bases} & {"Exception", "SlimSamError"}:
                    found.add(node.name)
    return found


def test_windows_make_no_sessions() -> None:
    kept = living() | keeping()
    assert {
        "Document",
        "Workbench",
        "PromptSession",
        "InferenceClient",
        "CompressionClient",
        "IoPool",
        "Places",
        "LastExports",
    } <= kept
    made = [
        (path.relative_to(APP).as_posix(), call.func.id)
        for path in _files(GUESTS)
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kept
    ]
    assert made == [ONE_WORKBENCH]


GIVEN_A_POOL = {"item_models/thumbnails.py": "an item model is the cache of its own pictures"}
"""Guest that submits work itself -> why; others ask a session, and never see a pool."""


def test_windows_submit_nothing_themselves() -> None:
    found = {
        path.relative_to(APP).as_posix()
        for path in _files(GUESTS)
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "submit"
    }
    assert found == set(GIVEN_A_POOL)


def test_only_the_workbench_makes_pools_for_sessions() -> None:
    found = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("IoPool", "Pools")
    }
    assert found == {"sessions/workbench.py", "workers/io_pool.py"}


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
