"""A second start hands its paths to the window that is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from slimsam_app import single_instance
from slimsam_app.app import listen
from slimsam_app.single_instance import Listener, hand_over
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import window_address

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(sys.platform == "win32", reason="addresses are paths"),
]


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    found = window_address(tmp_path / "settings.json")
    assert found is not None
    return found


@pytest.fixture
def parent() -> Iterator[QObject]:
    parent = QObject()
    yield parent
    parent.deleteLater()


def start_later(where: str, paths: list[Path]) -> subprocess.Popen[str]:
    """A second process; it prints whether its paths were taken."""
    code = (
        "import sys; from pathlib import Path; from slimsam_app.single_instance import hand_over; "
        "print(hand_over(sys.argv[1], [Path(p) for p in sys.argv[2:]]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, where, *map(str, paths)], stdout=subprocess.PIPE, text=True
    )


def said(qtbot: QtBot, start: subprocess.Popen[str]) -> str:
    """What the process printed, while this window goes on."""
    qtbot.waitUntil(lambda: start.poll() is not None, timeout=60_000)
    return start.communicate()[0].strip()


def test_a_later_start_brings_its_paths(qtbot: QtBot, where: str, parent: QObject, tmp_path: Path) -> None:
    listener = Listener(where, lambda: False, parent)
    with qtbot.waitSignal(listener.asked, timeout=60_000) as asked:
        start = start_later(where, [tmp_path / "a b.png", Path("ä.slimsam")])
    assert said(qtbot, start) == "True"
    assert asked.args == [[tmp_path / "a b.png", Path.cwd() / "ä.slimsam"]]


def test_while_a_question_is_open_nothing_is_taken(qtbot: QtBot, where: str, parent: QObject) -> None:
    listener = Listener(where, lambda: True, parent)
    heard: list[list[Path]] = []
    listener.asked.connect(heard.append)
    assert said(qtbot, start_later(where, [])) == "False"
    assert heard == []


def test_where_nobody_listens_a_start_goes_its_own_way(where: str) -> None:
    assert not hand_over(where, [])


def test_the_address_of_a_killed_window_is_taken_over(where: str, parent: QObject) -> None:
    Path(where).touch()
    assert Listener(where, lambda: False, parent)._server.isListening()


def test_a_further_window_leaves_the_address_to_the_one_that_has_it(
    qtbot: QtBot, where: str, parent: QObject
) -> None:
    """It took the address, and closed it: the next start made a third window beside the first."""
    first = Listener(where, lambda: False, parent)
    further = Listener(where, lambda: False, parent)
    assert first._server.isListening()
    assert not further._server.isListening()
    further.close()
    assert said(qtbot, start_later(where, [])) == "True"


def test_when_the_one_that_has_the_address_closes_a_further_one_takes_it(
    qtbot: QtBot, where: str, parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later start made a third window beside the second."""
    monkeypatch.setattr(single_instance, "_AGAIN_MS", 50)
    first = Listener(where, lambda: False, parent)
    further = Listener(where, lambda: False, parent)
    first.close()
    qtbot.waitUntil(further._server.isListening, timeout=60_000)
    assert said(qtbot, start_later(where, [])) == "True"
    further.close()
    assert not Path(where).exists()


WINDOW = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from slimsam_app import single_instance
single_instance._is_heard = lambda where: False  # both looked before either listened
application = QCoreApplication([])
parent = QObject()
listener = single_instance.Listener(sys.argv[1], lambda: False, parent)
print(listener._server.isListening(), flush=True)
sys.stdin.readline()
listener.close()
"""


def test_of_two_that_start_at_once_the_one_that_closes_leaves_the_other_its_address(
    qtbot: QtBot, where: str, parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths could not be handed over any more: the socket was gone with the second window."""
    monkeypatch.setattr(single_instance, "_is_heard", lambda _: False)
    first = Listener(where, lambda: False, parent)
    second = subprocess.Popen(
        [sys.executable, "-c", WINDOW, where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert second.stdout is not None
    assert second.stdout.readline() == "False\n"
    second.communicate("\n")
    assert first._server.isListening()
    assert said(qtbot, start_later(where, [])) == "True"


def test_a_window_that_was_killed_leaves_no_lock(qtbot: QtBot, where: str, parent: QObject) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", WINDOW, where], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"True\n"
    killed.kill()
    killed.communicate()
    assert Path(where).exists()
    assert Listener(where, lambda: False, parent)._server.isListening()
    assert said(qtbot, start_later(where, [])) == "True"


@pytest.mark.parametrize(
    "words", [b"[]\n", b"{}\n", b'{"paths": 3, "token": ""}\n', b"\xff\n", b"[" * 5000 + b"\n"]
)
def test_nonsense_is_no_start(qtbot: QtBot, where: str, parent: QObject, words: bytes) -> None:
    listener = Listener(where, lambda: False, parent)
    heard: list[list[Path]] = []
    listener.asked.connect(heard.append)
    socket = QLocalSocket(parent)
    with qtbot.waitSignal(socket.disconnected, timeout=30_000):
        socket.connectToServer(where)
        socket.write(words)
    assert heard == []


def test_other_settings_or_another_display_are_another_window(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window_address(tmp_path / "other.json") != where
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert window_address(tmp_path / "settings.json") != where


def test_a_folder_of_everybody_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common = tmp_path / "common"
    common.mkdir()
    common.chmod(0o777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(common))
    assert window_address(common / "settings.json") is None


def test_a_path_too_long_for_a_socket_is_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 90)))
    deep = tmp_path / ("y" * 90)
    deep.mkdir(mode=0o700)
    assert window_address(deep / "settings.json") is None


def test_the_window_opens_what_a_later_start_brings(
    qtbot: QtBot, where: str, window: MainWindow, folder: Path
) -> None:
    listen(window, where)
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        assert said(qtbot, start_later(where, [folder])) == "True"
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
