"""Other people's programs read every export as it lies, and what they write comes in whole.

They need environments of their own: ``SLIMSAM_INTEROP`` names a folder that keeps them; without it they are
made anew, which takes minutes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.interop.programs import (
    HOLD_BOXES,
    READS,
    WRITES,
    environment_of,
    make_environment,
    try_reader,
    try_writer,
)

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1200)]
PAIRS = [(name, program) for name, programs in READS.items() for program in programs]
PARTS_ARE_OBJECTS = ("labelme2coco", "labelme2yolo", "supervision, YOLO", "supervision, VOC",
                     "datumaro, coco_panoptic", "datumaro, voc_segmentation", *HOLD_BOXES)  # fmt: skip
"""Programs that make an object of each part."""
AT_LEAST = {"supervision, VOC": 0.6, "labelme2coco": 0.8, "labelme2yolo": 0.8,
            "supervision, YOLO": 0.8, "datumaro, voc_segmentation": 0.8}  # fmt: skip
"""IoU below 0.9: boxes for masks, or parts as objects."""


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the environments of the laboratory."""
    named = os.environ.get("SLIMSAM_INTEROP")
    return Path(named) if named else tmp_path_factory.mktemp("laboratory")


@pytest.mark.parametrize(("name", "program"), PAIRS)
def test_a_program_reads_our_export(name: str, program: str, environments: Path, tmp_path: Path) -> None:
    python = make_environment(environment_of(program), environments)
    outcome = try_reader(python, name, program, tmp_path / "export")
    assert outcome.error == ""
    if program not in PARTS_ARE_OBJECTS:
        assert outcome.objects == outcome.expected
    assert outcome.iou >= AT_LEAST.get(program, 0.9)
    assert outcome.classes_in_order or program == "supervision, VOC", "it numbers classes as it meets them"


@pytest.mark.parametrize("program", WRITES)
def test_what_a_program_writes_comes_in_whole(program: str, environments: Path, tmp_path: Path) -> None:
    python = make_environment(environment_of(program), environments)
    outcome = try_writer(python, program, tmp_path)
    if program not in PARTS_ARE_OBJECTS:
        assert outcome.objects == outcome.expected
    assert outcome.iou >= AT_LEAST.get(program, 0.9)
    assert outcome.classes_in_order or program == "labelme2yolo", "it numbers classes as it meets them"
