"""A second export into a folder: what the first one left is gone, what others wrote or changed is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category
from slimsam_core.cli import main
from slimsam_core.errors import OutputError
from slimsam_core.files.export_manifest import MANIFEST, read_manifest
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.registry import Format, Placement, WriteOptions, formats, get_format
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.subset import Split
from slimsam_core.formats.transfer import write_dataset
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from tests.formats.examples import nasty_masks
from tests.formats.foreign_files import coco, picture
from tests.formats.in_memory import MemoryDataset

FOLDERS = [f for f in formats() if f.is_folder and f.write]
MASK = nasty_masks()["full"]
SIZE = Size.of(MASK)


def dataset(*names: str) -> MemoryDataset:
    return MemoryDataset(
        DatasetMeta(categories=(Category(id=1, name="cat"),)),
        tuple(ImageRecord(id=n, file_name=name, size=SIZE) for n, name in enumerate(names, 1)),
        tuple(Annotation(id=n, image_id=n, category_id=1, mask=encode(MASK)) for n, _ in enumerate(names, 1)),
    )


def files(folder: Path) -> set[str]:
    """Everything but our list."""
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}
    return found - {MANIFEST}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name in ("sub/a.png", "b.png", "c.png"):
        picture(tmp_path / "img" / name, (SIZE.width, SIZE.height))
        with (tmp_path / "img" / name).open("ab") as file:
            file.write(name.encode())  # no two files are the same
    return tmp_path / "img"


def write(
    format_: Format,
    target: Path,
    pictures: Path,
    *names: str,
    replace: bool = True,
    placing: Placement = Placement.COPY,
    split: Split | None = None,
) -> ExportReport:
    options = WriteOptions(
        overwrite=replace,
        pictures=placing,
        picture_path=lambda image: pictures / image.file_name,
        picture_folders=(pictures,),
    )
    return write_dataset(dataset(*names), format_, target, split, options)[0]


@pytest.mark.parametrize("placing", [Placement.COPY, Placement.LINK, Placement.LIST])
@pytest.mark.parametrize("format_", FOLDERS, ids=lambda f: f.name)
def test_replacing_leaves_what_a_fresh_export_would(
    format_: Format, placing: Placement, pictures: Path, tmp_path: Path
) -> None:
    write(format_, tmp_path / "fresh", pictures, "b.png", placing=placing)
    write(format_, tmp_path / "out", pictures, "sub/a.png", "b.png", "c.png", placing=placing)
    report = write(format_, tmp_path / "out", pictures, "b.png", placing=placing)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert read_manifest(tmp_path / "out").keys() == files(tmp_path / "fresh")
    assert not {"earlier", "changed", "foreign"} & {issue.code for issue in report.warnings}


@pytest.mark.parametrize("format_", [f for f in FOLDERS if f.name != "mots"], ids=lambda f: f.name)
def test_what_was_changed_and_what_is_foreign_stays_and_is_named(
    format_: Format, pictures: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write(format_, out, pictures, "c.png", "b.png")
    changed = sorted(p for p in out.rglob("*") if p.is_file() and p.relative_to(out).as_posix().count("c"))
    changed = [path for path in changed if path.stem == "c" or path.parent.name == "c"]
    for path in changed:
        path.write_bytes(path.read_bytes() + b" ")
    beside = next(p for p in sorted(out.rglob("*")) if p.stem == "b" or p.parent.name == "b")
    while not beside.is_file():
        beside = sorted(beside.iterdir())[0]
    foreign = beside.with_name(f"mine{beside.suffix}")
    foreign.write_bytes(b"precious")
    report = write(format_, out, pictures, "b.png")
    said = {issue.code: str(issue) for issue in report.warnings}
    assert changed
    assert all(path.read_bytes().endswith(b" ") for path in changed)
    assert changed[0].relative_to(out).as_posix() in said["changed"]
    assert foreign.read_bytes() == b"precious"
    assert foreign.relative_to(out).as_posix() in said["foreign"]
    again = write(format_, out, pictures, "b.png")
    assert {issue.code for issue in again.warnings} >= {"changed", "foreign"}, "told each time"


def test_without_replacing_it_stays_and_is_named(pictures: Path, tmp_path: Path) -> None:
    write(get_format("yolo"), tmp_path / "out", pictures, "b.png", "c.png")
    report = write(get_format("yolo"), tmp_path / "out", pictures, "b.png", replace=False)
    assert {"images/c.png", "labels/c.txt"} <= files(tmp_path / "out")
    (told,) = [issue for issue in report.warnings if issue.code == "earlier"]
    assert "labels/c.txt" in str(told)
    assert "replacing" in str(told)
    write(get_format("yolo"), tmp_path / "out", pictures, "b.png")
    assert "labels/c.txt" not in files(tmp_path / "out")


def test_a_link_or_folder_in_its_place_is_not_followed(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(get_format("yolo"), out, pictures, "b.png", "c.png")
    outside = tmp_path / "outside"
    (out / "labels/c.txt").rename(outside)
    (out / "labels/c.txt").symlink_to(outside)
    (out / "images/c.png").unlink()
    (out / "images/c.png").mkdir()
    write(get_format("yolo"), out, pictures, "b.png")
    assert outside.is_file()
    assert (out / "labels/c.txt").is_symlink()
    assert (out / "images/c.png").is_dir()


def test_a_refused_export_removes_nothing(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(get_format("yolo"), out, pictures, "b.png", "c.png")
    before = files(out)
    (out / "labels/b.txt").write_text("changed")
    with pytest.raises(OutputError):
        write(get_format("yolo"), out, pictures, "b.png")
    assert files(out) == before


def test_parts_take_the_place_of_a_whole_and_a_whole_names_the_parts(pictures: Path, tmp_path: Path) -> None:
    names, out = ("sub/a.png", "b.png", "c.png"), tmp_path / "out"
    write(get_format("labelme"), out, pictures, *names, placing=Placement.NONE)
    write(get_format("labelme"), out, pictures, *names, placing=Placement.NONE, split=Split(0.5, 0.5))
    found = {name for name in files(out) if not name.endswith(MANIFEST)}
    assert {name.split("/")[0] for name in found} == {"train", "val"}
    assert not (out / MANIFEST).exists()
    report = write(get_format("labelme"), out, pictures, *names, placing=Placement.NONE)
    assert [issue.where for issue in report.warnings] == [str(out / "train"), str(out / "val")]


def test_the_command_replaces(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = coco(tmp_path / "two.json", "b.png", "c.png", width=SIZE.width, height=SIZE.height)
    one = coco(tmp_path / "one.json", "b.png", width=SIZE.width, height=SIZE.height)
    out = ["--to", "yolo", "--images", str(pictures), "--out", str(tmp_path / "out")]
    assert main(["convert", str(two), *out]) == 0
    assert main(["convert", str(one), *out]) == 0
    assert "files of an earlier export are still there" in capsys.readouterr().err
    assert main(["convert", str(one), *out, "--overwrite"]) == 0
    assert "warning" not in capsys.readouterr().err
    assert files(tmp_path / "out") == {"data.yaml", "images/b.png", "labels/b.txt"}


COPYING = [f for f in FOLDERS if f.pictures is Placement.COPY]


@pytest.mark.parametrize("format_", COPYING, ids=lambda f: f.name)
@pytest.mark.parametrize("listed", [True, False], ids=["still in the project", "taken out of it"])
def test_the_last_copy_of_a_picture_stays_whatever_is_exported(
    format_: Format, listed: bool, pictures: Path, tmp_path: Path
) -> None:
    names, out = ("sub/a.png", "b.png", "c.png"), tmp_path / "out"
    write(format_, out, pictures, *names)
    content = (pictures / "b.png").read_bytes()
    (pictures / "b.png").unlink()
    for _ in range(2):  # also when it was spared before
        report = write(format_, out, pictures, *(names if listed else ("sub/a.png", "c.png")))
        (copy,) = [out / name for name in files(out) if (out / name).read_bytes() == content]
        said = {issue.code: str(issue) for issue in report.warnings}
        assert copy.relative_to(out).as_posix() in said["last-copy"]
        told = said.get("missing-image")
        assert told == ("b.png: is not there; its copy in the earlier export stays" if listed else None)


def test_a_picture_that_was_renamed_keeps_one_copy(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(get_format("yolo"), out, pictures, "b.png", "c.png")
    (pictures / "b.png").rename(pictures / "d.png")
    report = write(get_format("yolo"), out, pictures, "c.png", "d.png")
    assert {name for name in files(out) if name.endswith(".png")} == {"images/c.png", "images/d.png"}
    assert not report.warnings


def test_a_copy_whose_picture_was_changed_stays(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(get_format("yolo"), out, pictures, "b.png", "c.png")
    before = (pictures / "b.png").read_bytes()
    (pictures / "b.png").write_bytes((pictures / "c.png").read_bytes() + b" ")
    write(get_format("yolo"), out, pictures, "c.png")
    assert (out / "images/b.png").read_bytes() == before


def test_parts_keep_the_last_copy_of_the_whole(pictures: Path, tmp_path: Path) -> None:
    out, labelme = tmp_path / "out", get_format("labelme")
    write(labelme, out, pictures, "sub/a.png", "b.png", "c.png")
    (pictures / "b.png").unlink()
    write(labelme, out, pictures, "sub/a.png", "c.png", split=Split(0.5, 0.5))
    assert {name for name in files(out) if name.endswith(".png")} >= {"b.png"}
    assert not {"c.png", "sub/a.png"} & files(out)
