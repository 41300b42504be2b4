"""A data set that brings its pictures along, imported into a project that has other pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Annotation, Category
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.registry import Format, Placement, WriteOptions, formats, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, Project, add_root, scan_root
from tests.formats.foreign_files import coco, labelme, picture, shape
from tests.formats.in_memory import MemoryDataset

SIZE = Size(40, 60)
FOLDERS = [f for f in formats() if f.is_folder and f.write and f.read and f.name != "mots"]
"""But for the one that has numbers in place of the names of pictures."""


def photograph(path: Path, seed: int) -> Path:
    """A picture that no other seed gives."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*SIZE.hw, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def exported(format_: Format, folder: Path, target: Path, *names: str) -> Path:
    """An export of another project: a square in each of the pictures of ``folder``, which come along."""
    mask = np.zeros(SIZE.hw, bool)
    mask[5:25, 8:30] = True
    dataset = MemoryDataset(
        DatasetMeta(categories=(Category(id=1, name="cat"),)),
        tuple(ImageRecord(id=n, file_name=name, size=SIZE) for n, name in enumerate(names, 1)),
        tuple(Annotation(id=n, image_id=n, category_id=1, mask=encode(mask)) for n, _ in enumerate(names, 1)),
    )
    options = WriteOptions(pictures=Placement.COPY, picture_path=lambda image: folder / image.file_name)
    assert format_.write is not None
    format_.write(dataset, target, options)
    kept = [path for path in target.rglob("*") if path.name in {name.split("/")[-1] for name in names}]
    assert len(kept) >= len(names), "asked for, so they come along"
    return target


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """It has a.jpg, and a c.jpg that is another picture than the data set's."""
    photograph(tmp_path / "img/a.jpg", 1)
    photograph(tmp_path / "img/c.jpg", 9)
    with Project.create(tmp_path / "p.slimsam", []) as made:
        scan_root(made, add_root(made, tmp_path / "img").id)
        yield made


def where_objects_are(project: Project) -> dict[Path, int]:
    """File -> objects in it, of every picture that has some and is there."""
    found = {}
    for number in project.image_ids():
        path = project.image_path(project.image(number))
        count = len(project.annotations(number))
        if count:
            assert path.is_file()
            found[path] = count
    return found


@pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
def test_its_pictures_join_and_those_that_are_there_already_do_not(
    format_: Format, project: Project, tmp_path: Path
) -> None:
    there = tmp_path / "theirs"
    shutil.copytree(tmp_path / "img", there)
    photograph(there / "b.jpg", 2)
    photograph(there / "c.jpg", 3)
    source = exported(format_, there, tmp_path / "set", "a.jpg", "b.jpg", "c.jpg")
    before = project.count_images()
    report = import_into(project, format_, source)
    assert report.complete, report.issues.lines()
    assert report.objects_imported == report.objects_in == 3
    where = where_objects_are(project)
    assert [path.read_bytes() for path in where] == [(there / path.name).read_bytes() for path in where], (
        "each object lies in the picture it was drawn in"
    )
    assert tmp_path / "img/a.jpg" in where
    assert tmp_path / "img/c.jpg" not in where
    assert project.count_images() == before + 2
    assert [issue.where for issue in report.issues.examples if issue.code == "joined"] == [str(source)]
    assert report.issues.count(code="namesake") == 1
    for root in project.roots():
        report_of_scan = scan_root(project, root.id)
        assert report_of_scan.added == 0, "copies and labels are no pictures of the folder"
    export_project(project, get_format("coco"), tmp_path / "out.json")
    assert "copies" not in (tmp_path / "out.json").read_text()
    again = import_into(project, format_, source)
    assert again.objects_imported == 0
    assert again.issues.count(code="already-there") == 3
    assert project.count_images() == before + 2
    project.undo()
    project.undo()
    assert [root.path for root in project.roots()] == [str(tmp_path / "img")]


def test_a_picture_that_is_nowhere_is_told(project: Project, tmp_path: Path) -> None:
    there = tmp_path / "theirs"
    photograph(there / "b.jpg", 2)
    photograph(there / "d.jpg", 4)
    source = exported(get_format("yolo"), there, tmp_path / "set", "b.jpg", "d.jpg")
    (source / "images/d.jpg").unlink()
    report = import_into(project, get_format("yolo"), source)
    assert (report.objects_imported, report.objects_reported) == (1, 1)
    assert where_objects_are(project) == {source / "images/b.jpg": 1}


def test_a_folder_of_pictures_that_was_named_counts_alone(project: Project, tmp_path: Path) -> None:
    """Whoever names the folder means its pictures, also where the data set has other files of their names."""
    there = tmp_path / "theirs"
    photograph(there / "c.jpg", 3)
    source = exported(get_format("yolo"), there, tmp_path / "set", "c.jpg")
    report = import_into(project, get_format("yolo"), source, images_root=tmp_path / "img")
    assert report.complete
    assert where_objects_are(project) == {tmp_path / "img/c.jpg": 1}


def test_a_data_set_around_the_project_gives_what_lies_beside(tmp_path: Path) -> None:
    """The project's folder is the data set's own ``images``: nothing comes in twice."""
    there = tmp_path / "theirs"
    photograph(there / "a.jpg", 1)
    source = exported(get_format("yolo"), there, tmp_path / "set", "a.jpg")
    for name in ("more/b", "c"):
        photograph(source / f"{name}.jpg", 5)
        (source / f"{name}.txt").write_bytes((source / "labels/a.txt").read_bytes())
    with Project.create(tmp_path / "p.slimsam", []) as project:
        scan_root(project, add_root(project, source / "images").id)
        report = import_into(project, get_format("yolo"), source)
        assert where_objects_are(project) == {source / "images/a.jpg": 1, source / "more/b.jpg": 1}
        assert [root.path for root in project.roots()] == [str(source / "images"), str(source / "more")]
    assert (report.objects_in, report.objects_imported, report.objects_reported) == (3, 2, 1)
    (told,) = [issue for issue in report.issues.examples if issue.lost_objects]
    assert "cannot join" in str(told)


def test_a_picture_whose_file_is_away_is_known_by_its_content(project: Project, tmp_path: Path) -> None:
    import_into(project, get_format("coco"), coco(tmp_path / "other/in.json", "gone/d.jpg"))
    photograph(tmp_path / "theirs/d.jpg", 4)
    source = exported(get_format("yolo"), tmp_path / "theirs", tmp_path / "set", "d.jpg")
    before = project.count_images()
    report = import_into(project, get_format("yolo"), source)
    assert report.complete
    assert project.count_images() == before


def test_a_lone_file_does_not_bring_its_folder(project: Project, tmp_path: Path) -> None:
    """It may lie among downloads, which nobody wants in the project."""
    picture(tmp_path / "downloads/b.png")
    labels = labelme(tmp_path / "downloads/b.json", shape())
    import_into(project, get_format("labelme"), labels)
    assert [root.path for root in project.roots()] == [str(tmp_path / "img")]


@pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
def test_a_picture_that_is_a_png_is_not_taken_for_its_labels(
    format_: Format, project: Project, tmp_path: Path
) -> None:
    """They have one name in VOC, panoptic and PNG masks; without the picture nothing is a picture."""
    photograph(tmp_path / "theirs/sub/k.png", 5)
    there = tmp_path / "theirs"
    source = exported(format_, there, tmp_path / "set", "sub/k.png")
    report = import_into(project, format_, source)
    assert report.complete, report.issues.lines()
    (path,) = where_objects_are(project)
    assert path.read_bytes() == (there / "sub/k.png").read_bytes()
    pixels = path.read_bytes()
    for copy in list(source.rglob("k.png")):
        if copy.read_bytes() == pixels:
            copy.unlink()
    with Project.create(tmp_path / "other.slimsam", []) as other:
        scan_root(other, add_root(other, tmp_path / "img").id)
        report = import_into(other, format_, source)
        assert not [issue for issue in report.issues.examples if issue.code in ("moved-image", "joined")]


def test_label_pictures_are_no_pictures(project: Project, tmp_path: Path) -> None:
    """Two classes of one picture: neither file is the picture of the other."""
    photograph(tmp_path / "theirs/a.jpg", 1)
    source = tmp_path / "set"
    for name in ("cat", "dog"):
        path = source / "masks" / name / "a.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(np.pad(np.full((9, 9), 255, np.uint8), ((3, 28), (3, 48)))).save(path)
    (source / "classes.json").write_text("[]")
    report = import_into(project, get_format("png-classes"), source)
    assert report.objects_imported == 2
    assert where_objects_are(project) == {tmp_path / "img/a.jpg": 2}


def test_what_comes_lies_on_top_of_what_the_picture_has(project: Project, tmp_path: Path) -> None:
    (image,) = (i for i in project.images() if i.path.endswith("a.jpg"))
    pixels = np.zeros(SIZE.hw, bool)
    pixels[2:5, 2:5] = True
    own = Annotation(id=1, image_id=image.id, category_id=1, mask=encode(pixels), layer=7.0)
    project.apply("Add", [Edit(None, Category(id=1, name="cup")), Edit(None, own)])
    photograph(tmp_path / "theirs/a.jpg", 1)
    source = exported(get_format("voc"), tmp_path / "theirs", tmp_path / "set", "a.jpg")
    assert import_into(project, get_format("voc"), source).objects_imported == 1
    found = [(thing.id == own.id, thing.layer) for thing in project.annotations(image.id)]
    assert found == [(True, 7.0), (False, 8.0)]
