"""The row with the Close button of a dialog that applies everything at once."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox


def close_box(dialog: QDialog) -> QDialogButtonBox:
    """Buttons with Close alone, which Enter does not press: in a field it ends the field, not the dialog."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    box.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
    box.rejected.connect(dialog.close)
    return box
