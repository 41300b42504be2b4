"""Projects damaged by hand: every question has an answer or an error with a place, and always comes back."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.formats.coco_write import CocoMasks
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project
from slimsam_core.project import Project, bounded
from slimsam_core.project.bounded import BoundedConnection, TooManyRows
from slimsam_core.project.checkup import examine
from slimsam_core.project.repair import repair
from tests.hostile.conftest import Stranger, write_project
from tests.hostile.doors import go_through
from tests.hostile.projects import damage, lead_in_circles, share_one_text
from tests.project.model import values_of

IN_CI, NIGHTLY = 60, 1000
SECONDS = 20.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = write_project(tmp_path_factory.mktemp("whole") / "pictures", pictures=3)
    with Project.open(path) as project:
        project.undo()
        project.keep_draft(1, json.dumps({"clicks": []}))
    return path.read_bytes()


def masks_of(project: Project) -> dict[int, str]:
    return {a.id: a.mask.counts for _, objects in project.labelled_images() for a in objects}


def export(path: Path, target: Path) -> None:
    with Project.open(path, read_only=True) as project:
        export_project(project, get_format("coco"), target, options=WriteOptions(masks=CocoMasks.RLE))


def ask_everything(path: Path) -> None:
    """Every door that has no window. Raises SlimSamError alone."""
    for read_only in (True, False):
        try:
            with Project.open(path, read_only=read_only) as project:
                list(examine(project))
                for question in (
                    lambda: values_of(project), project.statistics, project.history, project.drafts,
                    lambda: project.stack_labels(100), project.undo, project.redo, lambda: project.prune(1),
                ):  # fmt: skip
                    with suppress(SlimSamError):
                        question()
        except SlimSamError:
            continue


def try_damage(whole: bytes, truth: dict[int, str], folder: Path, seed: int) -> bool:
    """Whether the damaged project could be exported: then nothing in it is another mask than was drawn."""
    path = folder / f"{seed}.slimsam"
    path.write_bytes(whole)
    what = damage(path, Random(seed))
    start = time.thread_time()
    exported = False
    try:
        target = folder / f"{seed}.json"
        export(path, target)
        exported = True
        for a in json.loads(target.read_text("utf-8"))["annotations"]:
            assert a["segmentation"]["counts"] in truth.values(), f"{seed}: {what}"
    except SlimSamError:
        pass
    with suppress(SlimSamError):
        repair(path, folder / f"{seed} repaired.slimsam")
    ask_everything(path)
    assert time.thread_time() - start < SECONDS, f"{seed}: {what}"
    return exported


def try_many(whole: bytes, folder: Path, seeds: range) -> None:
    good = folder / "good.slimsam"
    good.write_bytes(whole)
    with Project.open(good, read_only=True) as project:
        truth = masks_of(project)
    results = [try_damage(whole, truth, folder, seed) for seed in seeds]
    assert {True, False} == set(results), "the damages do not reach what they are meant to"


def test_damaged_projects_answer_or_say_why(whole: bytes, tmp_path: Path) -> None:
    try_many(whole, tmp_path, range(IN_CI))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_many_damaged_projects_answer_or_say_why(whole: bytes, tmp_path: Path) -> None:
    try_many(whole, tmp_path, range(IN_CI, IN_CI + NIGHTLY))


@pytest.mark.parametrize("table", ["image", "annotation", "journal"])
def test_pages_that_lead_in_circles_come_back(
    stranger: Stranger, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.project.bounded.FIXED_S", 0.3)
    lead_in_circles(stranger.project, table)
    start = time.thread_time()
    ask_everything(stranger.project)
    with suppress(SlimSamError):
        repair(stranger.project, stranger.folder / "repaired.slimsam")
    with pytest.raises(SlimSamError, match="damaged"):
        export(stranger.project, stranger.folder / "x.json")
    assert time.thread_time() - start < SECONDS


def test_pages_in_circles_through_doors(stranger: Stranger) -> None:
    lead_in_circles(stranger.project, "image")
    found = go_through(stranger.project, stranger.canaries, ["export coco", "window"])
    assert found["export coco"].code == 1


TOLD = "hold far more than the whole file"


def one_text_in_circles(path: Path, table: str, column: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", ("/" + "x" * 10**6,))
    lead_in_circles(path, table, depth=3)


def holes(path: Path, table: str, column: str) -> None:
    share_one_text(path, table, column, 60_000_000, holes=True)


def one_text(path: Path, table: str, column: str) -> None:
    share_one_text(path, table, column, 1_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="files with holes")
@pytest.mark.parametrize("make", [one_text_in_circles, one_text, holes])
@pytest.mark.parametrize("place", ["root.path", "category.name"])
def test_a_text_that_thousands_of_rows_share_does_not_fill_the_memory(
    stranger: Stranger, make: Callable[[Path, str, str], None], place: str
) -> None:
    make(stranger.project, *place.split("."))
    assert 512 * stranger.project.stat().st_blocks < 6_000_000
    doors = [
        "info",
        "check",
        "window" if (place, make) == ("root.path", one_text_in_circles) else "export coco",
    ]
    found = go_through(stranger.project, stranger.canaries, doors)
    assert all("not enough memory" not in door.text for door in found.values())
    assert any(TOLD in door.text for door in found.values()), found
    with suppress(SlimSamError):
        repair(stranger.project, stranger.folder / "repaired.slimsam")


def test_a_repair_keeps_no_more_than_the_file_can_hold(stranger: Stranger) -> None:
    one_text(stranger.project, "category", "name")
    found = repair(stranger.project, stranger.folder / "repaired.slimsam")
    assert any(TOLD in str(damage.reason) for damage in found)


def test_a_file_that_grew_while_it_was_open_gets_the_time_and_the_rows_of_its_size(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with closing(sqlite3.connect(path, factory=BoundedConnection)) as connection:
        connection.execute("CREATE TABLE t (text)")
        connection.allow_for(path)
        before = connection.seconds
        path.write_bytes(b"x" * (bounded.FIXED_BYTES // 4))
        connection.check_rows(bounded.FIXED_BYTES * 2)
        connection._end = time.thread_time() - 0.1
        assert not connection._late()
        assert connection.seconds > before + 1
        path.write_bytes(b"x")
        with pytest.raises(TooManyRows):
            connection.check_rows(bounded.FIXED_BYTES * 2)
        assert connection.seconds == bounded.AGAIN_S


def test_classes_of_one_name_are_numbered_in_a_time_that_grows_with_them(stranger: Stranger) -> None:
    share_one_text(stranger.project, "category", "name", 6000)
    start = time.thread_time()
    repair(stranger.project, stranger.folder / "repaired.slimsam")
    assert time.thread_time() - start < SECONDS


@pytest.mark.skipif(sys.platform == "win32", reason="files with holes")
def test_holes_in_a_file_give_its_statements_no_more_time(stranger: Stranger) -> None:
    with stranger.project.open("r+b") as file:
        file.truncate(1 << 40)
    with closing(sqlite3.connect(stranger.project, factory=BoundedConnection)) as connection:
        connection.allow_for(stranger.project)
        assert connection.seconds < SECONDS
    found = go_through(stranger.project, stranger.canaries, ["check", "copy", "export coco"])
    assert all("Traceback" not in door.text for door in found.values())


def test_a_statement_without_an_end_is_stopped_and_the_next_one_is_not(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x", factory=BoundedConnection)) as connection:
        connection.seconds = 0.2
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(i) FROM n"
            )
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_project_that_does_not_say_which_it_is(stranger: Stranger) -> None:
    with closing(sqlite3.connect(stranger.project)) as connection, connection:
        connection.execute("DELETE FROM project")
    for read_only in (True, False, False):  # and nothing holds it afterwards
        with pytest.raises(ProjectError, match="does not say which project it is"):
            Project.open(stranger.project, read_only=read_only)
    repaired = stranger.beside(" repaired.slimsam")
    repair(stranger.project, repaired)
    with Project.open(repaired) as project:
        assert len(masks_of(project)) == 6
