"""What is one thing through several pictures: tracks of CVAT's videos, and MOTS as text, there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_mask

from slimsam_core.annotation import Annotation, Category, DrawnShape, ImageEntry, ShapeKind
from slimsam_core.errors import OutputError
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue
from slimsam_core.formats.registry import Placement, WriteOptions, get_format, recognise
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, encode
from slimsam_core.project import Edit, Project
from slimsam_core.project.tracks import TRACK_KEY, track_of
from tests.formats.examples import random_masks
from tests.formats.in_memory import MemoryDataset, memory_dataset

SIZE = Size(30, 40)
CLASSES = (Category(id=3, name="dog"), Category(id=8, name="Ball (rot)"))
READERS = {"cvat-video": "cvat", "mots": "mots"}
"""Format that is written -> the one that reads it."""
tracked = pytest.mark.parametrize("name", READERS)


def square(left: int, top: int = 4, side: int = 6) -> Rle:
    mask = np.zeros(SIZE.hw, np.bool_)
    mask[top : top + side, left : left + side] = True
    return encode(mask)


def one(number: int, image_id: int, mask: Rle, track: int = 0, category_id: int = 3) -> Annotation:
    extra = {TRACK_KEY: track} if track else {}
    return Annotation(id=number, image_id=image_id, category_id=category_id, mask=mask, extra=extra)


def film(*objects: Annotation, folder: str = "walk/", frames: int = 5) -> MemoryDataset:
    """Frames with the ids 1, 2, ...; their order is not that of their names."""
    images = tuple(
        ImageRecord(id=n, file_name=f"{folder}f_{n:03d}.png", size=SIZE) for n in range(frames, 0, -1)
    )
    return MemoryDataset(DatasetMeta(categories=CLASSES), images, objects)


def walk() -> MemoryDataset:
    """A dog in four of five frames, gone in the third; a ball that comes late; something of no track."""
    dog = [one(n, frame, square(3 * frame), 7) for n, frame in ((11, 1), (12, 2), (13, 4), (14, 5))]
    ball = [one(n, frame, square(25, 15), 2, 8) for n, frame in ((5, 4), (6, 5))]
    return film(*dog, *ball, one(20, 2, square(20, 20)))


def write(name: str, dataset: MemoryDataset, target: Path, **options: object) -> ExportReport:
    writer = get_format(name).write
    assert writer is not None
    return writer(dataset, target, WriteOptions(**options))  # type: ignore[arg-type]


def read(name: str, source: Path, pictures: Path | None = None) -> tuple[MemoryDataset, list[Issue]]:
    reader = get_format(READERS.get(name, name)).read
    assert reader is not None
    context = ReadContext(pictures=FolderPictures(pictures) if pictures else None)
    records = list(reader(source, context))
    issues = [record for record in records if isinstance(record, Issue)]
    taken = sum(isinstance(record, Annotation) for record in records)
    assert context.objects_in == taken + sum(issue.lost_objects for issue in issues)
    return memory_dataset(records), issues


def things(dataset: MemoryDataset) -> list[list[tuple[str, str, str]]]:
    """Each thing as class, picture and mask of its objects; what has no track is a thing of its own."""
    files = {image.id: image.file_name for image in dataset.image_records}
    names = {category.id: category.name for category in dataset.meta.categories}
    found: dict[object, list[tuple[str, str, str]]] = {}
    for a in dataset.objects:
        row = (names[a.category_id], files[a.image_id], a.mask.counts)
        found.setdefault(track_of(a) or ("alone", a.id), []).append(row)
    return sorted(sorted(rows) for rows in found.values())


@tracked
def test_things_come_back_with_their_pictures(name: str, tmp_path: Path) -> None:
    dataset = walk()
    report = write(name, dataset, tmp_path / "out")
    assert (report.objects, report.iou, report.losses) == (7, 1.0, ())
    found, issues = read(name, tmp_path / "out")
    assert issues == []
    assert things(found) == things(dataset)
    assert [len(rows) for rows in things(found)] == [2, 4, 1]
    assert {i.file_name for i in found.image_records} == {i.file_name for i in dataset.image_records}


@tracked
def test_two_films_do_not_mix(name: str, tmp_path: Path) -> None:
    """The same number in another folder is another thing there."""
    first = film(one(1, 1, square(3), 4), one(2, 2, square(4), 4), frames=2)
    images = tuple(replace(i, id=i.id + 10, file_name=f"run/f_{i.id}.png") for i in first.image_records)
    objects = tuple(replace(a, id=a.id + 10, image_id=a.image_id + 10) for a in first.objects)
    both = MemoryDataset(first.meta, first.image_records + images, first.objects + objects)
    write(name, both, tmp_path / "out")
    found, _ = read(name, tmp_path / "out")
    assert [len(rows) for rows in things(found)] == [2, 2]
    assert all(len({picture.split("/")[0] for _, picture, _ in rows}) == 1 for rows in things(found))


@tracked
def test_one_number_twice_in_a_picture_is_two_things(name: str, tmp_path: Path) -> None:
    objects = [one(n, 1 + n // 2, square(3 + 10 * (n % 2)), 4) for n in range(1, 5)]
    dataset = film(*objects, one(9, 2, square(20, 20), 4, 8), frames=3)
    write(name, dataset, tmp_path / "out")
    found, _ = read(name, tmp_path / "out")
    assert sorted(a.mask.counts for a in found.objects) == sorted(a.mask.counts for a in dataset.objects)
    for image in found.image_records:
        tracks = [track_of(a) for a in found.objects if a.image_id == image.id and track_of(a)]
        assert len(set(tracks)) == len(tracks)


@tracked
@given(
    masks=st.lists(random_masks(12), min_size=2, max_size=4), tracks=st.lists(st.integers(0, 2), min_size=4)
)
@settings(max_examples=25, deadline=None)
def test_any_masks_of_a_film_come_back(
    name: str, tmp_path_factory: pytest.TempPathFactory, masks: list[np.ndarray], tracks: list[int]
) -> None:
    height = max(mask.shape[0] for mask in masks)
    width = max(mask.shape[1] for mask in masks)
    padded = [np.pad(m, ((0, height - m.shape[0]), (0, width - m.shape[1]))) for m in masks]
    images = tuple(
        ImageRecord(id=n, file_name=f"{n}.png", size=Size(height, width)) for n in range(1, len(masks) + 1)
    )
    objects = tuple(one(n, n, encode(mask), tracks[n - 1]) for n, mask in enumerate(padded, 1))
    dataset = MemoryDataset(DatasetMeta(categories=CLASSES), images, objects)
    folder = tmp_path_factory.mktemp("f")
    assert write(name, dataset, folder / "out").iou == 1.0
    found, issues = read(name, folder / "out")
    assert issues == []
    assert things(found) == things(dataset)


@tracked
def test_frames_of_several_sizes_are_refused(name: str, tmp_path: Path) -> None:
    dataset = walk()
    other = replace(dataset.image_records[0], size=Size(30, 41))
    with pytest.raises(OutputError, match="one size"):
        write(name, replace(dataset, image_records=(other, *dataset.image_records[1:])), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@tracked
def test_an_export_with_pictures_goes_into_a_project_with_its_tracks(name: str, tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    values: list[object] = [*CLASSES]
    for n in (1, 2):
        Image.fromarray(np.full((*SIZE.hw, 3), 40 * n, np.uint8)).save(frames / f"f{n}.png")
        values.append(ImageEntry(id=n, root_id=1, path=f"f{n}.png", size=SIZE))
    values += [one(n, n, square(5 * n), 6) for n in (1, 2)]
    with Project.create(tmp_path / "p.slimsam", [frames]) as project:
        project.apply("Begin", [Edit(None, value) for value in values])  # type: ignore[type-var]
        options = WriteOptions(pictures=Placement.COPY)
        export_project(project, get_format(name), tmp_path / "out", Selection(), options)
    with Project.create(tmp_path / "q.slimsam", []) as other:
        report = import_into(other, get_format(READERS[name]), tmp_path / "out")
        assert report.complete
        objects = [a for number in other.image_ids() for a in other.annotations(number)]
        assert len({track_of(a) for a in objects} - {0}) == 1
        assert len({a.image_id for a in objects}) == 2
        assert all(other.image_path(image).is_file() for image in other.images())


@tracked
def test_frames_that_are_left_out_count(name: str, tmp_path: Path) -> None:
    """Whoever has all frames of the film there finds each object in its own."""
    values: list[object] = [*CLASSES]
    values += [ImageEntry(id=n, root_id=1, path=f"f{n}.png", size=SIZE) for n in range(1, 7)]
    values += [one(n, n, square(5 * n), 6) for n in (3, 5)]
    with Project.create(tmp_path / "p.slimsam", [tmp_path / "frames"]) as project:
        project.apply("Begin", [Edit(None, value) for value in values])  # type: ignore[type-var]
        (report,) = export_project(project, get_format(name), tmp_path / "out")
        assert report.images == 2
    text = next(
        p for p in (tmp_path / "out").rglob("*") if p.name in ("gt.txt", "annotations.xml")
    ).read_text()
    if name == "mots":
        assert [line.split()[0] for line in text.splitlines()] == ["3", "5"]
        assert "seqLength=6" in (tmp_path / "out/sequence/seqinfo.ini").read_text()
    else:
        shapes = [(s.get("frame"), s.get("outside")) for s in tracks_in(tmp_path / "out")[0]]
        assert shapes == [("2", "0"), ("3", "1"), ("4", "0"), ("5", "1")]
        assert "<size>6</size>" in text
    found, issues = read(name, tmp_path / "out")
    assert issues == []
    assert sorted(image.file_name for image in found.image_records) == ["f3.png", "f5.png"]


# CVAT ----------------------------------------------------------------------------------------------------


def tracks_in(folder: Path) -> list[ElementTree.Element]:
    return ElementTree.parse(folder / "annotations.xml").getroot().findall("track")


def test_a_thing_of_cvat_leaves_where_the_next_picture_lacks_it(tmp_path: Path) -> None:
    """CVAT shows a shape until the next key frame."""
    write("cvat-video", walk(), tmp_path / "out")
    ball, dog, alone = tracks_in(tmp_path / "out" / "walk")
    assert [(s.tag, s.get("frame"), s.get("outside")) for s in dog] == [
        ("polygon", "0", "0"), ("polygon", "1", "0"), ("polygon", "2", "1"), ("polygon", "3", "0"),
        ("polygon", "4", "0"),
    ]  # fmt: skip
    assert (dog.get("id"), dog.get("label")) == ("6", "dog")
    assert (ball.get("id"), ball.get("label")) == ("1", "Ball (rot)")
    assert {s.get("keyframe") for track in (ball, dog, alone) for s in track} == {"1"}
    assert [(s.tag, s.get("outside")) for s in alone] == [("polygon", "0"), ("polygon", "1")]


def test_a_track_has_shapes_of_one_kind(tmp_path: Path) -> None:
    drawn = DrawnShape(ShapeKind.RECTANGLE, (((3.0, 4.0), (12.0, 11.0)),))
    mask = drawn_to_rle(drawn, SIZE)
    boxes = [replace(one(n, n, mask, 4), drawn=drawn) for n in (1, 2)]
    mixed = [replace(one(3, 1, mask, 5), drawn=drawn), one(4, 2, square(20), 5)]
    write("cvat-video", film(*boxes, *mixed), tmp_path / "out")
    kinds = [{shape.tag for shape in track} for track in tracks_in(tmp_path / "out" / "walk")]
    assert kinds == [{"box"}, {"polygon"}]


def test_attributes_of_a_thing_may_change_from_frame_to_frame(tmp_path: Path) -> None:
    said = ({"wet": True, "occluded": True}, {"wet": False})
    objects = [replace(one(n, n, square(4 * n), 9), attributes=said[n - 1]) for n in (1, 2)]
    write("cvat-video", film(*objects), tmp_path / "out")
    found, _ = read("cvat-video", tmp_path / "out")
    assert sorted((dict(a.attributes) for a in found.objects), key=len) == [said[1], said[0]]


def test_tracks_that_cvat_wrote_keep_their_numbers_apart(tmp_path: Path) -> None:
    shape = '<box frame="{}" outside="{}" keyframe="1" xtl="1" ytl="1" xbr="9" ybr="9" z_order="0"></box>'
    seen = shape.format(0, 0) + shape.format(1, 0)
    gone = shape.format(0, 0) + shape.format(1, 1)
    tracks = "".join(
        f'<track id="{number}" label="dog">{shapes}</track>'
        for number, shapes in (("0", seen), ("1", gone), ("1", seen), ("x", seen))
    )
    size = "<original_size><width>40</width><height>30</height></original_size>"
    text = f"<annotations><version>1.1</version><meta><task>{size}</task></meta>{tracks}</annotations>"
    (tmp_path / "a.xml").write_text(text)
    found, issues = read("cvat", tmp_path / "a.xml")
    assert issues == []
    numbers = [track_of(a) for a in found.objects]
    assert sorted(numbers) == [0, 1, 1, 2, 2, 3, 3], "what is seen once is no track"


# MOTS ----------------------------------------------------------------------------------------------------


def test_a_line_of_mots_is_what_its_programs_expect(tmp_path: Path) -> None:
    write("mots", walk(), tmp_path / "out")
    lines = (tmp_path / "out" / "walk" / "gt" / "gt.txt").read_text().splitlines()
    rows = [line.split(" ") for line in lines]
    assert [row[:5] for row in rows] == [
        ["1", "1001", "1", "30", "40"], ["2", "1001", "1", "30", "40"], ["2", "1002", "1", "30", "40"],
        ["4", "1001", "1", "30", "40"], ["4", "2001", "2", "30", "40"],
        ["5", "1001", "1", "30", "40"], ["5", "2001", "2", "30", "40"],
    ]  # fmt: skip
    decoded = coco_mask.decode({"size": [30, 40], "counts": rows[0][5].encode()})
    assert np.array_equal(decoded.astype(np.bool_), square(3).decode())
    assert (tmp_path / "out" / "labels.txt").read_text("utf-8") == "dog\nBall (rot)\n"
    assert (
        json.loads((tmp_path / "out" / "walk" / "frames.json").read_text())["frames"]["1"] == "walk/f_001.png"
    )


def test_objects_of_mots_do_not_overlap(tmp_path: Path) -> None:
    big, small = square(2, 2, 20), square(8, 8, 4)
    report = write("mots", film(one(1, 1, big, 1), one(2, 1, small, 2)), tmp_path / "out")
    assert [str(loss) for loss in report.losses] == ["1 object loses pixels under others: IoU 0.96"]
    found, _ = read("mots", tmp_path / "out")
    assert sorted(a.mask.area for a in found.objects) == [16, 400 - 16]


def test_many_things_of_a_class_have_numbers_of_their_own(tmp_path: Path) -> None:
    pixels = []
    for n in range(1100):
        mask = np.zeros(SIZE.hw, np.bool_)
        mask[n // 40, n % 40] = True
        pixels.append(one(n + 1, 1, encode(mask)))
    write("mots", film(*pixels, one(2000, 2, square(3), 0, 8), frames=2), tmp_path / "out")
    lines = (tmp_path / "out" / "walk" / "gt" / "gt.txt").read_text().splitlines()
    numbers = [(int(row[1]), int(row[2])) for row in map(str.split, lines)]
    assert len({number for number, _ in numbers}) == 1101
    assert {number // 10_000 for number, kind in numbers if kind == 1} == {1}


def test_what_others_wrote_as_mots_is_read(tmp_path: Path) -> None:
    """As KITTI lays it out: a file a sequence, frames from 0, no names of classes, regions to ignore."""
    pictures = tmp_path / "training" / "image_02" / "0003"
    pictures.mkdir(parents=True)
    for n in range(2):
        Image.new("RGB", (40, 30)).save(pictures / f"{n:06d}.png")
    codes = [square(3 * n).counts for n in range(3)]
    lines = [f"0 2005 2 30 40 {codes[0]}", f"1 2005 2 30 40 {codes[1]}", f"1 10000 10 30 40 {codes[2]}"]
    (tmp_path / "0003.txt").write_text("\n".join(lines) + "\n")
    assert recognise(tmp_path / "0003.txt").name == "mots"
    found, issues = read("mots", tmp_path / "0003.txt", tmp_path)
    assert issues == []
    names = {category.id: category.name for category in found.meta.categories}
    assert [(names[a.category_id], track_of(a), a.iscrowd) for a in found.objects] == [
        ("pedestrian", 2005, False), ("pedestrian", 2005, False), ("ignore", 0, True),
    ]  # fmt: skip
    where = "training/image_02/0003"
    assert [i.file_name for i in found.image_records] == [f"{where}/000000.png", f"{where}/000001.png"]


def test_lines_of_mots_that_cannot_be_are_reported(tmp_path: Path) -> None:
    code = square(3).counts
    lines = [f"1 1001 1 30 40 {code}", f"1 1002 1 31 40 {code}", "1 1003 1 30 40 \u00e4", "1 2",
             f"x 1 1 30 40 {code}", "1 1004 1 30 40 0", f"2 1001 1 0 40 {code}"]  # fmt: skip
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    found, issues = read("mots", tmp_path / "a.txt")
    assert len(found.objects) == 1
    assert [issue.where for issue in issues if issue.lost_objects] == [
        "a.txt:4", "a.txt:5", "a.txt:2", "a.txt:3", "a.txt:6", "a.txt: frame 2",
    ]  # fmt: skip


def test_frames_without_zeros_are_in_the_order_of_time(tmp_path: Path) -> None:
    """CVAT's own order of a task is that of letters, and it is told; MOTS has the order of the list."""
    images = tuple(ImageRecord(id=n, file_name=f"frame {n}.png", size=SIZE) for n in range(1, 13))
    objects = tuple(one(n, n, square(2 * n), 7) for n in range(1, 13))
    dataset = MemoryDataset(DatasetMeta(categories=CLASSES), images, objects)
    assert write("mots", dataset, tmp_path / "mots").warning_count == 0
    listed = json.loads((tmp_path / "mots" / "sequence" / "frames.json").read_text())["frames"]
    assert listed == {str(n): f"frame {n}.png" for n in range(1, 13)}
    report = write("cvat-video", dataset, tmp_path / "cvat")
    (issue,) = report.warnings
    assert (report.warning_count, issue.code) == (1, "frame-order")
    assert "frame 12.png comes before frame 2.png" in str(issue.message)
    found, _ = read("cvat-video", tmp_path / "cvat")
    assert things(found) == things(dataset)
