"""The user guide beside the window, as it lies with the program: it needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_core.files.resources import guides_dir

_GUIDE_SUFFIX = ".md"
_SIDE_PX = 24
"""Kept free beside a picture: the margins of the page and its scroll bar."""


class GuideBrowser(QTextBrowser):
    """Shows guides; pictures are no wider than the page, and links that lead out open in a browser."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guideText")
        self.setAccessibleName(tr("User guide"))
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return found
        picture = QImage(self.source().resolved(QUrl(name)).toLocalFile())
        room = max(self.viewport().width() - _SIDE_PX, 1)
        if picture.width() <= room:
            return picture
        return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures follow the width of the page; the place that is read stays about where it is."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self.source().isValid():
            bar = self.verticalScrollBar()
            share = bar.value() / max(bar.maximum(), 1)
            self.reload()
            bar.setValue(round(share * bar.maximum()))

    def _follow(self, link: QUrl) -> None:
        target = self.source().resolved(link)
        if link.isRelative() and Path(target.toLocalFile()).suffix == _GUIDE_SUFFIX:
            self.setSource(target)
        elif not link.isRelative():
            QDesktopServices.openUrl(target)


class GuidePage(QDialog):
    """Stays open while one works, to be read beside the picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guidePage")
        self.setWindowTitle(tr("User guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = GuideBrowser(self)
        column = QVBoxLayout(self)
        if figures.locale().language() != QLocale.Language.English:
            column.addWidget(PlainLabel(tr("The guide is written in English."), self))
        column.addWidget(self.text, 1)
        column.addWidget(close_box(self))
        self.text.setSource(QUrl.fromLocalFile(str(guides_dir() / "USER_GUIDE.md")))

    def sizeHint(self) -> QSize:
        return QSize(820, 640)
