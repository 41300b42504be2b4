"""Habits of one system that another does not have: found in the source, as the tests run on Linux."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_core import own_process

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for package in ("slimsam_core", "slimsam_app") for path in (ROOT / package).rglob("*.py")
)

ONLY_POSIX = {
    "os.fork", "os.rename", "os.link", "os.mkfifo", "os.killpg", "os.setsid", "os.getuid", "os.getpgid",
    "signal.SIGKILL", "signal.SIGUSR1", "signal.SIGUSR2", "signal.SIGHUP", "signal.SIGALRM", "signal.alarm",
    "os.symlink",
}  # fmt: skip
"""``os.replace`` and ``Path.replace`` are meant where ``os.rename`` would fail on Windows."""

GUARDED = {"os.geteuid", "os.nice", "os.sysconf", "fcntl", "resource", "pwd", "grp"}
"""Allowed below a question for ``sys.platform``, for the attribute, or in a ``try``."""

PROC_FILES = {
    "slimsam_core/commands/doctor.py",
    "slimsam_core/files/machine_memory.py",
    "slimsam_core/benchmarks/child.py",
    "slimsam_core/benchmarks/run.py",
    "slimsam_app/workers/compression_worker.py",
}
"""They read ``/proc`` where it is and do without it elsewhere."""

ASKS_FOR_ITSELF = {
    "slimsam_core/own_process.py",
    "slimsam_core/installation.py",
    "slimsam_core/commands/doctor.py",
    "slimsam_app/desktop_entry.py",
}


def name_of(node: ast.expr) -> str:
    """``os.nice`` of the expression ``os.nice``."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def with_guard(tree: ast.AST, guarded: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether a question or a ``try`` stands around it."""
    for node in ast.iter_child_nodes(tree):
        asks = isinstance(node, (ast.If, ast.IfExp, ast.Try, ast.BoolOp))
        yield node, guarded
        yield from with_guard(node, guarded or asks)


def faults(path: str, source: str) -> list[str]:
    """What would not work elsewhere, with its line."""
    found = []
    for node, guarded in with_guard(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = [name_of(node)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        line = getattr(node, "lineno", 0)
        found += [f"{path}:{line} {name}" for name in names if name in ONLY_POSIX]
        found += [
            f"{path}:{line} {name} without a question" for name in names if name in GUARDED and not guarded
        ]
        if "sys.executable" in names and path not in ASKS_FOR_ITSELF:
            found.append(f"{path}:{line} sys.executable: a frozen program has no Python (own_process)")
        if isinstance(node, ast.Constant) and str(node.value).startswith("/proc") and path not in PROC_FILES:
            found.append(f"{path}:{line} {node.value}")
        if isinstance(node, ast.Call) and name_of(node.func) in ("subprocess.run", "subprocess.Popen"):
            given = {keyword.arg for keyword in node.keywords}
            if "creationflags" not in given and path not in ASKS_FOR_ITSELF:
                found.append(f"{path}:{line} a child without creationflags flashes a console")
            if given & {"preexec_fn", "start_new_session", "process_group"}:
                found.append(f"{path}:{line} {given}")
    return found


def test_no_habit_of_one_system() -> None:
    found = []
    for path in SOURCES:
        found += faults(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.rename(a, b)",
        "import os\nos.nice(3)",
        "import fcntl",
        "import signal\nsignal.SIGKILL",
        "import sys\nrun([sys.executable])",
        "import subprocess\nsubprocess.run(['a'])",
        "Path('/proc/meminfo')",
    ],
)
def test_such_a_habit_is_found(source: str) -> None:
    assert len(faults("x.py", source)) == 1


def test_a_question_is_enough() -> None:
    source = "import os, sys\nif sys.platform != 'win32':\n    import fcntl\n    os.geteuid()\n"
    assert faults("x.py", source) == []


def test_a_part_is_started_by_python_or_by_the_frozen_program(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "slimsam_core.judging.footprint"
    assert own_process.part_command(module, "a") == [sys.executable, "-m", module, "a"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_process.part_command(module, "a") == [sys.executable, "--run-part", module, "a"]
    assert "PYTHONPATH" not in set(own_process.part_environment()) - set(os.environ)


@pytest.mark.parametrize(
    "argv", [["x"], ["x", "--run-part"], ["x", "--run-part", "antigravity"], ["x", "a.png", "b"]]
)
def test_nothing_else_is_run_as_a_part(argv: list[str]) -> None:
    assert not own_process.run_part(argv)


def test_every_part_can_be_run() -> None:
    for module in own_process.PARTS:
        assert 'if __name__ == "__main__":' in (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")


def test_a_part_runs_as_the_frozen_program_runs_it() -> None:
    code = (
        "import sys; from slimsam_core.own_process import run_part; "
        "sys.argv = ['x', '--run-part', 'slimsam_core.inference.runtimes.background', '/nowhere', 'x']; "
        "run_part(sys.argv)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert "/nowhere" in done.stdout
