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
