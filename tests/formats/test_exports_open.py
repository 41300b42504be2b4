"""Exports that the next program opens as they lie: pictures, paths, names, and nothing in its way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Category, DrawnShape, ShapeKind
from slimsam_core.cli import main
from slimsam_core.files.export_manifest import MANIFEST, OLD_MANIFEST
from slimsam_core.formats.coco_format import COCO
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.registry import Placement, WriteOptions, formats, get_format
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.subset import Split
from slimsam_core.formats.text_files import read_yaml
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, encode
from slimsam_core.project import Project, add_root, scan_root
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks
from tests.formats.in_memory import MemoryDataset, memory_dataset

FOLDERS = [f for f in formats() if f.is_folder and f.write is not None]


def write(name: str, dataset: MemoryDataset, target: Path, **options: Any) -> ExportReport:
    writer = get_format(name).write
    assert writer is not None
    return writer(dataset, target, WriteOptions(**options))


def read(name: str, source: Path, pictures: Path) -> MemoryDataset:
    reader = get_format(name).read
    assert reader is not None
    return memory_dataset(reader(source, ReadContext(pictures=FolderPictures(pictures))))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (31, 24)).save(tmp_path / "photos" / "a.jpg")
    return tmp_path / "photos" / "a.jpg"


@pytest.fixture
def dataset() -> MemoryDataset:
    return dataset_of(list(nasty_masks().values())[:3], name="a.jpg")


@pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
def test_no_file_of_ours_looks_like_annotations(format_: Any, tmp_path: Path, dataset: MemoryDataset) -> None:
    """Other programs take every JSON file of a folder, hidden ones too."""
    write(format_.name, dataset, tmp_path / "out")
    hidden = [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]
    assert hidden == [MANIFEST]
    assert not MANIFEST.endswith((".json", ".txt", ".xml", ".png", ".yaml"))


def test_a_folder_of_an_earlier_version_is_ours(tmp_path: Path, dataset: MemoryDataset) -> None:
    write("isat", dataset, tmp_path / "out")
    (tmp_path / "out" / MANIFEST).rename(tmp_path / "out" / OLD_MANIFEST)
    write("isat", replace(dataset, objects=dataset.objects[:1]), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [MANIFEST, "a.json", "isat.yaml"]


@pytest.mark.parametrize("how", list(Placement))
def test_yolo_has_its_pictures_wherever_it_is_moved(
    tmp_path: Path, picture: Path, dataset: MemoryDataset, how: Placement
) -> None:
    split = replace(dataset, image_records=(replace(dataset.image_records[0], split="val"),))
    write("yolo", split, tmp_path / "out", pictures=how, picture_path=lambda _: picture)
    data = read_yaml((tmp_path / "out").rename(tmp_path / "moved") / "data.yaml")
    assert "path" not in data, "without it the folder of the file counts"
    if how is Placement.LIST:
        assert data["val"] == "val.txt"
        (line,) = (tmp_path / "moved" / "val.txt").read_text().splitlines()
        image = tmp_path / "moved" / line
        assert (tmp_path / "moved" / "labels" / "a.txt").is_file(), "in place of images"
    else:
        assert data["val"] == "images/val"
        image = tmp_path / "moved" / data["val"] / "a.jpg"
        assert (tmp_path / "moved" / "labels" / "val" / "a.txt").is_file()
    assert image.exists() == (how is not Placement.NONE)
    if image.exists():
        assert image.read_bytes() == picture.read_bytes()
        assert image.samefile(picture) == (how in (Placement.LINK, Placement.LIST))


def test_linked_pictures_are_written_again_and_foreign_ones_stay(
    tmp_path: Path, picture: Path, dataset: MemoryDataset
) -> None:
    options = {"pictures": Placement.LINK, "picture_path": lambda _: picture}
    for _ in range(2):
        write("yolo", dataset, tmp_path / "out", **options)
    assert picture.is_file()
    (tmp_path / "out" / "images" / "a.jpg").unlink()
    (tmp_path / "out" / "images" / "a.jpg").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="did not write"):
        write("yolo", dataset, tmp_path / "out", **options)


@pytest.mark.parametrize("how", [Placement.COPY, Placement.LINK])
@pytest.mark.parametrize("format_", [f for f in FOLDERS if f.read is not None], ids=lambda f: f.name)
def test_an_export_with_pictures_is_read_as_it_lies(
    format_: Any, how: Placement, tmp_path: Path, picture: Path, dataset: MemoryDataset
) -> None:
    write(format_.name, dataset, tmp_path / "out", pictures=how, picture_path=lambda _: picture)
    name = "000001.jpg" if format_.name == "mots" else "a.jpg"  # frames have numbers there
    if not list((tmp_path / "out").rglob(name)):
        assert format_.name in ("sa1b", "png"), "these have no place for pictures"
        return
    with Project.create(tmp_path / "p.slimsam", []) as project:
        report = import_into(project, format_, tmp_path / "out")
        assert report.complete
        assert report.objects_imported == len(dataset.objects) or format_.name in (
            "png-classes",
            "png-colours",
        )
        (image,) = (project.image(number) for number in project.image_ids())
        assert project.image_path(image).samefile(picture) == (how is Placement.LINK)
        assert image.size == dataset.image_records[0].size


def test_no_folder_of_a_picture_hides_its_labels(tmp_path: Path) -> None:
    """Trainers put ``labels`` in place of the last ``images`` of a picture's path."""
    size = Size(24, 31)
    names = ("images/x/a.jpg", "train/images/b.jpg", "images/b.jpg")
    images = tuple(ImageRecord(id=n, file_name=name, size=size) for n, name in enumerate(names, 1))
    write("yolo", MemoryDataset(DatasetMeta(categories=CATEGORIES), images), tmp_path / "out")
    labels = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.txt"))
    assert labels == ["labels/b.txt", "labels/train/b.txt", "labels/x/a.txt"]


def test_a_missing_picture_is_told_and_the_export_goes_on(tmp_path: Path, dataset: MemoryDataset) -> None:
    report = write("yolo", dataset, tmp_path / "out", picture_path=lambda _: None)
    assert [issue.code for issue in report.warnings] == ["missing-image"]
    assert (tmp_path / "out" / "labels" / "a.txt").is_file()


def test_a_project_brings_its_pictures_and_says_which_class_numbers_change(
    tmp_path: Path, picture: Path
) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        scan_root(project, add_root(project, picture.parent).id)
        write("coco", dataset_of([nasty_masks()["full"]] * 3, name="a.jpg"), tmp_path / "in.json")
        import_into(project, COCO, tmp_path / "in.json")
        yolo = get_format("yolo")
        (whole,) = export_project(project, yolo, tmp_path / "all", Selection(split=Split(1, 0)))
        assert whole.warning_count == 0
        assert (tmp_path / "all" / "images" / "train" / "a.jpg").is_file()
        (part,) = export_project(project, yolo, tmp_path / "part", Selection(category_ids=frozenset({7, 90})))
        assert "Vogel (groß) 0 (was 1), dog 1 (was 2)" in str(part.warnings[0])
        (other,) = export_project(project, COCO, tmp_path / "c.json", Selection(category_ids=frozenset({7})))
        assert other.warning_count == 0, "COCO's ids stay"


def test_voc_says_the_colours_of_its_classes(tmp_path: Path, picture: Path) -> None:
    base = dataset_of([nasty_masks()["hole"]], name="a.jpg")
    meta = DatasetMeta(categories=(Category(id=1, name="potted plant"), Category(id=2, name="a:b")))
    write("voc", replace(base, meta=meta), tmp_path / "out", picture_path=lambda _: picture)
    lines = (tmp_path / "out" / "labelmap.txt").read_text().splitlines()
    assert lines[1:] == ["background:0,0,0::", "potted plant:128,0,0::", "a_b:0,128,0::"]
    assert (tmp_path / "out" / "JPEGImages" / "a.jpg").is_file()
    assert (tmp_path / "out" / "ImageSets" / "Segmentation" / "trainval.txt").read_text() == "a\n"
    found = read("voc", tmp_path / "out", tmp_path / "out")
    assert [c.name for c in found.meta.categories] == ["potted plant", "a:b"]


@pytest.mark.parametrize("how", [None, Placement.COPY, Placement.NONE])
def test_labelme_leads_to_its_picture(
    tmp_path: Path, picture: Path, dataset: MemoryDataset, how: Placement | None
) -> None:
    write("labelme", dataset, tmp_path / "out", pictures=how, picture_path=lambda _: picture)
    named = json.loads((tmp_path / "out" / "a.json").read_text())["imagePath"]
    assert named == ("../photos/a.jpg" if how is None else "a.jpg")
    assert (tmp_path / "out" / named).exists() == (how is not Placement.NONE)


def test_parts_leave_as_polygons_of_one_group_and_come_back_as_one_object(tmp_path: Path) -> None:
    masks = nasty_masks()
    base = dataset_of([masks["four_parts"], masks["island_in_hole"], masks["hole"]], name="a.jpg")
    objects = tuple(replace(a, category_id=1, group_id=3) for a in base.objects)
    write("labelme", replace(base, objects=objects), tmp_path / "out")
    shapes = json.loads((tmp_path / "out" / "a.json").read_text())["shapes"]
    assert {shape["shape_type"] for shape in shapes} == {"polygon"}
    assert [shape["group_id"] for shape in shapes] == [3] * 4 + [4] * 2 + [5]
    found = read("labelme", tmp_path / "out", tmp_path / "out")
    assert [a.mask for a in found.objects] == [a.mask for a in objects]
    assert [a.group_id for a in found.objects] == [3, 3, 3], "what it is called by is kept beside"
    write("labelme", base, tmp_path / "none")
    assert {a.group_id for a in read("labelme", tmp_path / "none", tmp_path).objects} == {None}


def test_points_that_were_moved_elsewhere_count_more_than_our_note(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["full"]], name="a.jpg")
    drawn = DrawnShape(ShapeKind.ELLIPSE, (((15.0, 12.0), (25.0, 18.0)),))
    from slimsam_core.formats.shapes import drawn_to_rle

    ellipse = replace(base.objects[0], drawn=drawn, mask=drawn_to_rle(drawn, Size(24, 31)))
    write("labelme", replace(base, objects=(ellipse,)), tmp_path / "out")
    assert read("labelme", tmp_path / "out", tmp_path).objects[0].drawn == drawn
    data = json.loads((tmp_path / "out" / "a.json").read_text())
    data["shapes"][0]["points"] = [[1, 1], [9, 1], [9, 9]]
    (tmp_path / "out" / "a.json").write_text(json.dumps(data))
    (found,) = read("labelme", tmp_path / "out", tmp_path).objects
    assert found.mask.area < 40
    assert found.drawn is not None
    assert found.drawn.kind is ShapeKind.POLYGON


@pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
def test_a_crowd_stays_one_or_is_counted(format_: Any, tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["corner"]], name="a.jpg")
    crowd = replace(base, objects=(replace(base.objects[0], iscrowd=True),))
    report = write(format_.name, crowd, tmp_path / "out")
    kept = not [loss for loss in report.losses if "crowd" in loss.kind]
    assert kept == (format_.name in ("labelme", "isat", "coco-panoptic", "datumaro"))
    assert kept or str(report.losses[0]) == "1 object loses its mark as a crowd: IoU 1.00"


@pytest.mark.parametrize("name", ["png", "voc"])
def test_a_small_object_is_not_painted_over(name: str, tmp_path: Path) -> None:
    small: BoolMask = np.zeros((24, 31), np.bool_)
    small[3:6, 3:6] = True
    dataset = dataset_of([small, np.ones((24, 31), np.bool_)], name="a.jpg")
    report = write(name, dataset, tmp_path / "out")
    assert [str(loss) for loss in report.losses] == ["1 object loses pixels under others: IoU 0.98"]
    assert dataset.objects[0].mask == encode(small)


def test_coco_writes_polygons_where_they_say_the_mask(tmp_path: Path) -> None:
    masks = list(nasty_masks().values())
    report = write("coco", dataset_of(masks), tmp_path / "c.json")
    assert report.iou == 1.0
    written = json.loads((tmp_path / "c.json").read_text())["annotations"]
    kinds = dict(zip(nasty_masks(), (type(a["segmentation"]) for a in written), strict=True))
    assert kinds["full"] is kinds["four_parts"] is list
    assert kinds["hole"] is dict


def test_the_command_line_offers_the_choice(tmp_path: Path, picture: Path) -> None:
    write("coco", dataset_of([nasty_masks()["full"]], name="a.jpg"), tmp_path / "in.json")
    arguments = ["convert", str(tmp_path / "in.json"), "--to", "yolo", "--images", str(picture.parent)]
    for how in ("copy", "link", "list", "none"):
        assert main([*arguments, "--out", str(tmp_path / how), "--pictures", how]) == 0
        assert (tmp_path / how / "images" / "a.jpg").exists() == (how != "none")
    assert main([*arguments, "--out", str(tmp_path / "plain")]) == 0
    assert not (tmp_path / "plain" / "images" / "a.jpg").is_symlink(), "copies work anywhere"


@pytest.mark.parametrize("how", [Placement.COPY, Placement.LINK])
def test_pictures_of_an_export_below_the_folder_are_none_of_the_project(
    how: Placement, tmp_path: Path, picture: Path
) -> None:
    target = picture.parent / "exports" / "yolo"
    target.parent.mkdir()
    with Project.create(tmp_path / "p.slimsam") as project:
        root = add_root(project, picture.parent)
        scan_root(project, root.id)
        write("coco", dataset_of([nasty_masks()["full"]], name="a.jpg"), tmp_path / "in.json")
        import_into(project, COCO, tmp_path / "in.json")
        export_project(project, get_format("yolo"), target, options=WriteOptions(pictures=how))
        copies = list(target.rglob("*.jpg"))
        assert copies
        (target / "own.jpg").write_bytes(picture.read_bytes())
        assert scan_root(project, root.id).added == 1, "what a person put there is a picture"
        assert {image.path for image in project.images()} == {"a.jpg", "exports/yolo/own.jpg"}
    with Project.create(tmp_path / "q.slimsam") as project:
        root = add_root(project, target)
        assert scan_root(project, root.id).added == 1 + len(copies), "an export that is opened is a folder"
