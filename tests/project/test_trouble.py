"""Machines that fail: full disks, read-only folders, vanished files, other writers, files of other kinds."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import Category, ImageEntry, Root
from slimsam_core.errors import OutputError, ProjectError, ProjectReadOnly, ProjectUnavailable
from slimsam_core.project import Edit, Project, schema
from slimsam_core.project.checkup import examine

REPOSITORY = Path(__file__).parents[2]
CAT = Category(id=1, name="cat")
DOG = Category(id=2, name="dog")


@pytest.fixture
def project(folder: Path):
    with Project.create(folder / "p.slimsam") as opened:
        yield opened


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def add(project: Project, category: Category) -> None:
    project.apply("Add", [Edit(None, category)])


def test_a_full_disk_refuses_the_command_and_takes_it_later(project: Project) -> None:
    add(project, CAT)
    assert project._writer is not None
    writer = project._writer._connection
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    large = [
        Edit(None, ImageEntry(id=number, root_id=1, path=f"{number}" * 100, comment="x" * 5000))
        for number in (1, 2)
    ]
    for _ in range(2):
        with pytest.raises(ProjectUnavailable, match="full"):
            project.apply("Add", [Edit(None, DOG), *large])
        assert project.categories() == [CAT]
        assert len(project.history()) == 1
    writer.execute("PRAGMA max_page_count = 1000000")
    add(project, DOG)
    assert project.categories() == [CAT, DOG]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sqlite_sequence SET seq = 9223372036854775807",
        "INSERT INTO retired (kind, id, writes) VALUES ('category', 9223372036854775807, '')",
        "UPDATE category SET id = 9223372036854775807",
    ],
)
def test_numbers_that_are_used_up_are_told_and_no_full_disk(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "p.slimsam"
    with Project.create(path, [tmp_path]) as project:
        add(project, CAT)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)
    with Project.open(path) as project:
        with pytest.raises(ProjectError, match=r"used up|too large|damaged") as told:
            project.apply("Add", [Edit(None, replace(DOG, id=project.next_id(Category)))])
        assert not isinstance(told.value, ProjectUnavailable), "it would be tried again for ever"
        assert any("leaves none for the next" in damage.reason for damage in examine(project))


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs a file system of its own")
def test_a_really_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with Project.create(disk / "p.slimsam", [disk]) as project:
            kept = 0

            def fill() -> None:
                nonlocal kept
                while kept < 1000:
                    image = ImageEntry(
                        id=kept + 1, root_id=1, path=f"{kept}.jpg", comment=os.urandom(20000).hex()
                    )
                    project.apply("Add", [Edit(None, image)])
                    kept += 1

            with pytest.raises(ProjectError, match="full"):
                fill()
            assert kept > 3
            assert project.count_images() == kept
            with pytest.raises(OutputError):
                project.save_copy(disk / "copy.slimsam")
            assert not list(disk.glob(".slimsam-*"))
            project.save_copy(tmp_path / "copy.slimsam")
        for path in (disk / "p.slimsam", tmp_path / "copy.slimsam"):
            with Project.open(path) as project:
                assert project.count_images() == kept
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_opening_writes_nothing_so_that_it_works_on_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    with Project.create(path) as project:
        add(project, CAT)
    before = path.read_bytes()
    with Project.open(path) as project:
        assert not project.read_only
    assert path.read_bytes() == before


def test_a_share_that_goes_away_and_comes_back(project: Project, folder: Path, tmp_path: Path) -> None:
    add(project, CAT)
    folder.rename(tmp_path / "away")
    with pytest.raises(ProjectUnavailable, match="vanished"):
        add(project, DOG)
    project.save_copy(tmp_path / "copy.slimsam")
    (tmp_path / "away").rename(folder)
    add(project, DOG)
    assert project.categories() == [CAT, DOG]
    with Project.open(tmp_path / "copy.slimsam") as copy:
        assert copy.categories() == [CAT]
        assert copy.stack_labels(1)[0][-1] == "Add"


def test_a_file_that_comes_back_as_a_copy_of_itself_is_taken_up(project: Project, folder: Path) -> None:
    add(project, CAT)
    project.save_copy(folder / "copy.slimsam")
    (folder / "copy.slimsam").replace(project.path)
    for name in ("p.slimsam-wal", "p.slimsam-shm"):
        (folder / name).unlink()
    add(project, DOG)
    with closing(sqlite3.connect(project.path)) as connection:
        assert connection.execute("SELECT name FROM category").fetchall() == [("cat",), ("dog",)]
    with Project.open(project.path) as second:
        assert second.read_only


def test_another_file_at_the_path_is_not_written_to(project: Project, folder: Path, tmp_path: Path) -> None:
    project.save_copy(folder / "old.slimsam")
    add(project, CAT)
    (folder / "old.slimsam").replace(project.path)
    for name in ("p.slimsam-wal", "p.slimsam-shm"):
        (folder / name).unlink()
    with pytest.raises(ProjectError, match="replaced"):
        add(project, DOG)
    project.save_copy(tmp_path / "copy.slimsam")
    with Project.open(tmp_path / "copy.slimsam") as copy:
        assert copy.categories() == [CAT]


def test_tidied_up_side_files_lose_nothing(project: Project, folder: Path) -> None:
    add(project, CAT)
    for name in ("p.slimsam-wal", "p.slimsam-shm", "p.slimsam.lock"):
        (folder / name).unlink()
    add(project, DOG)
    with closing(sqlite3.connect(project.path)) as connection:
        assert connection.execute("SELECT name FROM category").fetchall() == [("cat",), ("dog",)]
    with Project.open(project.path) as second:
        assert second.read_only


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of file sizes")
def test_a_failing_file_system_refuses_the_command_and_takes_it_later(project: Project) -> None:
    import resource

    add(project, CAT)
    large = [
        Edit(None, ImageEntry(id=1, root_id=1, path="a.jpg", comment="x" * 1_000_000)),
        Edit(None, Root(1, "/a")),
    ]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        with pytest.raises(ProjectUnavailable):
            project.apply("Add", large)
        assert project.categories() == [CAT]
        add(project, DOG)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    project.apply("Add", large)
    assert project.image(1).comment == "x" * 1_000_000
    assert [entry.label for entry in project.history()] == ["Add"] * 3


def test_nothing_stays_beside_a_closed_project(project: Project, folder: Path) -> None:
    add(project, CAT)
    project.close()
    project.close()
    with Project.open(project.path, read_only=True) as reading:
        assert reading.categories() == [CAT]
    assert [path.name for path in folder.iterdir()] == ["p.slimsam"]
    with pytest.raises(ProjectError, match="closed"):
        project.categories()
    with pytest.raises(ProjectError, match="closed"):
        add(project, DOG)


def test_creating_replaces_nothing(project: Project, folder: Path) -> None:
    with pytest.raises(ProjectError, match="exists already"):
        Project.create(project.path)
    with pytest.raises(ProjectError, match="Cannot write"):
        Project.create(folder / "nowhere" / "p.slimsam")
    with pytest.raises(OutputError, match="exists already"):
        project.save_copy(project.path)


HOLD = """
import sys, time
from slimsam_core.project import Project
project = Project.open(sys.argv[1])
print(project.read_only, flush=True)
time.sleep(60)  # until it is killed
"""


def test_a_second_process_reads_along_until_the_first_one_dies(project: Project) -> None:
    project.close()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(project.path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    with holder, holder.stdout as lines:
        assert lines.readline() == b"False\n"
        with Project.open(project.path) as second:
            assert second.read_only
            assert f"process {holder.pid}" in second.read_only_reason
            with pytest.raises(ProjectReadOnly):
                add(second, CAT)
        os.kill(holder.pid, signal.SIGKILL)
    with Project.open(project.path) as second:
        assert not second.read_only
        add(second, CAT)


def test_a_writer_on_another_computer_keeps_the_project_closed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    with pytest.raises(ProjectError, match="one computer at a time"):
        Project.open(project.path)


AS_SOMEBODY_ELSE = """
import os, sys
from slimsam_core.project import Project
os.setuid(65534)
with Project.open(sys.argv[1]) as project:
    print(project.read_only, project.count_images(), project.read_only_reason)
"""


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs to become another user")
@pytest.mark.parametrize("killed", [False, True])
def test_a_folder_without_write_permission_is_read(killed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.slimsam"
        Path(folder).chmod(0o755)
        with Project.create(path, [folder]) as project:
            project.apply("Add", [Edit(None, ImageEntry(id=1, root_id=1, path="a.jpg"))])
            if killed:
                for name in ("p.slimsam", "p.slimsam-wal", "p.slimsam-shm"):
                    shutil.copy(Path(folder) / name, Path(folder) / f"killed-{name}")
        if killed:
            path = Path(folder) / "killed-p.slimsam"
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY_ELSE, str(path)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith("True 1 "), done.stderr
        assert "nothing can be written" in done.stdout


def test_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.slimsam"
    text.write_text("not a database, but long enough to look like one" * 100)
    with pytest.raises(ProjectError, match="not a project file"):
        Project.open(text)
    other = tmp_path / "other.slimsam"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something (x)")
    ahead = tmp_path / "ahead.slimsam"
    with closing(sqlite3.connect(ahead)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE something (x)")
    empty = tmp_path / "empty.slimsam"
    empty.touch()
    before = {path: path.read_bytes() for path in (other, ahead, empty)}
    for path in before:
        for read_only in (True, False):
            with pytest.raises(ProjectError, match="another program"):
                Project.open(path, read_only=read_only)
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(ProjectError, match="does not exist"):
        Project.open(tmp_path / "nothing.slimsam")
    names = ["ahead.slimsam", "empty.slimsam", "folder", "other.slimsam", "text.slimsam"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_a_damaged_file_says_so(project: Project) -> None:
    for number in range(1, 200):
        add(project, Category(id=number, name=f"class {number}" * 50))
    project.close()
    data = bytearray(project.path.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    project.path.write_bytes(data)
    with pytest.raises(ProjectError, match="damaged"), Project.open(project.path) as opened:
        opened.categories()


def test_a_damaged_value_says_so(project: Project) -> None:
    add(project, CAT)
    project.close()
    with closing(sqlite3.connect(project.path)) as connection, connection:
        connection.execute("UPDATE category SET extra = '{'")
    with Project.open(project.path) as opened, pytest.raises(ProjectError, match="damaged"):
        opened.categories()


def test_a_journal_that_runs_in_circles_is_refused(project: Project) -> None:
    add(project, CAT)
    add(project, DOG)
    project.close()
    with closing(sqlite3.connect(project.path)) as connection, connection:
        connection.execute("UPDATE journal SET below = 2 WHERE seq = 1")
    with Project.open(project.path) as opened:
        for ask in (lambda: opened.stack_labels(9), lambda: opened.prune(5), opened.undo):
            if ask == opened.undo:
                assert opened.undo() is not None  # the second command is whole
            with pytest.raises(ProjectError, match="damaged"):
                ask()


def test_a_newer_version_is_refused_untouched(project: Project) -> None:
    project.close()
    with closing(sqlite3.connect(project.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = project.path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(ProjectError, match="newer version"):
            Project.open(project.path, read_only)
    assert project.path.read_bytes() == before


def add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE category ADD COLUMN weight REAL NOT NULL DEFAULT 1")


def add_column_and_fail(connection: sqlite3.Connection) -> None:
    add_column(connection)
    raise sqlite3.OperationalError("power cut")


def test_an_older_version_is_converted_whole_or_not_at_all(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(project, CAT)
    project.close()
    older = len(schema.MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_column_and_fail))
    with pytest.raises(ProjectError):
        Project.open(project.path)
    with pytest.raises(ProjectError, match="older version"):
        Project.open(project.path, read_only=True)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], add_column))
    with Project.open(project.path) as opened:
        assert opened.categories() == [CAT]
        opened.undo()
        assert opened.categories() == []
    with closing(sqlite3.connect(project.path)) as connection:
        assert schema.version_of(connection) == older + 1
        connection.execute("SELECT weight FROM category")


def test_any_file_name_will_do(folder: Path) -> None:
    path = folder / "pro ject #1?mode=memory&%41 ü.slimsam"
    with Project.create(path) as project:
        add(project, CAT)
    assert [found.name for found in folder.iterdir()] == [path.name]
    with Project.open(path, read_only=True) as project:
        assert project.categories() == [CAT]
