"""Labels of turned pictures come back where they were, whatever format the picture has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, Root
from slimsam_core.formats.coco_format import COCO
from slimsam_core.formats.registry import formats, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, Project, fill_facts, scan_root
from tests.pixels.picture_writers import as_stored, jpeg_bytes, png_bytes, tiff_bytes, webp_bytes

UPRIGHT = np.zeros((40, 70, 3), np.uint8)
UPRIGHT[5:15, 10:50] = 200
WRITERS = {"a.tif": tiff_bytes, "a.png": png_bytes, "a.jpg": jpeg_bytes, "a.webp": webp_bytes}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", WRITERS)
def test_out_and_in_again(tmp_path: Path, name: str, orientation: int) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / name).write_bytes(WRITERS[name](as_stored(UPRIGHT, orientation), orientation))
    seen = read_image(folder / name)
    mask = encode(seen.rgb[:, :, 0] > 100)
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("folder", [Edit(None, Root(1, str(folder))), Edit(None, Category(id=1, name="bar"))])
        scan_root(project, 1)
        assert fill_facts(project) == {}
        (image_id,) = project.image_ids()
        entry = project.image(image_id)
        assert (entry.size, entry.exif_orientation) == (seen.size, orientation)
        project.apply("object", [Edit(None, Annotation(id=1, image_id=image_id, category_id=1, mask=mask))])
        (report,) = export_project(project, COCO, folder / "out.json")
        assert report.summary.startswith(
            "1 object, 1 image, IoU 1.000"
        )  # a turned picture warns other readers
    with Project.create(tmp_path / "q.slimsam") as project:
        found = import_into(project, COCO, folder / "out.json")
        assert not found.issues.count(), found.issues.lines(9)
        (image_id,) = project.image_ids()
        (annotation,) = project.annotations(image_id)
        assert annotation.mask == mask
        assert np.array_equal(annotation.mask.decode(), UPRIGHT[:, :, 0] > 100)


@pytest.mark.parametrize("name", [f.name for f in formats() if f.write is not None])
def test_every_export_warns_of_a_picture_that_is_stored_rotated(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "turned.jpg").write_bytes(jpeg_bytes(as_stored(UPRIGHT, 6), 6))
    (folder / "upright.jpg").write_bytes(jpeg_bytes(UPRIGHT, 1))
    mask = encode(UPRIGHT[:, :, 0] > 100)
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("folder", [Edit(None, Root(1, str(folder))), Edit(None, Category(id=1, name="bar"))])
        scan_root(project, 1)
        fill_facts(project)
        drawn = [
            Edit(None, Annotation(id=number, image_id=image_id, category_id=1, mask=mask))
            for number, image_id in enumerate(project.image_ids(), 1)
        ]
        project.apply("objects", drawn)
        chosen = get_format(name)
        target = tmp_path / "out" / ("" if chosen.is_folder else f"labels{chosen.suffix}")
        target.parent.mkdir(exist_ok=True)
        (report,) = export_project(project, chosen, target)
    told = [issue for issue in report.warnings if issue.code == "exif"]
    assert ["turned" in issue.where for issue in told] == [True], [i.where for i in report.warnings]
