"""The line at the bottom gives way to the window, never the other way round."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.status_bar import StatusBar
from slimsam_core.progress import Progress

FACTS = ("statusZoom", "statusSize", "statusPixel", "statusDecode", "statusEncode")
"""The most important first."""


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[StatusBar]:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = StatusBar(window)
    window.setStatusBar(bar)
    window.setCentralWidget(QWidget())
    window.resize(900, 200)
    with qtbot.waitExposed(window):
        window.show()
    yield bar
    window.close()  # it lives until here


def say_all(bar: StatusBar) -> None:
    bar.show_model("a model with a long name, made smaller", "OpenVINO")
    bar.show_job("Alles segmentieren")
    bar.show_progress(Progress("Bilder werden kodiert und ihre Gegenstände gesucht", 1234, 20000))
    bar.show_encode(None, from_cache=True)
    bar.show_decode(332.0)
    bar.show_pixel(4021, 3001, (255, 255, 255))
    bar.show_size("4032 × 3024")
    bar.show_zoom(1.0)


def shown(bar: StatusBar) -> list[str]:
    return [name for name in FACTS if not bar.findChild(QLabel, name).isHidden()]


def test_long_words_do_not_make_the_window_wider(bar: StatusBar, qtbot: QtBot) -> None:
    window = bar.window()
    before = window.minimumSizeHint().width()
    say_all(bar)
    for width in (900, 600, 400):
        window.resize(width, 200)
        qtbot.waitUntil(lambda width=width: bar.width() == width)
    assert window.minimumSizeHint().width() == before


def test_what_finds_no_room_is_left_out_and_comes_back(bar: StatusBar, qtbot: QtBot) -> None:
    window = bar.window()
    say_all(bar)
    window.resize(2000, 200)
    qtbot.waitUntil(lambda: shown(bar) == list(FACTS))
    seen = [list(FACTS)]
    for width in (1100, 900, 700, 500):
        window.resize(width, 200)
        qtbot.waitUntil(lambda width=width: bar.width() == width)
        seen.append(shown(bar))
        assert seen[-1] == list(FACTS)[: len(seen[-1])], "the least important go first"
        assert len(seen[-1]) <= len(seen[-2])
    assert len(seen[-1]) < len(FACTS)
    window.resize(2000, 200)
    qtbot.waitUntil(lambda: shown(bar) == list(FACTS))


def test_facts_that_are_shown_are_whole(bar: StatusBar, qtbot: QtBot) -> None:
    window = bar.window()
    say_all(bar)
    for width in (2000, 1280, 1000):
        window.resize(width, 200)
        qtbot.waitUntil(lambda width=width: bar.width() == width)
        for name in shown(bar):
            label = bar.findChild(QLabel, name)
            qtbot.waitUntil(lambda label=label: label.width() >= label.minimumSizeHint().width())


def test_a_fact_without_words_takes_no_room(bar: StatusBar, qtbot: QtBot) -> None:
    bar.window().resize(2000, 200)
    say_all(bar)
    qtbot.waitUntil(lambda: "statusPixel" in shown(bar))
    bar.show_pixel(-1, -1, None)
    qtbot.waitUntil(lambda: "statusPixel" not in shown(bar))


def test_the_time_to_encode_is_that_of_the_image_that_is_shown(opened: MainWindow) -> None:
    client, navigator = opened.workbench.inference, opened.workbench.navigator
    words = opened.status.findChild(QLabel, "statusEncode")
    client.encoded.emit(navigator.ids[0], 258.0, False)
    client.encoded.emit(navigator.ids[1], 41.0, False)
    assert words.text() == f"encode {figures.milliseconds(258.0)}"
    navigator.go(navigator.ids[2])
    assert words.text() == ""
    navigator.go(navigator.ids[1])
    assert words.text() == f"encode {figures.milliseconds(41.0)}"
    opened.actions_["file.close"].trigger()
    assert words.text() == ""
