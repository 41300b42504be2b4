"""Projects from elsewhere: made by hand to run code, to look around, or to fill the memory."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from slimsam_core.annotation import Root
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, FolderNotAgreed, Project, scan_root
from tests.hostile.bombs import inflating
from tests.hostile.conftest import Stranger
from tests.hostile.doors import SHELL_DOORS, go_through

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

SCHEMAS: dict[str, str] = {
    "a view that never ends": f"ALTER TABLE image RENAME TO old; CREATE VIEW image AS {FOREVER}"
    " SELECT i AS id, 1 AS root_id, 'a' AS path FROM n",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON journal"
    " BEGIN INSERT INTO retired SELECT 'root', id + 9 FROM image; END",
    "an index that computes": "CREATE INDEX slow ON image(length(replace(path, 'a', 'b')))",
    "a partial index": "CREATE INDEX part ON annotation(id) WHERE abs(area) > 3",
    "a further table": "CREATE TABLE more (x)",
    "a generated column": "ALTER TABLE image ADD COLUMN g GENERATED ALWAYS AS (length(path)) VIRTUAL",
    "a check": "ALTER TABLE root ADD COLUMN c CHECK (c IS NULL OR length(c) > 2)",
    "a missing table": "DROP TABLE retired",
    "statistics": "ANALYZE",
    "a virtual table": "CREATE VIRTUAL TABLE v USING fts5(x)",
    "a thousand tables": "".join(f"CREATE TABLE t{n} (x);" for n in range(1000)),
}


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA foreign_keys = OFF;" + script)


@pytest.mark.parametrize("name", SCHEMAS)
def test_tables_that_are_not_ours_are_refused_by_name(stranger: Stranger, name: str) -> None:
    change(stranger.project, SCHEMAS[name])
    before = stranger.project.read_bytes()
    for read_only in (True, False):
        with pytest.raises(
            ProjectError, match=r"(damaged or was made by another program: it has the|damaged)"
        ):
            Project.open(stranger.project, read_only=read_only)
    assert stranger.project.read_bytes() == before


def test_a_view_in_place_of_the_pictures_through_every_door(stranger: Stranger) -> None:
    change(stranger.project, SCHEMAS["a view that never ends"])
    found = go_through(stranger.project, stranger.canaries)
    for door in found.values():
        assert door.code in (1, None)
        assert "damaged or was made by another program" in door.text or door.name == "add", door


def test_a_folder_outside_waits_for_the_users_word(stranger: Stranger, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    for picture in stranger.folder.glob("*.png"):
        picture.rename(private / picture.name)
    name_folder(stranger, private)
    with Project.open(stranger.project) as project:
        root = project.roots()[0]
        assert [waiting.path for waiting in project.agreement.missing(project.roots())] == [str(private)]
        with pytest.raises(FolderNotAgreed, match=r"outside its own: .*private") as refused:
            project.image_path(project.image(1))
        assert refused.value.folders == (str(private),)
        with pytest.raises(FolderNotAgreed):
            scan_root(project, root.id)
        assert project.count_annotations() == 6  # what lies in the project itself is shown
        project.agreement.give([str(private)])
        assert project.image_path(project.image(1)) == private / "1.png"
        assert scan_root(project, root.id).known == 2
    with Project.open(stranger.project) as project:
        assert not project.agreement.missing(project.roots())


def name_folder(stranger: Stranger, folder: Path) -> None:
    """Let the project name another folder, as somebody else's does: nothing was agreed here."""
    with Project.open(stranger.project) as project:
        root = project.roots()[0]
        project.apply("Move", [Edit(root, Root(root.id, str(folder)))])


@pytest.mark.parametrize("name", ["a link", "dots", "the root", "a zero byte", "a share"])
def test_ways_out_of_the_own_folder_are_seen(stranger: Stranger, name: str) -> None:
    link = stranger.folder / "link"
    link.symlink_to(stranger.canaries)
    paths = {
        "a link": str(link),
        "dots": str(stranger.folder / ".." / "user"),
        "the root": "/",
        "a zero byte": f"{stranger.folder}\0",
        "a share": "//server/share",
    }
    name_folder(stranger, Path(paths[name]))
    with Project.open(stranger.project) as project:
        project.apply("As it is", [Edit(project.roots()[0], Root(1, paths[name]))])
        assert len(project.agreement.missing(project.roots())) == 1


def test_the_window_asks_and_the_shell_says_how(stranger: Stranger) -> None:
    name_folder(stranger, stranger.canaries)
    found = go_through(
        stranger.project, stranger.canaries, [d for d in SHELL_DOORS if d != "undo"] + ["window"]
    )
    assert "names folders outside its own" in found["window"].text
    assert found["scan"].code == 1
    assert "slimsam project agree" in found["scan"].text
    assert "not looked into" in found["info"].text


def bomb(text: bytes) -> bytes:
    return zlib.compress(text, 9)


def parts_of(path: Path, blob: bytes) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE journal_part SET records = ?", (blob,))


BLOBS: dict[str, Callable[[], bytes]] = {
    "two gigabytes": lambda: inflating(ord(" "), 2 << 30),
    "deep": lambda: bomb(b"[" * 200_000),
    "many small lists": lambda: bomb(b"[" + b"[]," * 23_000_000 + b"[]]"),
    "a huge number": lambda: bomb(b'[["image", 1' + b"0" * 10_000 + b', null, {"id": 1}]]'),
    "cut off": lambda: bomb(b"[]" * 1000)[:-5],
    "empty": lambda: b"",
    "no list": lambda: bomb(b'{"a": 1}'),
    "another table": lambda: bomb(json.dumps([["sqlite_schema", 1, {"sql": "x"}, None]]).encode()),
    "other columns": lambda: bomb(
        json.dumps([["image", 1, {"path = '': x": 1}, {"path = '': x": 2}]]).encode()
    ),
    "lists as values": lambda: bomb(json.dumps([["image", 1, {"path": []}, {"path": [1]}]]).encode()),
    "nothing": lambda: bomb(json.dumps([["image", 1, None, None]]).encode()),
    "text as number": lambda: bomb(json.dumps([["image", "1", {"path": "a"}, {"path": "b"}]]).encode()),
    "too large a number": lambda: bomb(
        json.dumps([["root", 2**70, None, {"id": 2**70, "path": "a"}]]).encode()
    ),
}


@pytest.mark.parametrize("name", BLOBS)
def test_undo_of_a_step_that_makes_no_sense_is_refused(stranger: Stranger, name: str) -> None:
    parts_of(stranger.project, BLOBS[name]())
    with Project.open(stranger.project) as project:
        with pytest.raises(ProjectError):
            project.undo()
        assert project.count_annotations() == 6


def test_two_gigabytes_in_two_megabytes_through_undo(stranger: Stranger) -> None:
    parts_of(stranger.project, BLOBS["two gigabytes"]())
    found = go_through(stranger.project, stranger.canaries, ["undo", "history", "info", "window"])
    assert found["undo"].code == 1
    assert "larger than 64 MiB" in found["undo"].text
    assert (found["info"].code, found["history"].code) == (0, 0)


def test_a_code_that_cocos_decoder_never_leaves_is_named(stranger: Stranger) -> None:
    change(stranger.project, "UPDATE annotation SET counts = '5@5@5@5@5@5@5@5@' WHERE id = 4")
    found = go_through(stranger.project, stranger.canaries)
    for name in ("check", "export coco", "export yolo"):
        assert found[name].code == 1
        assert "object 4" in found[name].text
