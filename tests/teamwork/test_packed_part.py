"""A part that comes as a zip file: merged as it is, its new pictures kept, nothing written that it names."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.cli import main
from slimsam_core.errors import Cancelled, OutputError, ProjectError
from slimsam_core.progress import CancelToken
from slimsam_core.project import Edit, Project, fill_facts, scan_root
from slimsam_core.teamwork import (
    Deal,
    NoteKind,
    Outcome,
    SplitOptions,
    compare_projects,
    look_at_part,
    merge,
    packed_part,
    split,
)
from tests.teamwork.people import objects_of, square
from tests.teamwork.test_windows_part import SIZE, base, label, write_pictures

__all__ = ["base"]

Harm = Callable[[zipfile.ZipFile, Path], None]


@pytest.fixture
def part(base: Path, tmp_path: Path) -> Path:
    """Ben's part in a folder, with an object more."""
    with Project.open(base, read_only=True) as project:
        (made,) = split(project, tmp_path / "parts", SplitOptions(deal=Deal(annotators=("Ben",))))
    label(made.path, "3.png", 5)
    return made.path


def packed(part: Path, target: Path, inside: str = "Ben/") -> Path:
    """The folder of a part as any program packs it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(part.parent.rglob("*")):
            if path.is_file():
                archive.write(path, f"{inside}{path.relative_to(part.parent).as_posix()}")
    return target


def add_picture(part: Path, name: str, seed: int) -> None:
    """Ben finds one picture more, and labels it."""
    write_pictures(part.parent / "pictures", {name: seed})
    with Project.open(part) as project:
        scan_root(project, 1)
        assert fill_facts(project) == {}
    label(part, name, 7)


@pytest.mark.parametrize("inside", ["Ben/", "", "mail/2026/Ben/"])
def test_a_zip_is_merged_as_the_part_in_it(base: Path, part: Path, tmp_path: Path, inside: str) -> None:
    path = packed(part, tmp_path / "Ben.zip", inside)
    before = sorted(tmp_path.rglob("*"))
    with Project.open(base) as project:
        report = merge(project, [path])
        assert (report.is_whole, report.total(Outcome.ADDED), report.notes) == (True, 1, [])
        assert [source.name for source in report.sources] == ["Ben"]
        (made,) = objects_of(project)
        assert project.image(made.image_id).path == "sub/3.png"
        assert merge(project, [path, part]).seq == 0, "the part and its zip are one"
    assert sorted(tmp_path.rglob("*")) == before, "nothing stays of it"


def test_what_split_packs_merges_again(base: Path, tmp_path: Path) -> None:
    options = SplitOptions(deal=Deal(annotators=("Ana", "Ben")), packed=True)
    with Project.open(base) as project:
        made = split(project, tmp_path / "parts", options)
        report = merge(project, [one.path for one in made])
        assert (report.is_whole, report.seq) == (True, 0)


def test_new_pictures_in_a_zip_are_kept_and_can_be_looked_at(base: Path, part: Path, tmp_path: Path) -> None:
    add_picture(part, "new/4.png", 4)
    path = packed(part, tmp_path / "Ben.zip")
    kept = base.parent.parent / "here" / "base-parts" / "Ben" / "pictures"
    with Project.open(base) as project:
        report = merge(project, [path])
        assert (report.is_whole, report.pictures_added) == (True, 1)
        assert [(note.kind, note.where) for note in report.notes] == [(NoteKind.UNPACKED, str(kept))]
        new = next(image for image in project.images() if image.path == "new/4.png")
        assert project.image_path(new) == kept / "new" / "4.png"
        assert project.image_path(new).read_bytes() == (part.parent / "pictures/new/4.png").read_bytes()
        assert [p.relative_to(kept).as_posix() for p in kept.rglob("*") if p.is_file()] == ["new/4.png"]
        assert project.agreement.missing(project.roots()) == []
        assert merge(project, [path]).seq == 0
    assert not (kept.parent.parent / "Ben-2").exists()


def test_two_zips_of_one_name_keep_their_pictures_apart(base: Path, part: Path, tmp_path: Path) -> None:
    add_picture(part, "4.png", 4)
    (tmp_path / "first").mkdir()
    first = packed(part, tmp_path / "first" / "Ben.zip")
    other = tmp_path / "other" / "Ben" / "Ben.slimsam"
    write_pictures(other.parent / "pictures", {"4.png": 5})
    with Project.create(other, [other.parent / "pictures"]) as project:
        project.apply("Class", [Edit(None, Category(id=1, name="cat"))])
        scan_root(project, 1)
        fill_facts(project)
    second = packed(other, tmp_path / "other" / "Ben.zip")
    with Project.open(base) as project:
        report = merge(project, [first, second])
        assert (report.is_whole, report.pictures_added) == (True, 2)
        new = [project.image_path(image) for image in project.images() if image.path == "4.png"]
    assert {path.parent.parent.name for path in new} == {"Ben", "Ben-2"}
    assert len({path.read_bytes() for path in new}) == 2


def test_a_merge_that_fails_at_its_end_leaves_no_picture(base: Path, part: Path, tmp_path: Path) -> None:
    add_picture(part, "4.png", 4)
    path = packed(part, tmp_path / "Ben.zip")
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("Ben/pictures/4.png").header_offset
    harmed = bytearray(path.read_bytes())
    harmed[at + 80] ^= 0xFF  # in the packed bytes: the checksum does not fit
    path.write_bytes(harmed)
    with Project.open(base) as project:
        before = project.last_seq()
        with pytest.raises(ProjectError, match="cannot be unpacked"):
            merge(project, [path])
        assert project.last_seq() == before
    assert not (base.parent / "base-parts" / "Ben").exists()


def test_work_that_was_open_when_it_was_packed_comes_too(base: Path, part: Path, tmp_path: Path) -> None:
    with Project.open(part) as project:
        image = project.images()[0]
        new = Annotation(id=project.next_id(Annotation), image_id=image.id, category_id=1, mask=square(1, 1))
        project.apply("Add object", [Edit(None, new)])
        path = packed(part, tmp_path / "Ben.zip")
    with zipfile.ZipFile(path) as archive:
        assert "Ben/Ben.slimsam-wal" in archive.namelist()
    with Project.open(base) as project:
        assert merge(project, [path]).total(Outcome.ADDED) == 2


def _no_project(archive: zipfile.ZipFile, _part: Path) -> None:
    archive.writestr("readme.txt", "hello")


def _two_projects(archive: zipfile.ZipFile, part: Path) -> None:
    archive.write(part, "a/a.slimsam")
    archive.write(part, "b/b.slimsam")


def _link(archive: zipfile.ZipFile, _part: Path) -> None:
    member = zipfile.ZipInfo("Ben.slimsam")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, "/etc/passwd")


def _no_database(archive: zipfile.ZipFile, _part: Path) -> None:
    archive.writestr("Ben.slimsam", b"no database at all" * 100)


def _bomb(archive: zipfile.ZipFile, _part: Path) -> None:
    archive.writestr("Ben.slimsam", bytes(200 << 20), zipfile.ZIP_DEFLATED)


def _strange_packing(archive: zipfile.ZipFile, part: Path) -> None:
    archive.write(part, "Ben.slimsam", zipfile.ZIP_BZIP2)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_no_project, "holds 0 projects"),
        (_two_projects, "holds 2 projects"),
        (_link, "holds 0 projects"),
        (_no_database, r"Ben\.zip"),
        (_bomb, "become 209,715,200"),
        (_strange_packing, "in a way that is not known"),
    ],
)
def test_a_hostile_zip_is_refused_and_nothing_is_written(
    base: Path, part: Path, tmp_path: Path, harm: Harm, words: str
) -> None:
    path = tmp_path / "Ben.zip"
    with zipfile.ZipFile(path, "w") as archive:
        harm(archive, part)
    before = sorted(tmp_path.rglob("*"))
    with Project.open(base) as project:
        seq = project.last_seq()
        with pytest.raises(ProjectError, match=words):
            merge(project, [path])
        with pytest.raises(ProjectError, match=words):
            look_at_part(path)
        assert project.last_seq() == seq
    assert sorted(tmp_path.rglob("*")) == before


def test_an_encrypted_zip_is_told(base: Path, part: Path, tmp_path: Path) -> None:
    path = packed(part, tmp_path / "Ben.zip")
    data = bytearray(path.read_bytes())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of each member
        at = data.find(sign)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(sign, at + 4)
    path.write_bytes(data)
    with Project.open(base) as project, pytest.raises(ProjectError, match="it is encrypted"):
        merge(project, [path])


@pytest.mark.parametrize("cut", [10, 200, -30])
def test_a_zip_that_is_cut_off_is_told(base: Path, part: Path, tmp_path: Path, cut: int) -> None:
    path = packed(part, tmp_path / "Ben.zip")
    path.write_bytes(path.read_bytes()[:cut])
    with Project.open(base) as project, pytest.raises(ProjectError, match=r"Ben\.zip"):
        merge(project, [path])


def test_a_list_of_members_without_end_is_refused(
    base: Path, part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_part, "MOST_LISTED", 1000)
    path = packed(part, tmp_path / "Ben.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(50):
            archive.writestr(f"{number}", "")
    with Project.open(base) as project, pytest.raises(ProjectError, match="list of its members is too long"):
        merge(project, [path])


def test_no_name_in_a_zip_decides_where_something_is_written(base: Path, part: Path, tmp_path: Path) -> None:
    """Members with names that lead out, and a picture of the project that is no picture."""
    with Project.open(part) as project:
        new = ImageEntry(id=project.next_id(ImageEntry), root_id=1, path="run.desktop", size=SIZE)
        project.apply("Add", [Edit(None, new)])
    path = packed(part, tmp_path / "Ben.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../../evil.png", "/tmp/evil.png", "C:\\evil.png", "Ben/pictures/../../../evil.png"):
            archive.writestr(name, "x")
        archive.writestr("Ben/pictures/run.desktop", "[Desktop Entry]")
    with Project.open(base) as project:
        report = merge(project, [path])
        assert report.is_whole
    assert not [p for p in tmp_path.rglob("*") if p.name in ("evil.png", "run.desktop")]


def test_no_room_is_told_before_anything_is_unpacked(
    base: Path, part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(part, tmp_path / "Ben.zip")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with Project.open(base) as project, pytest.raises(ProjectError, match="no room to unpack"):
        merge(project, [path])


def test_unpacking_can_be_cancelled(base: Path, part: Path, tmp_path: Path) -> None:
    path, cancel = packed(part, tmp_path / "Ben.zip"), CancelToken()
    cancel.cancel()
    with Project.open(base) as project, pytest.raises(Cancelled):
        merge(project, [path], cancel=cancel)


def test_where_nothing_can_be_written_the_merge_says_so(base: Path, part: Path, tmp_path: Path) -> None:
    add_picture(part, "4.png", 4)
    path = packed(part, tmp_path / "Ben.zip")
    (base.parent / "base-parts").write_text("a file where a folder should be")
    with Project.open(base) as project:
        before = project.last_seq()
        with pytest.raises(OutputError, match="base-parts"):
            merge(project, [path])
        assert project.last_seq() == before


def test_a_zip_is_compared_and_merged_from_the_shell(
    base: Path, part: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label(base, "3.png", 5)
    path = packed(part, tmp_path / "Ben.zip")
    with Project.open(base, read_only=True) as project:
        assert compare_projects(project, [path]).pairs[0].matched == 1
    assert main(["project", "merge", str(base), str(path)]) == 0
    assert "1 object in = 1 merged" in capsys.readouterr().out


def test_a_header_that_lies_about_its_size_is_told(base: Path, part: Path, tmp_path: Path) -> None:
    path = packed(part, tmp_path / "Ben.zip")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # the size once it is unpacked
    path.write_bytes(data)
    with Project.open(base) as project, pytest.raises(ProjectError, match=r"Ben\.zip"):
        merge(project, [path])
