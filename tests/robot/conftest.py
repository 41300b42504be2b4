"""A robot whose every sitting begins with a fresh folder of three pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app_shell.conftest import write_picture
from tests.robot.machine import HEIGHT, WIDTH, Labeller
from tests.robot.surroundings import OfficeLabeller


@pytest.fixture
def robot(tmp_path: Path, tiny_model: Path) -> type[Labeller]:
    """A robot whose every sitting begins with a fresh folder of three pictures."""
    from tests.tiny_models import save_tiny  # loads torch

    pictures = tmp_path / "pictures"
    for number, name in enumerate(("first.png", "second.png", "third.png")):
        write_picture(pictures / name, number, (HEIGHT, WIDTH))

    other = save_tiny(tmp_path / "other.safetensors", seed=1)

    class Robot(OfficeLabeller):
        model = tiny_model
        models = (tiny_model, other)
        sittings = 0

        def _fresh_folder(self) -> Path:
            Robot.sittings += 1
            return Path(shutil.copytree(pictures, tmp_path / f"sitting-{Robot.sittings}" / "pictures"))

    return Robot
