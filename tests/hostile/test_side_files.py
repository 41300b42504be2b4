"""Files beside a project that SQLite or this program would follow: nothing outside the project changes."""

from __future__ import annotations

import os
import sqlite3
import struct
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from slimsam_app.sessions.opening import look_for_pictures, open_paths
from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.progress import CancelToken
from slimsam_core.project import Project, beside_path
from tests.hostile.conftest import Stranger, write_project
from tests.hostile.doors import go_through, snapshot

FEW_DOORS = ("info", "undo", "copy", "window")
SIDE_FILES = ("-journal", "-wal", "-shm", ".lock")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")


def super_journal(name: bytes, pages: int = 4) -> bytes:
    """A rollback journal (SQLite's file format, section 3) that names a super-journal, without pages."""
    magic = bytes.fromhex("d9d505f920a163d7")
    header = magic + struct.pack(">IIIII", 0, 1234, pages, 512, 4096)
    body = header.ljust(512, b"\0")
    checksum = sum(name) & 0xFFFFFFFF
    return body + struct.pack(">I", 0) + name + struct.pack(">II", len(name), checksum) + magic


def test_a_journal_that_names_a_file_of_the_user_deletes_nothing(stranger: Stranger) -> None:
    stranger.beside("-journal").write_bytes(super_journal(os.fsencode(stranger.canary())))
    before = snapshot(stranger.folder)
    for read_only in (True, False):
        with pytest.raises(ProjectError, match=r"-journal lies beside the project"):
            Project.open(stranger.project, read_only=read_only)
    assert snapshot(stranger.folder) == before
    found = go_through(stranger.project, stranger.canaries)
    assert all(door.code in (1, None) and "-journal" in door.text for door in found.values()), found
    stranger.beside("-journal").unlink()
    Project.open(stranger.project).close()


@pytest.mark.parametrize("suffix", SIDE_FILES)
@pytest.mark.parametrize("kind", ["link", "dangling link", "second name", "pipe", "folder", "loop"])
def test_what_is_no_file_of_its_own_beside_a_project_is_not_followed(
    stranger: Stranger, suffix: str, kind: str
) -> None:
    beside = stranger.beside(suffix)
    if kind == "link":
        beside.symlink_to(stranger.canary())
    elif kind == "dangling link":
        beside.symlink_to(stranger.canary("new.txt"))
    elif kind == "loop":
        beside.symlink_to(beside)
    elif kind == "second name":
        os.link(stranger.canary(), beside)
    elif kind == "pipe":
        os.mkfifo(beside)
    else:
        beside.mkdir()
    before = snapshot(stranger.canaries)
    if suffix == ".lock":  # reading needs no lock
        with Project.open(stranger.project) as project:
            assert project.read_only
            assert "nothing can be written or locked" in project.read_only_reason
            assert project.count_annotations() == 6
    else:
        for read_only in (True, False):
            with pytest.raises(ProjectError, match="Move"):
                Project.open(stranger.project, read_only=read_only)
    assert snapshot(stranger.canaries) == before


WAL_HEADER = struct.pack(">IIIIII", 0x377F0682, 3_007_000, 4096, 0, 1, 2)
CONTENTS: dict[str, bytes] = {
    "nothing": b"",
    "noise": bytes(range(256)) * 200,
    "a log of other pages": WAL_HEADER
    + struct.pack(">II", 0, 0)
    + struct.pack(">II", 1, 1 << 30)
    + bytes(4112),
    "text": b'{"host": "\x1b]0;x\x07<img src=x>", "pid": 1e999, "since": ' + b"[" * 50_000,
    "a long name": b'{"host": "' + b"h" * 3000 + b'", "pid": 1, "since": "x"}',
}


@pytest.mark.parametrize("suffix", SIDE_FILES[1:])
@pytest.mark.parametrize("content", [*CONTENTS, "a terabyte"])
def test_what_somebody_wrote_beside_a_project_changes_nothing_in_it(
    stranger: Stranger, suffix: str, content: str
) -> None:
    with stranger.beside(suffix).open("wb") as file:
        file.write(CONTENTS.get(content, WAL_HEADER))
        if content == "a terabyte":
            file.truncate(1 << 40)
    for read_only in (True, False):
        with suppress(ProjectError), Project.open(stranger.project, read_only=read_only) as project:
            assert project.count_annotations() == 6
    stranger.beside(suffix).unlink(missing_ok=True)
    with Project.open(stranger.project) as project:
        assert project.count_annotations() == 6


def test_the_words_of_a_lock_are_short_and_shown_as_letters(stranger: Stranger) -> None:
    with Project.open(stranger.project):  # which writes the lock
        stranger.beside(".lock").write_bytes(CONTENTS["a long name"].replace(b"hhh", b"\\u001b", 1))
        with pytest.raises(ProjectError, match="open in another window") as refused:
            Project.open(stranger.project)  # of a writer on another computer, as it seems
        assert len(str(refused.value)) < 1000
        found = go_through(stranger.project, stranger.canaries, ["undo"])
    assert "\x1b" not in found["undo"].text


@pytest.mark.parametrize("suffix", SIDE_FILES)
def test_links_beside_a_project_through_some_doors(stranger: Stranger, suffix: str) -> None:
    stranger.beside(suffix).symlink_to(stranger.canary())
    go_through(stranger.project, stranger.canaries, FEW_DOORS)


def test_a_project_that_is_a_pipe_is_refused(stranger: Stranger) -> None:
    stranger.project.unlink()
    os.mkfifo(stranger.project)
    with pytest.raises(ProjectError):
        Project.open(stranger.project)


def test_through_a_link_a_project_has_one_lock(stranger: Stranger, tmp_path: Path) -> None:
    link = tmp_path / "link.slimsam"
    link.symlink_to(stranger.project)
    with Project.open(link) as first, Project.open(stranger.project) as second:
        assert not first.read_only
        assert second.read_only
        assert first.path == second.path
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.slimsam", "stranger", "user"]


def test_a_copy_becomes_a_project_without_a_journal_of_sqlite(stranger: Stranger, tmp_path: Path) -> None:
    copy = tmp_path / "copy.slimsam"
    with Project.open(stranger.project, read_only=True) as project:
        project.save_copy(copy)
    assert copy.read_bytes()[18:20] == b"\1\1"
    with Project.open(copy) as project:
        assert not project.read_only
        assert project.undo() is not None
        assert copy.read_bytes()[18:20] == b"\2\2"
    with Project.open(copy) as project:
        assert project.count_annotations() == 5


def test_that_journal_is_a_real_one(stranger: Stranger, tmp_path: Path) -> None:
    decoy = tmp_path / "decoy"
    decoy.write_text("years of work")
    pages = stranger.project.stat().st_size // 4096
    stranger.beside("-journal").write_bytes(super_journal(os.fsencode(decoy), pages))
    with closing(sqlite3.connect(stranger.project)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    assert not decoy.exists(), "SQLite itself does not delete it: the tests above show nothing"


def test_a_link_in_place_of_a_project_makes_no_file_elsewhere(stranger: Stranger) -> None:
    stranger.project.unlink()
    place = stranger.folder / ".slimsam/project.slimsam"
    place.parent.mkdir()
    place.symlink_to(stranger.canary("new.slimsam"))
    before = snapshot(stranger.canaries)
    with pytest.raises(ProjectError, match="is a link that leads nowhere"):
        Project.create(place, [stranger.folder])
    assert snapshot(stranger.canaries) == before


LINKS = {
    "the folder": (".slimsam", "own/.slimsam"),
    "the file in it": (".slimsam/project.slimsam", "own/.slimsam/project.slimsam"),
    "a named project": ("part.slimsam", "own/.slimsam/project.slimsam"),
}
"""Place in the stranger's folder -> what of the user's it leads to."""


def lead_to_the_user(stranger: Stranger, name: str) -> Path:
    """Put a link to the user's own project into the stranger's folder of pictures; the place of the link."""
    write_project(stranger.canaries / "own")
    own = beside_path(stranger.canaries / "own")
    own.parent.mkdir()
    (stranger.canaries / "own/p.slimsam").rename(own)
    with Project.open(own):
        pass  # it knows where it lies
    stranger.project.unlink()
    place, target = (Path(part) for part in LINKS[name])
    (stranger.folder / place).parent.mkdir(exist_ok=True)
    (stranger.folder / place).symlink_to(stranger.canaries / target)
    return stranger.folder / place


@pytest.mark.parametrize("name", LINKS)
def test_a_folder_that_is_opened_leads_to_no_project_of_another_one(stranger: Stranger, name: str) -> None:
    place = lead_to_the_user(stranger, name)
    before = snapshot(stranger.canaries)
    opened = open_paths([stranger.folder], CancelToken(), fresh=True)
    with opened.project as project:
        look_for_pictures(opened, CancelToken())
        assert not project.path.resolve().is_relative_to(stranger.canaries)
        assert project.count_images() == 2
        assert project.count_annotations() == 0
    assert snapshot(stranger.canaries) == before
    told = [note for note in opened.notes if str(place) in str(note)]
    assert bool(told) == (name != "a named project"), opened.notes


@pytest.mark.parametrize("name", LINKS)
def test_a_folder_in_a_command_leads_to_no_project_of_another_one(
    stranger: Stranger, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lead_to_the_user(stranger, name)
    before = snapshot(stranger.canaries)
    for command in (["scan"], ["add"], ["undo"]):
        further = [str(stranger.folder)] if command == ["add"] else []
        assert main(["project", *command, str(stranger.folder), *further]) == 1
    assert snapshot(stranger.canaries) == before
    assert (name == "a named project") != ("is a link" in capsys.readouterr().err)


def test_a_folder_that_is_itself_a_link_has_its_own_project(stranger: Stranger, tmp_path: Path) -> None:
    own = beside_path(stranger.folder)
    own.parent.mkdir()
    stranger.project.rename(own)
    (tmp_path / "shortcut").symlink_to(stranger.folder)
    opened = open_paths([tmp_path / "shortcut"], CancelToken())
    with opened.project as project:
        assert project.path.samefile(own)
        assert not project.read_only
        assert project.count_annotations() == 6
    assert not opened.notes


def test_a_second_name_of_another_project_is_read_and_never_written(stranger: Stranger) -> None:
    write_project(stranger.canaries / "own")
    stranger.project.unlink()
    os.link(stranger.canaries / "own/p.slimsam", stranger.project)
    before = snapshot(stranger.canaries)
    with Project.open(stranger.project) as project:
        assert "second name" in project.read_only_reason
        assert project.count_annotations() == 6
        with pytest.raises(ProjectError):
            project.undo()
    assert snapshot(stranger.canaries) == before
