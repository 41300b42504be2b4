"""States of a project are kept, a few of them, and going back to one loses nothing."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.files.lock import ProjectBusy
from slimsam_core.project import Project, snapshots
from slimsam_core.project.snapshots import go_back, is_due, snapshots_of, take
from tests.hostile.conftest import write_project
from tests.project.model import values_of
from tests.project.older import as_version


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshots, "data_dir", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_project(tmp_path / "pictures")


def contents(path: Path) -> object:
    with Project.open(path, read_only=True) as project:
        return values_of(project), project.history()


def renamed(snapshot: snapshots.Snapshot, taken: datetime) -> Path:
    """The same state as if it had been taken at another time."""
    rest = snapshot.path.name.partition("_")[2]
    return snapshot.path.rename(snapshot.path.with_name(f"{taken:%Y%m%d-%H%M%S}_{rest}"))


def test_a_snapshot_is_the_whole_project_taken_while_it_is_worked_on(path: Path) -> None:
    with Project.open(path) as project:
        assert is_due(project)
        found = take(project)
        assert not is_due(project)
        assert (found.pictures, found.objects) == (2, 6)
        before = values_of(project)
        project.undo()
        assert snapshots_of(path) == [found]
    assert contents(found.path)[0] == before  # type: ignore[index]


def test_one_a_day_and_only_when_something_was_done(path: Path) -> None:
    with Project.open(path) as project:
        found = take(project)
        yesterday = datetime.now() - timedelta(days=1)
        renamed(found, yesterday)
        assert not is_due(project), "nothing was done since then"
        project.undo()
        assert is_due(project)
        assert not is_due(project, yesterday)


def test_a_few_are_kept_and_a_quota_for_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Project.open(path) as project:
        for days in range(9, 0, -1):
            renamed(take(project, keep=20), datetime(2026, 1, 1) - timedelta(days=days))
        newest = take(project, keep=4)
        assert snapshots_of(path)[0].path == newest.path
        assert len(snapshots_of(path)) == 4
        monkeypatch.setattr(snapshots, "QUOTA_BYTES", 1)
        newest = take(project, keep=4)
    assert [found.path for found in snapshots_of(path)] == [newest.path]


def test_going_back_and_forth_loses_nothing(path: Path) -> None:
    with Project.open(path) as project:
        first = take(project)
    renamed(first, datetime(2026, 1, 1))
    (first,) = snapshots_of(path)
    then = contents(path)
    with Project.open(path) as project:
        for _ in range(3):
            project.undo()
    later = contents(path)
    former = go_back(path, first)
    assert contents(path) == then
    assert not list(path.parent.glob("*-wal"))
    (kept,) = [found for found in snapshots_of(path) if found.before_going_back]
    assert kept.path == former
    go_back(path, kept)
    assert contents(path) == later


def test_an_unreadable_project_is_kept_byte_by_byte(path: Path) -> None:
    with Project.open(path) as project:
        first = take(project)
    then = contents(path)
    path.write_bytes(b"overwritten by a bad disk" * 100)
    assert snapshots_of(path) == [first], "found by the place where it lay"
    former = go_back(path, first)
    assert contents(path) == then
    assert (former / path.name).read_bytes().startswith(b"overwritten by a bad disk")


def test_a_project_that_is_open_or_a_damaged_snapshot_is_refused(path: Path) -> None:
    with Project.open(path) as project:
        found = take(project)
        with pytest.raises(ProjectBusy):
            go_back(path, found)
    data = bytearray(found.path.read_bytes())
    data[4096:12_000] = os.urandom(12_000 - 4096)
    found.path.write_bytes(data)
    before = path.read_bytes()
    with pytest.raises(ProjectError):
        go_back(path, found)
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".slimsam*"))


def test_a_damaged_project_takes_no_good_ones_place(path: Path) -> None:
    with Project.open(path) as project:
        take(project)
    data = bytearray(path.read_bytes())
    data[data.index(b"1.png") + 3] ^= 0xFF
    data[-4096:] = bytes(4096)
    path.write_bytes(data)
    with pytest.raises(ProjectError), Project.open(path, read_only=True) as project:
        take(project, keep=1)
    assert len(list(snapshots.snapshots_dir().glob("*/*.slimsam"))) == 1


def test_on_the_shell(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "snapshot", str(path)]) == 0
    assert main(["project", "undo", str(path), "-n", "3"]) == 0
    assert main(["project", "snapshots", str(path)]) == 0
    out = capsys.readouterr().out
    when = out.splitlines()[-1].split()[0]
    assert "2 pictures" in out
    assert "6 objects" in out
    assert main(["project", "go-back", str(path), "1999"]) == 1
    assert main(["project", "go-back", str(path), when]) == 0
    assert f"is as it was at {when}" in capsys.readouterr().out
    with Project.open(path, read_only=True) as project:
        assert project.count_annotations() == 6


def test_a_uid_that_is_a_path_leads_nowhere(own_data: Path) -> None:
    for uid in ("../../x", "/etc", "", "a" * 10_000, "\0"):
        assert snapshots.folder_for(uid).parent == own_data / "snapshots"


def test_a_state_that_an_older_version_kept_can_be_gone_back_to(path: Path) -> None:
    with Project.open(path) as project:
        before = values_of(project)
        found = take(project)
        project.undo()
    as_version(found.path, 5)
    kept = found.path.read_bytes()
    go_back(path, found)
    assert contents(path)[0] == before  # type: ignore[index]
    assert found.path.read_bytes() == kept
