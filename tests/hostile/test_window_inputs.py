"""What reaches a window from outside: its settings file, later starts, drops, lists of classes."""

from __future__ import annotations

import json
import os
import socket as sockets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from slimsam_app.app import listen
from slimsam_app.settings import TABLE
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import SlimSamError
from slimsam_core.files.user_folders import settings_path, window_address
from tests.app_shell.conftest import folder, make_window, open_and_wait, opened, window
from tests.app_shell.test_plain_text import EVIL, NAME, painted

__all__ = ["folder", "make_window", "opened", "window"]  # fixtures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and sockets of POSIX")

LONG = "n" * 5000
TEXTS: dict[str, str] = {
    "names that act": EVIL,
    "long": "x" * 200_000,
    "deep": "[" * 50_000,
    "lists of odd things": json.dumps([None, 10**30, [[]], {"a": "b"}, EVIL, LONG, "a\0b", "/dev/zero"]),
    "objects of odd things": json.dumps(
        {EVIL: EVIL, LONG: LONG, "": {"": []}, "/": 1e300, "a": -1, "/dev/zero": [1, 2], "../..": None}
    ),
    "numbers": "9" * 5000,
}  # fmt: skip
"""What a text among the settings says. Numbers are at both ends of what is taken."""


def hostile_settings(text: str) -> str:
    values: dict[str, Any] = {}
    for number, setting in enumerate(TABLE):
        if isinstance(setting.default, str):
            values[setting.key] = setting.choices[-1][0] if setting.choices else text
        elif not isinstance(setting.default, bool):
            values[setting.key] = setting.maximum if number % 2 else setting.minimum
    values["look.language"] = "en"
    values["model.runtime"] = "torch"
    values["nobody's"] = {EVIL: [text]}
    return json.dumps({"version": 1, "values": values})


@pytest.mark.parametrize("kind", TEXTS)
def test_settings_of_others_start_a_window(
    qtbot: QtBot, make_window: Callable[[], MainWindow], folder: Path, kind: str
) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(hostile_settings(TEXTS[kind]))
    window = make_window()
    open_and_wait(qtbot, window, folder)
    window.actions_["file.export"].trigger()
    window.actions_["edit.settings"].trigger()
    for text in (text for _, text in painted(window)):
        assert not {*text} & {"\x1b", "\u202e"}
    for dialog in window.findChildren(QDialog):
        dialog.close()


@pytest.mark.parametrize("what", ["pipe", "device", "loop", "folder", "terabyte", "deep"])
def test_a_settings_file_that_is_none(make_window: Callable[[], MainWindow], what: str) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, what)
    window = make_window()
    assert window.settings.get("look.scheme") == "auto"


def put(path: Path, what: str) -> None:
    """Something that is no file to read."""
    match what:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "loop":
            path.symlink_to(path)
        case "folder":
            path.mkdir()
        case "terabyte":
            with path.open("wb") as file:
                file.truncate(1 << 40)
        case "deep":
            path.write_text("[" * 100_000)
        case "socket":
            with sockets.socket(sockets.AF_UNIX) as listener:
                listener.bind(os.path.relpath(path))


def odd_paths(base: Path) -> list[str]:
    """Names of files that are none, each with a suffix that something opens."""
    found = [f"{base}/{LONG}.png", f"{base}/{LONG}.json", f"{base}/a\0b.png"]  # nothing beside the folder
    for what in ("pipe", "device", "loop", "folder", "terabyte"):
        for suffix in (".png", ".slimsam", ".json", ".safetensors", ".yaml"):
            path = base / f"{what} {NAME[:20]}{suffix}"
            put(path, what)
            found.append(str(path))
    return found


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until all is done, and close what asks."""
    for _ in range(3):
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    for dialog in window.findChildren(QDialog):
        dialog.close()


@pytest.mark.timeout(300)
def test_paths_of_a_later_start(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    (tmp_path / "odd").mkdir()
    where = window_address(tmp_path / "settings.json")
    assert where is not None
    listen(opened, where)
    wrong: list[Any] = [[path] for path in odd_paths(tmp_path / "odd")]
    wrong += [["x"] * 5000, [{}, [], None, 1e300], [EVIL] * 3]
    with qtbot.captureExceptions() as raised:
        for paths in wrong:
            message = json.dumps({"paths": paths, "token": EVIL}).encode() + b"\n"
            told = QLocalSocket()
            told.connectToServer(where)
            told.write(message)
            qtbot.waitUntil(
                lambda told=told: told.canReadLine() or not told.isOpen(),  # type: ignore[misc]
                timeout=30_000,
            )
            told.abort()
            settle(qtbot, opened)
    assert all(isinstance(error, SlimSamError) for _, error, _ in raised), (
        raised
    )  # those are shown in a banner
    assert os.environ.get("XDG_ACTIVATION_TOKEN") != EVIL


def test_drops_of_what_is_no_file(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    urls = [QUrl.fromLocalFile(path) for path in odd_paths(tmp_path / "odd") if path]
    urls += [
        QUrl(text)
        for text in ("http://127.0.0.1:9/x.png", "file://server/share/x.png", "data:,x", "file:", "")
    ]
    for part in (*([url] for url in urls), urls):
        data = QMimeData()
        data.setUrls(part)
        event = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(opened, event)
        settle(qtbot, opened)


CLASS_FILES: dict[str, str | bytes] = {
    "many.txt": "".join(f"c{i}\n" for i in range(200_000)),
    "one.txt": "x" * 3_000_000,
    "zero.txt": "a\0b\n\x1b[2J\n",
    "act.json": json.dumps({"categories": [{"id": 1, "name": EVIL, "supercategory": EVIL}]}),
    "keys.json": json.dumps({"categories": [{"name": "a", "slimsam": {"hotkey": "\x1b", "color": "red"}}]}),
    "attributes.json": json.dumps(
        {"categories": [{"name": "a", "slimsam": {"attributes": {str(i): "text" for i in range(5000)}}}]}
    ),
    "odd.json": json.dumps({"categories": [{"id": 10**30, "name": "a", "slimsam": [[]], "color": [1e300]}]}),
    "colours.json": json.dumps({"categories": [{"name": "a", "slimsam": {"color": "#" + "f" * 6000}}]}),
    "deep.json": '{"categories": ' + "[" * 100_000,
    "alias.yaml": "names: &a [*a]\n",
    "number.yaml": "names: {0: a, 99999999999999: b}\n",
    "types.yaml": "names: [[a], {b: c}, null, 1.0e+400]\n",
    "none.slimsam": b"SQLite format 3\0" + bytes(4000),
}  # fmt: skip


def load(qtbot: QtBot, window: MainWindow, path: Path) -> list[str]:
    """Load a list of classes; what was told of it that went wrong."""
    told: list[str] = []
    classes = window.workbench.classes
    classes.failed.connect(lambda error: told.append(str(error)))
    classes.load(path)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    return told


@pytest.mark.parametrize("name", [*CLASS_FILES])
def test_lists_of_classes_of_others(qtbot: QtBot, opened: MainWindow, tmp_path: Path, name: str) -> None:
    path, content = tmp_path / name, CLASS_FILES[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    told = load(qtbot, opened, path)
    assert len(told) <= 1
    assert all(len(text) < 5000 for text in told)
    for text in (text for _, text in painted(opened)):
        assert not {*text} & {"\x1b", "\u202e", "\0"}


@pytest.mark.parametrize("what", ["pipe", "device", "loop", "folder", "terabyte", "socket"])
@pytest.mark.parametrize("suffix", [".txt", ".json", ".yaml", ".slimsam"])
def test_lists_of_classes_that_are_no_files(
    qtbot: QtBot,
    opened: MainWindow,
    tmp_path: Path,
    what: str,
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / f"x{suffix}", what)
    assert len(load(qtbot, opened, tmp_path / f"x{suffix}")) == 1
