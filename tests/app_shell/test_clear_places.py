"""What is told over the picture lies beside the open mask, the line of what is open, and banners."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtWidgets import QApplication, QWidget

from slimsam_app.banner import Banner, Offer
from slimsam_app.clear_places import GAP_PX, clear_place
from slimsam_app.windows.main_window import MainWindow

ROOM = QRect(10, 20, 300, 200)
SIZE = QSize(100, 20)


def test_the_first_free_place_is_taken() -> None:
    def low(*taken: QRect) -> QPoint:
        return clear_place(SIZE, ROOM, taken, low=True)

    low_middle, high_middle = QPoint(110, 200), QPoint(110, 20)
    assert low() == low_middle
    assert low(QRect(130, 190, 50, 20)) == QPoint(10, 200), "the corner"
    lower_edge, upper_edge = QRect(0, 190, 400, 40), QRect(0, 0, 400, 60)
    assert low(lower_edge) == high_middle
    assert low(lower_edge, upper_edge) == QPoint(110, 190 - GAP_PX - 20), "above what is at the edge"
    assert low(ROOM) == low_middle, "nowhere is clear"
    assert low(QRect()) == low_middle
    assert clear_place(SIZE, ROOM, (), low=False) == high_middle


def show_mask(window: MainWindow, rows: slice, columns: slice) -> None:
    """An open mask over these parts, in sixteenths, of the picture."""
    logits = np.full((16, 16), -1.0, np.float32)
    logits[rows, columns] = 1.0
    layers = window.workspace.canvas.layers
    layers.preview.set_logits(logits, QRectF(layers.image_rect))


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


PLACES = {
    "low": (slice(12, 16), slice(4, 12)),
    "wide and low": (slice(12, 16), slice(0, 16)),
    "high": (slice(0, 3), slice(5, 11)),
    "in the middle": (slice(6, 10), slice(6, 10)),
    "low at the left": (slice(13, 16), slice(0, 4)),
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_lies_over_the_open_mask_or_over_another_message(opened: MainWindow, place: str) -> None:
    show_mask(opened, *PLACES[place])
    opened.prompting.bar.show_words("car – Enter accepts, Esc drops it")
    opened.messages.show_info("Something that is worth knowing.", "And what to do about it.")
    opened.messages.note("What was open on this picture is open again.")
    (note,) = (b for b in opened.findChildren(Banner) if b.key[0] == "note" and b.isVisible())
    (banner,) = (b for b in opened.findChildren(Banner) if b.key[0] == "info" and b.isVisible())
    seen = {
        "mask": opened.workspace.open_rect(),
        "bar": on_screen(opened.prompting.bar),
        "note": on_screen(note),
        "banner": on_screen(banner),
    }
    assert not seen["mask"].isEmpty()
    for (one, a), (other, b) in combinations(seen.items(), 2):
        assert not a.intersects(b), f"{one} and {other}"


@pytest.mark.parametrize("offer", [None, ("Undo", lambda: None)], ids=["words", "button"])
def test_what_was_done_is_told_below_the_picture_and_follows_the_window(
    opened: MainWindow, offer: Offer | None
) -> None:
    opened.messages.note("Undone.", offer)
    (note,) = (b for b in opened.findChildren(Banner) if b.isVisible())
    for size in (QSize(1280, 720), QSize(1000, 640)):
        opened.resize(size)
        QApplication.processEvents()
        assert not on_screen(note).intersects(on_screen(opened.workspace.canvas))
        assert on_screen(opened).contains(on_screen(note))
