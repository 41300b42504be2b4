"""Formats of one file a picture: what is written is read the same, and nobody's files are touched."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slimsam_core.annotation import Annotation
from slimsam_core.errors import Cancelled, OutputError
from slimsam_core.files.export_manifest import MANIFEST
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import KnownPictures
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue
from slimsam_core.formats.registry import Format, WriteOptions, formats, get_format, recognise
from slimsam_core.formats.subset import Split, split_dataset
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, encode
from slimsam_core.progress import CancelToken, Progress
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks, random_masks
from tests.formats.in_memory import MemoryDataset, memory_dataset

FOLDERS = [f for f in formats() if f.is_folder and f.write is not None]
BOXES = ("yolo-detect", "yolo-obb", "dota")
"""Formats that hold boxes and no masks."""
ONE_FILE = ("cvat", "mots", "label-studio", "datumaro")
"""Formats that name no file after a picture."""
MASKS = [f for f in FOLDERS if f.name not in BOXES and f.read is not None]
PAINTED = ("voc", "png", "mots", "coco-panoptic", "png-classes", "png-colours")
"""Formats in which a pixel has one owner."""
EXACT = [f for f in MASKS if f.name not in PAINTED]
"""Formats in which objects may overlap."""
whole = pytest.mark.parametrize("format_", MASKS, ids=lambda f: f.name)
stemmed = pytest.mark.parametrize(
    "format_", [f for f in MASKS if f.name not in (*ONE_FILE, "png-objects")], ids=lambda f: f.name
)
parametrized = pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
exact = pytest.mark.parametrize("format_", EXACT, ids=lambda f: f.name)
hypothesis_settings = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(format_: Format, folder: Path, dataset: MemoryDataset) -> tuple[MemoryDataset, list[Issue]]:
    assert format_.read is not None
    context = ReadContext(pictures=KnownPictures(dataset.images()))
    records = list(format_.read(folder, context))
    issues = [record for record in records if isinstance(record, Issue)]
    taken = sum(isinstance(record, Annotation) for record in records)
    assert context.objects_in == taken + sum(issue.lost_objects for issue in issues)
    return memory_dataset(records), issues


def round_trip(format_: Format, folder: Path, dataset: MemoryDataset) -> MemoryDataset:
    assert format_.write is not None
    report = format_.write(dataset, folder, WriteOptions())
    assert report.iou == 1.0
    assert report.losses == ()
    found, issues = read(format_, folder, dataset)
    assert issues == []
    return found


def names_of(dataset: MemoryDataset) -> list[str]:
    names = {category.id: category.name for category in dataset.meta.categories}
    return [names[annotation.category_id] for annotation in dataset.objects]


@exact
def test_every_nasty_mask_comes_back(format_: Format, tmp_path: Path) -> None:
    dataset = dataset_of(list(nasty_masks().values()))
    found = round_trip(format_, tmp_path / "out", dataset)
    assert [a.mask for a in found.objects] == [a.mask for a in dataset.objects]
    assert [i.file_name for i in found.image_records] == ["sub folder/ä 1.jpg"]
    if format_.name != "sa1b":
        assert names_of(found) == names_of(dataset)


@whole
@given(mask=random_masks(16))
@hypothesis_settings
def test_any_single_mask_comes_back(
    format_: Format, tmp_path_factory: pytest.TempPathFactory, mask: BoolMask
) -> None:
    dataset = dataset_of([mask])
    found = round_trip(format_, tmp_path_factory.mktemp("f") / "out", dataset)
    assert [a.mask for a in found.objects] == [dataset.objects[0].mask]


@exact
@given(masks=st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=4), layers=st.booleans())
@hypothesis_settings
def test_overlapping_masks_come_back(
    format_: Format, tmp_path_factory: pytest.TempPathFactory, masks: list[int], layers: bool
) -> None:
    dataset = dataset_of([np.random.default_rng(seed).random((9, 11)) < 0.7 for seed in masks])
    if layers:
        objects = tuple(replace(a, layer=float(i)) for i, a in enumerate(dataset.objects))
        dataset = replace(dataset, objects=objects)
    found = round_trip(format_, tmp_path_factory.mktemp("f") / "out", dataset)
    assert [a.mask for a in found.objects] == [a.mask for a in dataset.objects]


@whole
def test_pictures_without_objects_are_there(format_: Format, tmp_path: Path) -> None:
    if format_.name in ("png-objects", "png-classes"):
        pytest.skip("it has no file of a picture without objects")
    image = ImageRecord(id=1, file_name="a/empty.jpg", size=Size(6, 8))
    dataset = MemoryDataset(DatasetMeta(categories=CATEGORIES), (image,), ())
    found = round_trip(format_, tmp_path / "out", dataset)
    assert [i.file_name for i in found.image_records] == ["a/empty.jpg"]


@parametrized
def test_written_folder_is_recognised(format_: Format, tmp_path: Path) -> None:
    assert format_.write is not None
    format_.write(dataset_of([nasty_masks()["full"]]), tmp_path / "out", WriteOptions())
    if format_.read is None:
        pytest.skip("it is only written")
    assert recognise(tmp_path / "out") is format_


@parametrized
def test_pictures_of_one_stem_are_refused(format_: Format, tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["full"]], name="a.jpg")
    second = replace(base.image_records[0], id=6, file_name="a.png")
    dataset = replace(base, image_records=(*base.image_records, second))
    assert format_.write is not None
    if format_.name in ("cvat", "cvat-video", "mots", "label-studio"):
        assert format_.write(dataset, tmp_path / "out", WriteOptions()).images == 2
        return
    with pytest.raises(OutputError, match="two pictures would share"):
        format_.write(dataset, tmp_path / "out", WriteOptions())
    assert list(tmp_path.iterdir()) == []


@parametrized
def test_object_without_pixels_is_reported_as_lost(format_: Format, tmp_path: Path) -> None:
    if format_.name == "sa1b":
        pytest.skip("a run-length code can say it")
    dataset = dataset_of([nasty_masks()["pixel"], np.zeros((24, 31), np.bool_)])
    assert format_.write is not None
    report = format_.write(dataset, tmp_path / "out", WriteOptions())
    assert [str(loss) for loss in report.losses] == ["1 object lacks pixels: IoU 0.00"]
    assert report.iou == 0.5


@parametrized
def test_other_peoples_files_are_never_touched(format_: Format, tmp_path: Path) -> None:
    write, dataset = format_.write, dataset_of([nasty_masks()["full"]])
    assert write is not None
    write(dataset, tmp_path / "model", WriteOptions())
    written = sorted(
        p.relative_to(tmp_path / "model") for p in (tmp_path / "model").rglob("*") if p.is_file()
    )
    for name in written:
        if name.name == MANIFEST:
            continue
        target = tmp_path / "out"
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("precious")
        with pytest.raises(OutputError, match="did not write"):
            write(dataset, target, WriteOptions())
        assert [p for p in target.rglob("*") if p.is_file()] == [target / name]
        assert (target / name).read_text() == "precious"
        (target / name).unlink()


@stemmed
def test_second_export_replaces_its_own_files_but_no_changed_one(format_: Format, tmp_path: Path) -> None:
    write, target = format_.write, tmp_path / "out"
    assert write is not None
    write(dataset_of([nasty_masks()["full"]]), target, WriteOptions())
    (target / "notes.md").write_text("mine")
    second = dataset_of([nasty_masks()["four_parts"]])
    write(second, target, WriteOptions())
    assert (target / "notes.md").read_text() == "mine"
    (target / "notes.md").unlink()
    found, _ = read(format_, target, second)
    assert found.objects[0].mask == second.objects[0].mask
    report = write(dataset_of([nasty_masks()["full"]], name="other.jpg"), target, WriteOptions())
    (told,) = [issue for issue in report.warnings if issue.code == "earlier"]
    assert "ä 1" in str(told)
    changed = next(p for p in sorted(target.rglob("other.*")) if p.is_file())
    changed.write_bytes(changed.read_bytes() + b" ")
    with pytest.raises(OutputError, match="changed since"):
        write(dataset_of([nasty_masks()["full"]], name="other.jpg"), target, WriteOptions())


@stemmed
def test_folder_behind_a_link_is_refused(format_: Format, tmp_path: Path) -> None:
    write, dataset = format_.write, dataset_of([nasty_masks()["full"]])
    assert write is not None
    write(dataset, tmp_path / "model", WriteOptions())
    outside, target = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    target.mkdir()
    folders = {p.relative_to(tmp_path / "model").parts[0] for p in (tmp_path / "model").rglob("ä 1.*")}
    (target / folders.pop()).symlink_to(outside)
    with pytest.raises(OutputError):
        write(dataset, target, WriteOptions())
    assert list(outside.rglob("*")) == []


@parametrized
def test_cancelled_export_leaves_nothing(format_: Format, tmp_path: Path) -> None:
    cancel, seen = CancelToken(), []

    def stop(step: Progress) -> None:
        seen.append(step)
        cancel.cancel()

    assert format_.write is not None
    options = WriteOptions(progress=stop, cancel=cancel)
    with pytest.raises(Cancelled):
        format_.write(dataset_of([nasty_masks()["full"]]), tmp_path / "out", options)
    assert seen
    assert list(tmp_path.iterdir()) == []


@parametrized
def test_split_dataset_can_be_written(format_: Format, tmp_path: Path) -> None:
    size = Size(6, 8)
    images = tuple(ImageRecord(id=i, file_name=f"s/{i}.png", size=size) for i in range(1, 5))
    objects = tuple(
        Annotation(id=i, image_id=i, category_id=1, mask=encode(np.ones((6, 8), np.bool_)))
        for i in range(1, 5)
    )
    dataset = split_dataset(
        MemoryDataset(DatasetMeta(categories=CATEGORIES), images, objects), Split(0.5, 0.5)
    )
    assert format_.write is not None
    report = format_.write(dataset, tmp_path / "out", WriteOptions())
    assert (report.objects, report.images, report.iou) == (4, 4, 1.0)
    if format_.knows_splits and format_.read is not None:
        context = ReadContext(pictures=KnownPictures(images))
        assert format_.read is not None
        found = memory_dataset(format_.read(tmp_path / "out", context))
        assert sorted(i.split for i in found.image_records) == ["train", "train", "val", "val"]


def test_damaged_manifest_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / MANIFEST).write_text("[")
    write = get_format("labelme").write
    assert write is not None
    with pytest.raises(OutputError, match="cannot be read"):
        write(dataset_of([nasty_masks()["full"]]), target, WriteOptions())
    (target / MANIFEST).write_text(json.dumps({"files": {}}))
    write(dataset_of([nasty_masks()["full"]]), target, WriteOptions())
