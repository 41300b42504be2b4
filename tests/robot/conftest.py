"""A robot whose every sitting begins with a fresh folder of three pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app_shell.conftest import write_picture
from tests.robot.machine import HEIGHT, WIDTH, Labeller


@pytest.fixture
def robot(tmp_path: Path, tiny_model: Path) -> type[Labeller]:
    """A robot whose every sitting begins with a fresh folder of three pictures."""
    pictures = tmp_path / "pictures"
    for number, name in enumerate(("first.png", "second.png", "third.png")):
        write_picture(pictures / name, number, (HEIGHT, WIDTH))

    class Robot(Labeller):
        model = tiny_model
        sittings = 0

        def _fresh_folder(self) -> Path:
            Robot.sittings += 1
            return Path(shutil.copytree(pictures, tmp_path / f"sitting-{Robot.sittings}" / "pictures"))

    return Robot
