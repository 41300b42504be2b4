"""Names in files from others never lead out of their folder: no file outside is opened, by any reader."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from slimsam_core.compression.supply.data import list_images
from slimsam_core.datasets.labelled import Skipped, iterate
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import SlimSamError
from slimsam_core.files.containment import FoldersBelow, is_entry_below, lies_in
from slimsam_core.formats import registry
from slimsam_core.formats.registry import Format, WriteOptions
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.folder_search import LeftOut
from slimsam_core.project import Edit, Project
from tests.hostile.conftest import write_project

ROOT = Path(__file__).resolve().parents[2]
_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event in ("open", "os.listdir", "os.scandir") and arguments:
        with suppress(TypeError):
            _opened.append(os.path.realpath(os.fspath(arguments[0])))  # type: ignore[call-overload]


sys.addaudithook(_hear)  # for the rest of the process: Python has no way to take one back


@contextmanager
def opened() -> Iterator[list[str]]:
    """Every path that Python opens or lists meanwhile, links followed."""
    global _opened
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def test_links_are_followed_before_the_answer(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.mkdir()
    outer.mkdir()
    (inner / "link").symlink_to(outer)
    (inner / "loop").symlink_to(inner / "loop")
    (inner / "picture.png").symlink_to(outer / "1.png")
    assert lies_in(inner, inner)
    assert lies_in(inner, inner / "a" / "b")
    for path in (
        inner / "link",
        inner / "link/1.png",
        inner / "../outer",
        tmp_path / "inner2",
        inner / "a\0",
    ):
        assert not lies_in(inner, path), path
    assert not lies_in(inner, inner / "picture.png")
    assert is_entry_below(inner, inner / "picture.png")
    assert not is_entry_below(inner, inner / "link/1.png")
    assert not is_entry_below(inner, inner / "loop/1.png")


def test_folders_are_looked_at_once_and_links_in_them_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    for folder in (inner / "a" / "b", outer):
        folder.mkdir(parents=True)
    (inner / "out").symlink_to(outer)
    (inner / "in").symlink_to(inner / "a")
    (inner / "loop").symlink_to(inner / "loop")
    (inner / "file").write_text("")
    looks: list[Path] = []
    look = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: looks.append(path) or look(path))  # type: ignore[func-returns-value]
    below = FoldersBelow(inner)
    assert below.entry("x.png") == inner / "x.png"
    for number in range(1000):
        assert below.entry(f"a/b/{number}.png") == inner / f"a/b/{number}.png"
    assert len(looks) == 2, "of a and of a/b"
    assert below.entry("in/b/x.png") == inner / "in/b/x.png"
    looks.clear()
    for relative in ("none/x.png", "none/" * 2000 + "x.png", "file/x.png"):
        assert below.entry(relative) is None, relative[:20]
    assert len(looks) == 3, "one folder that is missing is enough"
    for relative in ("out/x.png", "out/none/x.png", "loop/x.png"):
        with pytest.raises(PermissionError):
            below.entry(relative)


def test_nothing_else_decides_it() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in ("slimsam_core", "slimsam_app")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.name != "containment.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("is_relative_to", "commonpath")
        and "resolve" in ast.unparse(node)
    ]
    assert not found, "use slimsam_core.files.containment"


NAMES = {
    "dots": "../private/1.png",
    "dots on the way": "a/../../private/1.png",
    "dots of Windows": "..\\private\\1.png",
    "a link": "link/1.png",
    "absolute": "{private}/1.png",
    "an address": "file://{private}/1.png",
    "a file of the system": "/etc/passwd",
}
TEXTS = (".json", ".xml", ".txt", ".yaml", ".yml", ".csv", ".geojson")


def lead_out(folder: Path, name: str) -> int:
    """Let every text of an annotation folder call its pictures by ``name``; how many texts do."""
    changed = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in TEXTS and path.is_file() and not path.is_symlink():
            text = path.read_text("utf-8")
            escaped = name.replace("\\", "\\\\") if "json" in path.suffix else name
            changed += (there := "1.png" in text)
            if there:
                path.write_text(text.replace("images/1.png", escaped).replace("1.png", escaped), "utf-8")
    return changed


FORMATS = [one for one in registry.formats() if one.read is not None and one.write is not None]


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: one.name)
def test_no_picture_outside_is_opened(tmp_path: Path, format_: Format) -> None:
    private = tmp_path / "private"
    private.mkdir()
    with Project.open(write_project(tmp_path / "own"), read_only=True) as project:
        (private / "1.png").write_bytes((tmp_path / "own/1.png").read_bytes())
        for number, (title, name) in enumerate(NAMES.items()):
            folder = tmp_path / f"stranger {number}"
            folder.mkdir()
            target = folder / ("labels" if format_.is_folder else f"labels{format_.suffix}")
            with suppress(SlimSamError):  # some refuse objects that lie over one another
                export_project(project, format_, target, options=WriteOptions(overwrite=True))
            for place in (folder, target):
                if place.is_dir():
                    (place / "link").symlink_to(private)
            lead_out(folder, name.format(private=private))
            with opened() as paths, Project.create(folder / "q.slimsam", [folder]) as other:
                with suppress(SlimSamError):
                    import_into(other, format_, target)
                with suppress(SlimSamError):
                    for dataset in open_datasets(target):
                        list(iterate(dataset, Skipped()))
            outside = [path for path in paths if Path(path).is_relative_to(private) or path == "/etc/passwd"]
            assert not outside, title
            assert paths


def test_a_data_set_takes_a_name_that_leads_out_by_its_last_part(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    with Project.open(write_project(tmp_path / "own"), read_only=True) as project:
        export_project(project, registry.get_format("coco"), tmp_path / "own/labels.json")
    (tmp_path / "own/2.png").rename(private / "2.png")
    text = (tmp_path / "own/labels.json").read_text("utf-8")
    text = text.replace('"1.png"', f'"{private}/1.png"').replace('"2.png"', '"../private/2.png"')
    (tmp_path / "own/labels.json").write_text(text, "utf-8")
    (dataset,) = open_datasets(tmp_path / "own/labels.json")
    skipped = Skipped()
    with opened() as paths:
        found = [image.path for _, image in iterate(dataset, skipped)]
    assert found == [tmp_path / "own/1.png"]
    assert skipped.count == 1
    assert "2.png is not in" in skipped.examples[0]
    assert not [path for path in paths if Path(path).is_relative_to(private)]


def test_a_project_with_a_link_in_it_gives_a_compression_only_what_is_inside(tmp_path: Path) -> None:
    path = write_project(tmp_path / "own")
    private = tmp_path / "private"
    private.mkdir()
    (tmp_path / "own/2.png").rename(private / "2.png")
    (tmp_path / "own/link").symlink_to(private)
    with Project.open(path) as project:
        entry = project.image(2)
        project.apply("Out", [Edit(entry, type(entry)(**{**vars(entry), "path": "link/2.png"}))])
    left: list[LeftOut] = []
    found = list_images([path], leave=left.append)
    assert [found[i] for i in range(len(found))] == [tmp_path / "own/1.png"]
    assert [one.path for one in left] == ["link/2.png"]
    assert "leads out of the folder" in left[0].detail
