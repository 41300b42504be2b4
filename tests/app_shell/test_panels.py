"""Panels share the height of a small screen."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from slimsam_app.windows.main_window import MainWindow

SMALL_SCREEN_PX = 680
"""Of 720 pixels of height, what a title bar and a task bar leave at least."""


def test_proposals_and_the_review_queue_do_not_push_the_window_off_a_small_screen(
    opened: MainWindow,
) -> None:
    opened.resize(1280, SMALL_SCREEN_PX)
    opened.check_quality()
    opened.proposals_dock.show()
    opened.proposals_dock.raise_()
    QApplication.processEvents()
    assert opened.minimumSizeHint().height() <= SMALL_SCREEN_PX
    assert opened.height() == SMALL_SCREEN_PX


def test_a_long_name_of_the_model_does_not_widen_the_window(opened: MainWindow) -> None:
    opened.resize(1280, SMALL_SCREEN_PX)
    name, engine = (
        "a model with a long name",
        "a long name of an engine, and what is being prepared meanwhile" * 3,
    )
    opened.status.show_model(name, engine, "why it is slow")
    opened.status.show_encode(12345.0, False)
    QApplication.processEvents()
    assert opened.width() == 1280
    assert opened.status.model_button.text().startswith(name)
    assert engine in opened.status.model_button.toolTip()
    assert "why it is slow" in opened.status.model_button.toolTip()
