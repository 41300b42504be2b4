"""What is kept of projects: rot and strangers push no good state out, and holes are not copied."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from slimsam_core.errors import ProjectError
from slimsam_core.project import Project, snapshots
from slimsam_core.project.checkup import examine_structure
from slimsam_core.project.snapshots import Snapshot, go_back, snapshots_of, take
from tests.hostile.conftest import Stranger, write_project
from tests.project.model import values_of

_PAGE = 4096
_LEAVES = _PAGE // 4 - 8
"""Free pages that SQLite names in one page of its list of them."""


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "data_dir", lambda: tmp_path / "data")


def rot(path: Path) -> None:
    """Flip one bit in the code of a mask, where no index and no count has it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (code,) = connection.execute("SELECT counts FROM annotation WHERE id = 3").fetchone()
        flipped = code[:4] + chr(ord(code[4]) ^ 1) + code[5:]
        connection.execute("UPDATE annotation SET counts = ? WHERE id = 3", (flipped,))


def take_on(path: Path, day: int, keep: int = 7) -> None:
    """Keep the state as it would be kept on a day of January."""
    with Project.open(path, read_only=True) as project:
        found = take(project, keep)
    renamed(found, datetime(2026, 1, 1) + timedelta(days=day - 1))


def renamed(found: Snapshot, taken: datetime) -> None:
    rest = found.path.name.partition("_")[2]
    found.path.rename(found.path.with_name(f"{taken:%Y%m%d-%H%M%S}_{rest}"))


def with_free_pages(path: Path, pages: int) -> None:
    """Give a closed project free pages that are holes: SQLite reads none of them but those of the list."""
    with path.open("r+b") as file:
        header = bytearray(file.read(100))
        (last,) = struct.unpack(">I", header[28:32])
        assert struct.unpack(">I", header[36:40]) == (0,)
        first = trunk = last + 1
        end = last + pages
        while trunk <= end:
            leaves = list(range(trunk + 1, min(trunk + 1 + _LEAVES, end + 1)))
            after = trunk + 1 + len(leaves)
            file.seek((trunk - 1) * _PAGE)
            file.write(struct.pack(f">II{len(leaves)}I", after if after <= end else 0, len(leaves), *leaves))
            trunk = after
        file.truncate(end * _PAGE)
        header[28:40] = struct.pack(">III", end, first, pages)
        file.seek(0)
        file.write(header)


def test_seven_days_with_a_rotten_mask_leave_the_good_states(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures")
    for day in range(1, 4):
        take_on(path, day)
    rot(path)
    for day in range(4, 14):
        take_on(path, day)
    found = snapshots_of(path)
    good = [kept for kept in found if not kept.damaged]
    assert [kept.taken.day for kept in good] == [3, 2, 1]
    assert [kept.taken.day for kept in found if kept.damaged] == [13, 12]
    go_back(path, good[0])
    with Project.open(path, read_only=True) as project:
        assert len(project.annotations(1)) == 3
    assert snapshots_of(path)[0].damaged, "what was left is kept, as it was"


def test_holes_are_not_copied(stranger: Stranger) -> None:
    with_free_pages(stranger.project, 60_000)
    claimed = stranger.project.stat().st_size
    assert claimed > 240_000_000
    with Project.open(stranger.project, read_only=True) as project:
        assert examine_structure(project) == [], "SQLite finds nothing wrong with it"
        found = take(project)
    assert found.bytes < 1_000_000
    with closing(snapshots.Reader(found.path)) as kept:
        assert kept.count_annotations() == 6
        assert examine_structure(kept) == []


def test_a_strangers_large_project_takes_no_states_of_others(
    stranger: Stranger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = write_project(tmp_path / "mine")
    for day in range(1, 5):
        take_on(mine, day)
    kept = [found.bytes for found in snapshots_of(mine)]
    with closing(sqlite3.connect(stranger.project)) as connection, connection:
        connection.execute("INSERT INTO draft VALUES (1, hex(zeroblob(500000)), 'now')")
    monkeypatch.setattr(snapshots, "QUOTA_BYTES", sum(kept) + 10_000)
    for day in range(1, 8):
        take_on(stranger.project, day)
    assert len(snapshots_of(mine)) == 4
    assert len(snapshots_of(stranger.project)) == 1


def test_a_broken_structure_is_not_kept(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE image SET objects = 9 WHERE id = 1")
    with pytest.raises(ProjectError), Project.open(path, read_only=True) as project:
        take(project)
    assert snapshots_of(path) == []


def test_a_copy_has_no_holes(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures")
    with_free_pages(path, pages=20_000)
    copy = tmp_path / "copy.slimsam"
    with Project.open(path, read_only=True) as project:
        project.save_copy(copy)
        expected = values_of(project)
    assert path.stat().st_size > 80_000_000
    assert copy.stat().st_size < 1 << 20
    with Project.open(copy, read_only=True) as project:
        assert values_of(project) == expected
