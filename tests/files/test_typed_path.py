"""``~`` in a path that a person typed is the home folder, at the shell as in the window."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.files.listing import typed_path
from tests.formats.foreign_files import coco, picture


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "expanduser", _expand(home))
    monkeypatch.chdir(tmp_path)
    return home


def _expand(home: Path):  # type: ignore[no-untyped-def]
    """As Path.expanduser, with this home: the real one is no test's business."""

    def expanduser(path: Path) -> Path:
        first, *rest = path.parts
        if first != "~":
            raise RuntimeError("Could not determine home directory.")
        return home.joinpath(*rest)

    return expanduser


def test_the_home_folder(home: Path, tmp_path: Path) -> None:
    assert typed_path("~/out/c.json") == home / "out/c.json"
    assert typed_path("~") == home
    assert typed_path("a/~/b") == Path("a/~/b")
    assert typed_path("~nobody/x") == Path("~nobody/x"), "there is no such user"
    (tmp_path / "~").mkdir()
    assert typed_path("~") == Path("~"), "what is there is meant"


def test_no_field_of_the_window_is_read_in_another_way() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((Path(__file__).parents[2] / "slimsam_app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("Path", "typed_path")
        and any(".text()" in ast.unparse(argument) for argument in node.args)
    ]
    assert not found, "windows.dialogs.path_dialog.typed_in reads it"


def test_the_shell_takes_it_in_every_argument(home: Path) -> None:
    picture(home / "img/a.png")
    coco(home / "in.json", "a.png")
    assert main(["convert", "~/in.json", "--images=~/img", "--to", "yolo", "--out=~/yolo"]) == 0
    assert (home / "yolo/images/a.png").is_file()
    assert main(["project", "create", "~/p.slimsam", "~/img"]) == 0
    assert (home / "p.slimsam").is_file()
