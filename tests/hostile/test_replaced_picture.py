"""A mask whose size is not that of its picture any more is damage: it is named and never exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.errors import SlimSamError
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from tests.hostile.conftest import write_project


def test_masks_of_a_picture_that_was_replaced_by_a_larger_one(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures")
    with Project.open(path) as project:
        project.record_facts([replace(project.image(1), size=Size(60, 80))])
        named = [str(damage) for damage in examine(project)]
        assert named == [
            f"object {number} of 1.png: its mask is 40x30 large, its picture 80x60" for number in (3, 4, 5)
        ]
        with pytest.raises(SlimSamError, match=r"object 3 of 1\.png: its mask is 40x30 large"):
            export_project(project, get_format("coco"), tmp_path / "x.json")
        assert not (tmp_path / "x.json").exists()
        assert len(project.annotations(2)) == 3, "the other picture is whole"
        project.record_facts([replace(project.image(1), size=Size(30, 40))])
        assert not list(examine(project)), "nothing was lost: the former picture makes it whole again"
