"""A mask of noise, whose thousands of parts no format was made for: it has a bound, and can be cancelled."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.errors import Cancelled
from slimsam_core.formats import keyhole, outlines
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask_crop import outlines as outlines_of
from slimsam_core.progress import CancelToken, check_cancelled, ends_with
from slimsam_core.project import Edit, Project

SIZE = Size(90, 110)
SEVERAL = 100
"""Times that a job asks whether it was cancelled, in the one object that it has."""


class Impatient(CancelToken):
    """Cancelled when it is asked for the nth time."""

    def __init__(self, patience: int) -> None:
        super().__init__()
        self.asked, self.patience = 0, patience

    def raise_if_cancelled(self) -> None:
        self.asked += 1
        if self.asked == self.patience:
            self.cancel()
        super().raise_if_cancelled()


def noise(size: Size = SIZE) -> mask.Rle:
    return mask.encode(np.random.default_rng(4).random(size.hw) < 0.5)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.slimsam"
    with Project.create(path, [tmp_path]) as project:
        project.apply(
            "Add",
            [
                Edit(None, Category(id=1, name="cat")),
                Edit(None, ImageEntry(id=1, root_id=1, path="1.png", size=SIZE, content_hash="0" * 32)),
                Edit(None, Annotation(id=1, image_id=1, category_id=1, mask=noise())),
            ],
        )
    return path


@pytest.mark.parametrize("name", ["coco", "yolo", "labelme", "isat", "geojson"])
def test_one_object_of_noise_can_be_cancelled_in_the_middle(project: Path, tmp_path: Path, name: str) -> None:
    format_ = get_format(name)
    with Project.open(project, read_only=True) as opened:
        patient = Impatient(0)
        export_project(opened, format_, tmp_path / "whole", None, WriteOptions(cancel=patient))
        assert patient.asked > SEVERAL
        for patience in (patient.asked // 4, patient.asked // 2, patient.asked - 1):
            target = tmp_path / f"cancelled-{patience}"
            with pytest.raises(Cancelled):
                export_project(opened, format_, target, None, WriteOptions(cancel=Impatient(patience)))
            assert not target.exists()


def test_an_import_of_noise_can_be_cancelled_in_the_middle(project: Path, tmp_path: Path) -> None:
    format_ = get_format("labelme")
    with Project.open(project) as opened:
        export_project(opened, format_, tmp_path / "whole")
        before = opened.last_seq()
        with pytest.raises(Cancelled):
            import_into(opened, format_, tmp_path / "whole", check_pictures=False, cancel=Impatient(SEVERAL))
        assert opened.last_seq() == before


def test_who_asks_outside_of_a_job_goes_on() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled), ends_with(token):
        check_cancelled()
    check_cancelled()


@pytest.mark.parametrize("limit", ["MAX_COCO_PARTS", "MAX_OUTLINED_LETTERS"])
@pytest.mark.parametrize("masks", [CocoMasks.MIXED, CocoMasks.POLYGONS])
def test_so_many_parts_are_written_to_coco_as_a_code_and_told(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, masks: CocoMasks
) -> None:
    """Its readers go through all that they have drawn for each part: hours for noise of 9 megapixels."""
    monkeypatch.setattr(outlines, limit, 100)
    target = tmp_path / "out.json"
    with Project.open(project, read_only=True) as opened:
        (report,) = export_project(opened, get_format("coco"), target, None, WriteOptions(masks=masks))
    (annotation,) = json.loads(target.read_text("utf-8"))["annotations"]
    assert annotation["segmentation"] == noise().to_coco()
    assert any("written as a run-length code" in warning.message for warning in report.warnings)


def test_few_parts_are_outlined_as_before() -> None:
    assert outlines.has_few_parts(noise())
    assert outlines.is_short([polygon.exterior for polygon in outlines_of(noise())])


@pytest.mark.parametrize("pairs", [0, keyhole.MAX_PAIRS], ids=["in a chain", "by the shortest bridges"])
@pytest.mark.parametrize("seed", range(5))
def test_one_ring_says_all_parts_and_holes(monkeypatch: pytest.MonkeyPatch, pairs: int, seed: int) -> None:
    monkeypatch.setattr(keyhole, "MAX_PAIRS", pairs)
    rng = np.random.default_rng(seed)
    pixels = rng.random((int(rng.integers(2, 40)), int(rng.integers(2, 40)))) < 0.6
    ring = keyhole.joined_ring(mask.to_polygons(pixels))
    assert (mask.rasterize([mask.Polygon(ring)], Size.of(pixels)) == pixels).all()


def test_the_union_of_thousands_of_masks_is_that_of_their_pixels() -> None:
    rng = np.random.default_rng(7)
    masks = [rng.random(SIZE.hw) < 0.001 for _ in range(3_000)]
    assert mask.union([mask.encode(one) for one in masks]) == mask.encode(np.any(masks, axis=0))
