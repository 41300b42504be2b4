"""Temporary folders go with their process, or at the next start when it was killed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from slimsam_core.files.temporary import clear_left_over, temporary_folder

ROOT = Path(__file__).parents[2]
MAKERS = {"mkdtemp", "TemporaryDirectory", "mkstemp", "NamedTemporaryFile", "TemporaryFile"}
HOLDS = """
import sys
from pathlib import Path
from slimsam_core.files.temporary import temporary_folder
with temporary_folder(beside=Path(sys.argv[1]) / "x") as folder:
    (folder / "much").write_bytes(bytes(1000))
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders count as old at once."""
    monkeypatch.setattr("slimsam_core.files.temporary._YOUNG_S", -1.0)


def other_process(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(parent)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    return child, Path(child.stdout.readline().strip())


def test_a_folder_is_gone_after_its_block_also_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with temporary_folder(beside=tmp_path / "x") as folder:
            (folder / "a").write_text("a")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_took_its_place_stays(tmp_path: Path) -> None:
    with temporary_folder(beside=tmp_path / "x") as folder:
        (folder / "a").write_text("a")
        folder.replace(tmp_path / "x")
    assert [path.name for path in tmp_path.rglob("*")] == ["x", "a"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked there")
@pytest.mark.usefixtures("old")
def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    living, kept = other_process(tmp_path)
    killed, left = other_process(tmp_path)
    killed.kill()
    killed.communicate()
    try:
        assert clear_left_over(tmp_path) == 1
        assert (kept / "much").exists()
        assert not left.exists()
    finally:
        living.communicate("")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
@pytest.mark.usefixtures("old")
def test_what_only_looks_like_one_is_left_alone(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "thesis").write_text("years")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "slimsam-tmp-abcdefgh").symlink_to(private)
    (shelf / "slimsam-tmp-12345678").write_text("a file")
    (shelf / "slimsam-tmp-models").mkdir()
    (shelf / "slimsam-models").mkdir()
    assert clear_left_over(shelf) == 0
    assert (private / "thesis").read_text() == "years"
    assert len(list(shelf.iterdir())) == 4
    link = shelf / "slimsam-tmp-aaaaaaaa"
    link.mkdir()
    (link / "out").symlink_to(private)
    assert clear_left_over(shelf) == 1
    assert (private / "thesis").exists()


def test_a_folder_that_was_made_just_now_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "slimsam-tmp-abcdefgh").mkdir()
    assert clear_left_over(tmp_path) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be locked there")
@pytest.mark.usefixtures("old")
def test_a_command_clears_at_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from slimsam_core.cli import main

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "slimsam-tmp-abcdefgh").mkdir()
    assert main(["project", "info", str(tmp_path / "none.slimsam")]) == 1
    assert not list(tmp_path.iterdir())


def test_nothing_else_makes_temporary_folders_or_files() -> None:
    allowed = {
        "slimsam_core/files/temporary.py": {"mkdtemp", "TemporaryFile"},  # the latter has no name to outlive
        "slimsam_core/files/atomic.py": {"mkstemp"},
    }
    for package in ("slimsam_core", "slimsam_app"):
        for path in sorted((ROOT / package).rglob("*.py")):
            names = {
                node.attr if isinstance(node, ast.Attribute) else node.name
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Attribute | ast.alias)
            }
            where = path.relative_to(ROOT).as_posix()
            assert names & MAKERS <= allowed.get(where, set()), f"{where}: use files/temporary.py"
