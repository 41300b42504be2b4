"""Thumbnails show the objects of their pictures, also those that an import brought, in their colours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow


def color_in_the_middle(window: MainWindow, row: int) -> QColor | None:
    """Of the thumbnail as the list shows it now; asking for it is what the list does."""
    shown = window.images_model.index(row).data(Qt.ItemDataRole.DecorationRole)
    if not isinstance(shown, QPixmap) or shown.isNull():
        return None
    return shown.toImage().pixelColor(shown.width() // 2, shown.height() // 2)


def is_near(found: QColor | None, wanted: str) -> bool:
    """Half of it is the noise of the picture."""
    hue = QColor(wanted).hsvHue()
    return found is not None and found.hsvSaturation() > 40 and abs(found.hsvHue() - hue) < 40


def labels(folder: Path) -> Path:
    names = ("photo 2.png", "photo 10.png")
    images = [{"id": n, "file_name": name, "width": 80, "height": 60} for n, name in enumerate(names, 1)]
    ring = [2, 2, 78, 2, 78, 58, 2, 58]
    objects = [
        {"id": n, "image_id": n, "category_id": 1, "segmentation": [ring], "iscrowd": 0} for n in (1, 2)
    ]
    path = folder.parent / "labels.json"
    classes = [{"id": 1, "name": "car"}]
    path.write_text(json.dumps({"images": images, "annotations": objects, "categories": classes}))
    return path


def test_what_was_imported_is_on_the_thumbnails_at_once(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    qtbot.waitUntil(lambda: color_in_the_middle(opened, 1) is not None, timeout=60_000)
    opened.workbench.transfer.import_annotations(labels(folder))
    qtbot.waitUntil(lambda: opened.workbench.document.project.count_annotations() == 2, timeout=60_000)
    document = opened.workbench.document
    qtbot.waitUntil(lambda: len(document.categories()) == 1, timeout=60_000)
    (car,) = document.categories()
    for row in (0, 1):
        qtbot.waitUntil(
            lambda at=row: is_near(color_in_the_middle(opened, at), car.display_color), timeout=60_000
        )
    opened.workbench.classes.change(replace(car, color="#0000ff"))
    qtbot.waitUntil(lambda: is_near(color_in_the_middle(opened, 1), "#0000ff"), timeout=60_000)
    opened.actions_["edit.undo"].trigger()
    opened.actions_["edit.undo"].trigger()
    qtbot.waitUntil(lambda: not document.project.count_annotations(), timeout=60_000)
    qtbot.waitUntil(lambda: not is_near(color_in_the_middle(opened, 1), car.display_color), timeout=60_000)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
