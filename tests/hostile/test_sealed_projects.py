"""Projects made by hand whose checksums are right: values of the right type that make no sense.

A checksum tells damage and not malice. Each project answers every question or says why not, goes out in every
format or is refused in words, and no export has a mask that was not drawn.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.cli import main
from slimsam_core.errors import SlimSamError
from slimsam_core.formats.registry import WriteOptions, formats
from slimsam_core.formats.transfer import export_project
from slimsam_core.project import Project
from slimsam_core.project.proof import proof_of
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, IMAGES, ROOTS
from tests.app_shell.conftest import make_window, open_and_wait, window
from tests.app_shell.test_connections import OPENERS, _windows
from tests.app_shell.test_plain_text import EVIL, painted
from tests.hostile.conftest import write_project
from tests.hostile.doors import snapshot
from tests.hostile.test_damaged_projects import ask_everything, masks_of

__all__ = ["make_window", "window"]  # fixtures

DEEP = "[" * 40 + "]" * 40
FAR = 1.7e308
ODD: dict[str, tuple[str, str, object]] = {
    **{f"a colour {color[:9]!r}": ("category", "color", color) for color in (
        "x", "red", "#fff", "#gggggg", "#12345678", "\x1b[31m", "url(file:///dev/zero)", "#" * 5000)},
    "a class without a name": ("category", "name", ""),
    "a name that acts": ("category", "name", EVIL),
    "a name of a megabyte": ("category", "name", "n" * 1_000_000),
    "a name that leads out": ("category", "name", "../../../x"),
    "a name with lines": ("category", "name", "a\nb: [c\r\n- d"),
    "a key of many": ("category", "hotkey", "1" * 5000),
    "a key that acts": ("category", "hotkey", "\x1b"),
    "a far place": ("category", "place", 2**63 - 1),
    "a place before all": ("category", "place", -(2**63)),
    **{f"attributes {text[:20]}": ("category", "attributes", text) for text in (
        '{"a": 5}', '{"a": []}', '{"a": {"b": 1}}', '{"": "text"}', '{"a": ["", ""]}', '{"a": [1, null]}',
        '{"a": "nothing"}', '{"a": null}', json.dumps({str(i): "text" for i in range(5000)}))},
    "more of a class": ("category", "extra", json.dumps({"id": 99, "name": "other", "a": json.loads(DEEP)})),
    "an orientation": ("image", "exif_orientation", 99),
    "a comment": ("image", "comment", EVIL * 1000),
    "flags": ("image", "flags", json.dumps([EVIL, "", "a" * 100_000])),
    "more of a picture": ("image", "extra", json.dumps(
        {"id": 7, "file_name": "../../x", "width": 1, "height": "x", "license": [1], "a": json.loads(DEEP)})),
    **{f"drawn {text[:40]}": ("annotation", "drawn", text) for text in (
        '{"kind": "polygon", "rings": []}', '{"kind": "polygon", "rings": [[]]}',
        '{"kind": "polygon", "rings": [[[1, 1]]]}', '{"kind": "ellipse", "rings": [[[1, 1]]]}',
        '{"kind": "ellipse", "rings": [[[1, 1], [2, 2], [3, 3]]]}',
        '{"kind": "rectangle", "rings": [[[1, 1]]]}',
        '{"kind": "ellipse", "rings": []}', '{"kind": "line", "rings": [[]]}',
        '{"kind": "points", "rings": []}',
        json.dumps({"kind": "ellipse", "rings": [[[FAR, -FAR], [FAR, FAR]]]}),
        json.dumps({"kind": "polygon", "rings": [[[FAR, -FAR], [FAR, FAR], [-FAR, 0]]]}),
        json.dumps({"kind": "line", "rings": [[[-1e9, 0], [1e9, 5]]]}),
        json.dumps({"kind": "polygon", "rings": [[[0.5, 0.5]] * 20_000]}))},
    "a layer": ("annotation", "layer", FAR),
    "a group": ("annotation", "group_id", -(2**63)),
    "a crowd": ("annotation", "iscrowd", 2**62),
    "a score": ("annotation", "score", FAR),
    "a score below": ("annotation", "score", -5.0),
    "a note": ("annotation", "note", EVIL + "\0" * 10),
    **{f"its attributes {text[:20]}": ("annotation", "attributes", text) for text in (
        '{"a": {"b": [1, {"c": null}]}}', json.dumps({EVIL: EVIL}), '{"": 1e308}', f'{{"a": {DEEP}}}')},
    "more of an object": ("annotation", "extra", json.dumps(
        {"id": 5, "image_id": 99, "category_id": 99, "segmentation": [[0, 0, 9, 0, 9, 9]], "area": "x",
         "bbox": None, "iscrowd": 1, "points": 3, "shape_type": 5, "a": json.loads(DEEP)})),
    **{f"where it is from {text[:30]}": ("annotation", "provenance", text) for text in (
        '{"predicted_iou": 1e308}', '{"time_spent_s": -1e308}', '{"human_edits": 9223372036854775807}',
        '{"source": "' + "s" * 100_000 + '"}', '{"prompts": {}}', '{"prompts": {"points": [[1e308, 1, 1]]}}',
        '{"prompts": {"box": [1, 2]}}', '{"model_hash": "../../x"}')},
}  # fmt: skip
"""What is odd -> table, column and value."""
TABLES = {table.name: table for table in (ROOTS, CATEGORIES, IMAGES, ANNOTATIONS)}


def put(path: Path, *titles: str) -> None:
    """Write the values into every row of a closed project, with the checksums that go with them."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.row_factory = sqlite3.Row
        for title in titles:
            name, column, value = ODD[title]
            where = "" if column != "name" else " WHERE id = 1"
            connection.execute(f"UPDATE {name} SET {column} = ?{where}", (value,))
            for row in connection.execute(f"SELECT * FROM {name}").fetchall():
                proof = proof_of(TABLES[name], dict(row))
                connection.execute(f"UPDATE {name} SET proof = ? WHERE id = ?", (proof, row["id"]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("whole") / "pictures")


@pytest.fixture
def made(whole: Path, tmp_path: Path) -> Path:
    """A copy to write to, beside its pictures."""
    for picture in whole.parent.glob("*.png"):
        (tmp_path / picture.name).write_bytes(picture.read_bytes())
    path = tmp_path / "p.slimsam"
    path.write_bytes(whole.read_bytes())
    return path


def exported(path: Path, names: list[str]) -> Iterator[Path]:
    """Export in these formats; those that were written."""
    with Project.open(path, read_only=True) as project:
        for name in names:
            format_ = next(one for one in formats() if one.name == name)
            target = path.parent / "out" / (name if format_.is_folder else f"{name}{format_.suffix}")
            target.parent.mkdir(exist_ok=True)
            with suppress(SlimSamError):
                export_project(project, format_, target, options=WriteOptions())
                yield target


WRITTEN = [one.name for one in formats() if one.write is not None]


@pytest.mark.parametrize("title", ODD)
def test_a_project_of_right_checksums_and_odd_values(whole: Path, made: Path, title: str) -> None:
    before = {path.name for path in made.parent.parent.iterdir()}
    with Project.open(whole, read_only=True) as project:
        truth = set(masks_of(project).values())
    put(made, title)
    place = [*ODD].index(title)
    names = ["coco", *(WRITTEN[(2 * place + i) % len(WRITTEN)] for i in range(2))]
    for target in exported(made, names):
        if target.name == "coco.json":
            for one in json.loads(target.read_text("utf-8"))["annotations"]:
                assert one["image_id"] in (1, 2)
                code = one["segmentation"]
                assert isinstance(code, list) or code["counts"] in truth
    ask_everything(made)
    assert {path.name for path in made.parent.parent.iterdir()} == before


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("title", ODD)
def test_every_odd_value_in_every_format(made: Path, title: str) -> None:
    put(made, title)
    list(exported(made, WRITTEN))


def join(whole: Path, folder: Path, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that a project of somebody else can be joined with, compared and split by, as commands."""
    mine, theirs = folder / "mine", folder / "theirs"
    for place in (mine, theirs):
        shutil.copytree(whole.parent, place)
    own, other = str((mine / "p.slimsam").rename(mine / "m.slimsam")), str(theirs / "p.slimsam")
    put(Path(other), title)
    before = snapshot(theirs)
    for arguments in (
        ["project", "merge", own, other], ["project", "conflicts", own],
        ["project", "conflicts", own, "--take", "theirs"], ["project", "undo", own],
        ["project", "compare", own, other, "--html", str(folder / "page.html")],
    ):  # fmt: skip
        assert main(arguments) in (0, 1), arguments
        told = "".join(capsys.readouterr())
        assert "\x1b" not in told
        assert len(told) < 30_000
        assert main(["project", "check", own]) == 0, f"after {arguments}: {capsys.readouterr()}"
        capsys.readouterr()
    assert snapshot(theirs) == before
    if (folder / "page.html").exists():
        page = (folder / "page.html").read_text("utf-8")
        assert "<img src='/dev" not in page
        assert "\x1b" not in page
    assert main(["project", "split", other, "--among", "a,b", "--out", str(folder / "parts")]) in (0, 1)
    capsys.readouterr()


@pytest.mark.parametrize("title", [*[*ODD][::7], "a name of a megabyte"])
def test_joining_a_project_of_odd_values(
    whole: Path, tmp_path: Path, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    join(whole, tmp_path, title, capsys)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("title", ODD)
def test_joining_every_project_of_odd_values(
    whole: Path, tmp_path: Path, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    join(whole, tmp_path, title, capsys)


BATCHES = {
    column: [title for title, value in ODD.items() if value[1] == column] for _, column, _ in ODD.values()
}


@pytest.mark.timeout(300)
def test_the_window_shows_odd_values(qtbot: QtBot, window: MainWindow, made: Path) -> None:
    """One of each column at once, and every dialog over them."""
    chosen = [titles[0] for titles in BATCHES.values() if "megabyte" not in titles[0]]
    put(made, *chosen)
    open_and_wait(qtbot, window, made)
    look(qtbot, window, DIALOGS)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("title", ODD)
def test_the_window_shows_every_odd_value(qtbot: QtBot, window: MainWindow, made: Path, title: str) -> None:
    put(made, title)
    open_and_wait(qtbot, window, made)
    look(qtbot, window, DIALOGS[:6])


DIALOGS = (
    "ClassEditor", "ObjectEditor", "StatisticsPage", "ExportDialog", "SimplifySheet", "ClassChooser",
    "CommandPalette", "CompareDialog", "CompressWizard", "GoToDialog", "GoBackDialog", "ModelManager",
    "SettingsDialog", "ShortcutSheet", "ViewPopup",
)  # fmt: skip
"""Those that show classes, objects or pictures come first."""


def look(qtbot: QtBot, window: MainWindow, names: Sequence[str]) -> None:
    for image_id in window.workbench.navigator.ids:
        window.thumbnails.pixmap(image_id)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    for name in names:
        window.workbench.objects.select(a.id for a in window.workbench.objects.objects[:1])
        with suppress(SlimSamError):
            OPENERS[name](window)
        qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
        for text in (text for _, text in painted(window)):
            assert not {*text} & {"\x1b", "\u202e", "\0"}
        for dialog in [*_windows(window), *window.findChildren(QDialog)]:
            dialog.close()
