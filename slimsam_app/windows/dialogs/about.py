"""What this program is, its version, and the licences of what it is made of."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.desktop_entry import icon_path
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_core import __version__
from slimsam_core.visible_text import one_line

PARTS = (
    "PySide6-Essentials", "qtawesome", "pyqtgraph", "torch", "torch-pruning", "openvino", "numpy",
    "opencv-python-headless", "pillow", "pycocotools", "safetensors", "huggingface-hub", "platformdirs",
    "defusedxml", "pyyaml",
)  # fmt: skip


def licence_of(distribution: str) -> tuple[str, str]:
    """Version and licence as the installed package states them; empty when it is not installed."""
    try:
        info = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        return "", ""
    stated = str(info.json.get("license_expression", ""))
    if not stated:
        classifiers = info.get_all("Classifier") or []
        found = [line.rsplit("::", 1)[-1].strip() for line in classifiers if line.startswith("License ::")]
        first_line = str(info.json.get("license", "")).strip().partition("\n")[0]
        stated = ", ".join(name for name in found if name != "OSI Approved") or first_line
    return info["Version"], stated[:80]


class AboutBox(QDialog):
    """Facts read from what is installed here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutBox")
        self.setWindowTitle(tr("About SlimSAM"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        mark = PlainLabel("", self)
        mark.setPixmap(QIcon(str(icon_path())).pixmap(44, 44))
        column.addWidget(mark)
        title = PlainLabel(f"SlimSAM {__version__}", self)
        title.setProperty("role", "title")
        column.addWidget(title)
        words = PlainLabel(
            tr(
                "Labels images with Segment Anything models that were made small. Nothing leaves this "
                "machine: models are downloaded only when you ask for them. Apache License 2.0."
            ),
            self,
        )
        words.setWordWrap(True)
        column.addWidget(words)
        heading = PlainLabel(tr("Made with"), self)
        heading.setProperty("role", "heading")
        column.addSpacing(8)
        column.addWidget(heading)
        tree = QTreeWidget(self)
        tree.setObjectName("licences")
        tree.setAccessibleName(tr("Licences"))
        tree.setRootIsDecorated(False)
        tree.setHeaderLabels([tr("Package"), tr("Version"), tr("Licence")])
        for name in PARTS:
            version, licence = licence_of(name)
            if version:
                row = QTreeWidgetItem(tree, [one_line(name), one_line(version), one_line(licence)])
                row.setToolTip(2, plain_tip(licence))
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        column.addWidget(tree, 1)
        icons = PlainLabel(tr("Icons: Phosphor, MIT licence."), self)
        icons.setProperty("role", "muted")
        column.addWidget(icons)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        column.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return QSize(560, 560)
