"""A folder of a stranger, with canaries of the user beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project


@dataclass(frozen=True)
class Stranger:
    """What came from elsewhere, and what belongs to the user."""

    folder: Path
    project: Path
    canaries: Path

    def canary(self, name: str = "thesis.txt") -> Path:
        """A file of the user that nothing may touch."""
        return self.canaries / name

    def beside(self, suffix: str) -> Path:
        """A file whose name is the project's with a suffix."""
        return self.project.with_name(self.project.name + suffix)


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    """Two labelled pictures and their project, closed; and the user's own files in another folder."""
    folder, canaries = tmp_path / "stranger", tmp_path / "user"
    canaries.mkdir()
    (canaries / "thesis.txt").write_text("years of work\n" * 100)
    write_project(folder)
    return Stranger(folder, folder / "p.slimsam", canaries)


def write_project(folder: Path, pictures: int = 2) -> Path:
    """A project with pictures of 40x30 pixels, three objects in each, and a history to take back."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    size = Size(30, 40)
    with Project.create(folder / "p.slimsam", [folder]) as project:
        project.apply(
            "Classes", [Edit(None, Category(id=1, name="cat")), Edit(None, Category(id=2, name="dog"))]
        )
        for number in range(1, pictures + 1):
            Image.fromarray(rng.integers(0, 255, (*size.hw, 3), np.uint8)).save(folder / f"{number}.png")
            project.apply(
                "Add",
                [
                    Edit(
                        None,
                        ImageEntry(
                            id=number,
                            root_id=1,
                            path=f"{number}.png",
                            size=size,
                            content_hash=f"{number:032x}",
                        ),
                    )
                ],
            )
            for place in range(3):
                pixels = np.zeros(size.hw, np.bool_)
                pixels[3 : 20 + place, 5 * place : 11 + 4 * place] = (
                    rng.random((17 + place, 11 - place)) < 0.8
                )
                value = Annotation(
                    id=3 * number + place,
                    image_id=number,
                    category_id=1 + place % 2,
                    mask=mask.encode(pixels),
                )
                project.apply("Draw", [Edit(None, value)])
    return folder / "p.slimsam"
