"""Child processes in which torch cannot be imported, as where it is not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from slimsam_core.files.resources import resources_dir

ROOT = Path(__file__).parents[2]
Ended = subprocess.CompletedProcess[str]
Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own with a folder ``pictures`` that has two photographs."""
    folder = tmp_path_factory.mktemp("without-torch")
    (folder / "pictures").mkdir()
    for name in ("coffee.jpg", "chelsea.jpg"):
        shutil.copy(resources_dir() / "samples" / name, folder / "pictures")
    return folder


@pytest.fixture(scope="session")
def python(yard: Path) -> Run:
    """Run Python with arguments; its children cannot import torch either."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "lean" / "blocked"), str(ROOT)]),
        "HOME": str(yard), "USERPROFILE": str(yard),
        **{f"XDG_{kind}_HOME": str(yard / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip

    def run(*arguments: str) -> Ended:
        return subprocess.run(
            [sys.executable, *arguments], cwd=yard, env=environment, capture_output=True, text=True,
            check=False, timeout=280,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def slimsam(python: Run) -> Run:
    """Run several commands of the shell in one process, each a string; what each said and its exit code go
    to stdout as lines ``EXIT n``."""

    def run(*commands: str) -> Ended:
        script = (
            "import shlex, sys\n"
            "from slimsam_core.cli import main\n"
            "for line in sys.argv[1:]:\n"
            "    print('EXIT', main(shlex.split(line)), flush=True)\n"
        )
        return python("-c", script, *commands)

    return run
