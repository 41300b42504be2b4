"""Single flipped bits in a project: harmless, named, or refused; what is exported is what was drawn."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from slimsam_core.errors import SlimSamError
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from slimsam_core.project.repair import KEPT, repair
from tests.hostile.conftest import write_project

FLIPS, PICTURES = 150, 20
NIGHTLY_FLIPS, NIGHTLY_PICTURES = 5000, 40

Objects = dict[int, tuple[str, str, str]]
"""Annotation id -> picture, class, code."""


def exported(path: Path, target: Path) -> Objects:
    """The objects of a project as a COCO file tells them. Raises SlimSamError when the export is refused."""
    with Project.open(path, read_only=True) as project:
        # as codes: whether an outline says the same is asked by the tests of the format, and takes long
        export_project(project, get_format("coco"), target, options=WriteOptions(masks=CocoMasks.RLE))
    data = json.loads(target.read_text("utf-8"))
    images = {image["id"]: image["file_name"] for image in data["images"]}
    classes = {category["id"]: category["name"] for category in data["categories"]}
    return {
        a["id"]: (images[a["image_id"]], classes[a["category_id"]], a["segmentation"]["counts"])
        for a in data["annotations"]
    }


def flip(data: bytes, rng: Random, only_used: bool) -> tuple[bytes, int]:
    """One bit, mostly where there is something."""
    used = [place for place in range(len(data)) if data[place]] if only_used else range(len(data))
    place = rng.choice(used)
    changed = bytearray(data)
    changed[place] ^= 1 << rng.randrange(8)
    return bytes(changed), place


def try_flip(folder: Path, whole: bytes, truth: Objects, rng: Random, number: int) -> str:
    """What became of one flip: ``harmless``, ``named`` or ``refused``."""
    path = folder / f"{number}.slimsam"
    data, place = flip(whole, rng, only_used=number % 4 > 0)
    path.write_bytes(data)
    where = f"flip {number} at byte {place}"
    try:
        with Project.open(path, read_only=True) as project:
            findings = [str(damage) for damage in examine(project)]
    except SlimSamError as error:
        findings = [str(error)]
    words = ""
    try:
        assert exported(path, folder / f"{number}.json") == truth, (
            f"{where}: a wrong export, found: {findings}"
        )
        result = "harmless" if not findings else "named"
    except SlimSamError as error:
        words, result = str(error), "refused"
    assert findings or result != "refused", f"{where}: refused, and the check found nothing: {words}"
    assert "fault of the program" not in words, where
    if findings:
        repaired = folder / f"{number} repaired.slimsam"
        try:
            listed = repair(path, repaired)
        except SlimSamError:
            return result
        named = " ".join(map(str, listed))
        try:
            found = exported(repaired, folder / f"{number} repaired.json")
        except SlimSamError:  # a picture was kept, and named, whose name is none any more
            assert KEPT in named, where
            return result
        wrong = {key: value for key, value in found.items() if truth.get(key, ("", "", ""))[2] != value[2]}
        assert not wrong, f"{where}: repair made another mask of {wrong}"
        lost = truth.keys() - found.keys()
        assert not lost or listed, f"{where}: repair lost {lost} without a word"
        for object_id in lost:  # by its number, or by its picture where the number is what was damaged
            names = (
                f"object {object_id} ",
                f"object {object_id}:",
                f" of {truth[object_id][0]}:",
                f"({truth[object_id][0]})",
            )
            assert any(name in named for name in (*names, "not every object can be read")), where
    return result


def test_flipped_bits_never_become_an_export(tmp_path: Path) -> None:
    flips(tmp_path / "pictures", PICTURES, FLIPS, 7)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_many_flipped_bits_never_become_an_export(tmp_path: Path) -> None:
    flips(tmp_path / "pictures", NIGHTLY_PICTURES, NIGHTLY_FLIPS, 11)


def flips(folder: Path, pictures: int, count: int, seed: int) -> None:
    path = write_project(folder, pictures)
    data, truth = path.read_bytes(), exported(path, folder / "truth.json")
    rng = Random(seed)
    results = [try_flip(folder, data, truth, rng, number) for number in range(count)]
    assert set(results) == {"harmless", "named", "refused"}, "the flips do not reach what they are meant to"
