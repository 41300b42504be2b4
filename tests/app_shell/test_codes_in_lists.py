"""Names with control characters are shown as codes where Qt would paint, or obey, them."""

from __future__ import annotations

from slimsam_app.windows.dialogs.left_out_dialog import LeftOutDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason

EVIL = "cat\u202egnp.\x1b[2J"
CODES = "cat\\u202egnp.\\x1b[2J"


def test_a_list_of_what_was_left_out(window: MainWindow) -> None:
    dialog = LeftOutDialog([LeftOut(EVIL, LeftOutReason.CONTROL)], window)
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert item.text(0) == CODES
    dialog.close()
