"""Exports that say where their pictures lie lead this program back to them, and no stranger's file does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.files.export_manifest import MANIFEST
from slimsam_core.files.user_folders import data_dir
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import Placement, WriteOptions, get_format
from slimsam_core.formats.subset import Split
from slimsam_core.formats.transfer import convert, export_project, import_into
from slimsam_core.project import Project, add_root, scan_root
from tests.formats.foreign_files import coco, picture

LISTS = WriteOptions(pictures=Placement.LIST)
FORMATS = ["labelme", "isat", "voc", "yolo"]
NAMES = ("a.jpg", "sub/b.jpg", "sub/deep/a.jpg")


def exported(folder: Path, name: str, split: Split | None = None) -> Path:
    """An export of a project that has pictures of the same base name, without them."""
    for number, path in enumerate(NAMES):
        picture(folder / "img" / path, (60, 40 + number))
    picture(folder / "img/unlabelled/b.jpg")
    for number, path in enumerate(NAMES):
        coco(folder / f"{number}.json", path, height=40 + number)
    with Project.create(folder / "first.slimsam", []) as project:
        scan_root(project, add_root(project, folder / "img").id)
        for number in range(len(NAMES)):
            assert import_into(project, get_format("coco"), folder / f"{number}.json").complete
        export_project(project, get_format(name), folder / "out", Selection(split=split), LISTS)
    return folder / "out"


def pictures_with_objects(project: Project) -> list[Path]:
    found = []
    for number in project.image_ids():
        if project.annotations(number):
            found.append(project.image_path(project.image(number)))
            assert found[-1].is_file()
    return sorted(found)


@pytest.mark.parametrize("split", [None, Split(0.5, 0.5)], ids=["whole", "parts"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_fresh_project_finds_every_picture(tmp_path: Path, name: str, split: Split | None) -> None:
    out = exported(tmp_path, name, split)
    with Project.create(tmp_path / "second.slimsam", []) as project:
        report = import_into(project, get_format(name), out)
        assert report.complete, report.issues.lines()
        assert pictures_with_objects(project) == sorted(tmp_path / "img" / n for n in NAMES) or name == "yolo"
        assert len(pictures_with_objects(project)) == 3
        assert not [issue for issue in report.issues.examples if issue.code != "box-only"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_project_with_other_pictures_takes_them_in(tmp_path: Path, name: str) -> None:
    out = exported(tmp_path, name)
    picture(tmp_path / "other/sub/b.jpg", (99, 99))
    with Project.create(tmp_path / "second.slimsam", []) as project:
        scan_root(project, add_root(project, tmp_path / "other").id)
        report = import_into(project, get_format(name), out)
        assert report.complete, report.issues.lines()
        assert {p.resolve() for p in pictures_with_objects(project)} == {tmp_path / "img" / n for n in NAMES}


@pytest.mark.parametrize("name", FORMATS)
def test_the_project_that_it_came_from_has_them_already(tmp_path: Path, name: str) -> None:
    out = exported(tmp_path, name)
    with Project.open(tmp_path / "first.slimsam") as project:
        before = project.count_images()
        report = import_into(project, get_format(name), out)
        assert report.issues.count(code="already-there") == 3
        assert (project.count_images(), len(project.roots())) == (before, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_a_conversion_brings_them_along(tmp_path: Path, name: str) -> None:
    out = exported(tmp_path, name)
    options = WriteOptions(pictures=Placement.COPY)
    source, target = get_format(name), get_format("yolo")
    _, (report,) = convert(out, source, tmp_path / "set", target, options=options)
    assert report.objects == 3
    assert len([p for p in (tmp_path / "set/images").rglob("*") if p.is_file()]) == 3


def test_a_part_of_it_and_a_moved_one_are_found_too(tmp_path: Path) -> None:
    out = exported(tmp_path, "labelme").rename(tmp_path / "elsewhere")
    with Project.create(tmp_path / "second.slimsam", []) as project:
        assert import_into(project, get_format("labelme"), out / "sub").complete
        assert len(pictures_with_objects(project)) == 2


@pytest.mark.parametrize("how", ["stranger", "changed", "no seal"])
def test_a_list_that_this_user_did_not_make_leads_nowhere(tmp_path: Path, how: str) -> None:
    out = exported(tmp_path, "isat")
    manifest = out / MANIFEST
    said = json.loads(manifest.read_text())
    assert len(said["pictures"]["files"]) == 3
    if how == "stranger":
        (data_dir() / "export-key").write_bytes(b"x" * 32)
    elif how == "changed":
        said["pictures"]["files"]["a.jpg"] = str(tmp_path / "img/unlabelled/b.jpg")
    else:
        del said["pictures"]["seal"]
    manifest.write_text(json.dumps(said))
    with Project.create(tmp_path / "second.slimsam", []) as project:
        report = import_into(project, get_format("isat"), out)
        assert [root.path for root in project.roots()] == [str(out)]
    assert report.issues.count(code="missing-image") == 3


def test_an_export_that_brings_its_pictures_or_none_notes_no_place(tmp_path: Path) -> None:
    exported(tmp_path, "labelme")
    with Project.open(tmp_path / "first.slimsam") as project:
        for placing in (Placement.COPY, Placement.NONE, Placement.LINK):
            options = WriteOptions(pictures=placing)
            export_project(project, get_format("labelme"), tmp_path / placing, options=options)
            assert str(tmp_path) not in (tmp_path / placing / MANIFEST).read_text()


def test_the_key_is_for_this_user_alone(tmp_path: Path) -> None:
    exported(tmp_path, "labelme")
    key = data_dir() / "export-key"
    assert len(key.read_bytes()) == 32
    assert key.stat().st_mode & 0o077 == 0
