"""What the actions for exports and imports do, and where their file dialogs begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from slimsam_app.i18n import tr
from slimsam_app.sessions.transfer_session import FormatQuestion
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.import_format_dialog import ImportFormatDialog
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog
from slimsam_app.windows.dropping import annotation_filters
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.listing import is_folder
from slimsam_core.formats.registry import Format

Call = Callable[[], object]
EXPORTED, IMPORTED = "state.exported_folder", "state.annotations_folder"
"""Settings: where the last file was written, and where the last one was read."""


class LastFolders:
    """Where file dialogs begin: in the folder that was chosen last, as long as it is there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, key: str, otherwise: Path) -> Path:
        """The folder that was kept under a setting, or ``otherwise``."""
        kept: str = self._settings.get(key)
        return Path(kept) if kept and is_folder(kept) else otherwise

    def keep(self, key: str, folder: Path) -> None:
        """Remember a folder."""
        self._settings.set(key, str(folder))


def transfer_calls(window: MainWindow) -> Mapping[str, Call]:
    """Action id -> what it does."""
    workbench, document = window.workbench, window.workbench.document
    folders = LastFolders(window.settings)

    def beside_pictures() -> Path:
        return Path(document.project.roots()[0].path) if document.is_open else Path.home()

    def export() -> None:
        roots = document.project.roots()
        uid, exports = document.project.uid, workbench.remembered.exports
        ExportDialog(
            workbench.transfer,
            Path(roots[0].path),
            document.categories(),
            several_roots=len(roots) > 1,
            parent=window,
            people=workbench.team.authors,
            left_open=workbench.drafts.count,
            last=exports.of(uid),
            keep=lambda export: exports.keep(uid, export),
        ).open()

    def export_image() -> None:
        entry = workbench.navigator.entry
        if entry is None:
            return
        beside = document.project.image_path(entry).with_suffix(".json")
        suggested = folders.of(EXPORTED, beside.parent) / beside.name
        file_filter = tr("COCO JSON") + " (*.json)"
        dialog = save_dialog(window, tr("Export this image"), suggested, file_filter, ".json")
        write = partial(workbench.transfer.export_images, image_ids=[entry.id])
        _ask(dialog, "exportImageDialog", folders, EXPORTED, write)

    def import_from(mode: FileMode) -> None:
        ask_for_file("importDialog", tr("Import annotations"), mode, workbench.transfer.import_annotations)

    def check_file() -> None:
        title = tr("Check an annotation file")
        ask_for_file("checkFileDialog", title, FileMode.ExistingFile, window.check_wanted.emit)

    def ask_for_file(name: str, title: str, mode: FileMode, use: Callable[[Path], object]) -> None:
        filters = annotation_filters() if mode is FileMode.ExistingFile else ""
        folder = folders.of(IMPORTED, beside_pictures())
        _ask(path_dialog(window, title, folder, filters, mode), name, folders, IMPORTED, use)

    def ask_format(question: FormatQuestion) -> None:
        def take(format_: Format) -> None:
            workbench.transfer.import_annotations(question.source, format_=format_)

        ImportFormatDialog(question.source, question.guesses, question.fits, take, window).open()

    tie(workbench.transfer.format_wanted, window, ask_format)
    return {
        "file.doctor": check_file,
        "file.export": export,
        "file.export_image": export_image,
        "file.import": partial(import_from, FileMode.ExistingFile),
        "file.import_folder": partial(import_from, FileMode.Directory),
    }


def _ask(
    dialog: QFileDialog, name: str, folders: LastFolders, key: str, use: Callable[[Path], object]
) -> None:
    """Open a dialog; the folder of what is chosen is kept, and the path is used."""
    dialog.setObjectName(name)

    def take(path: str) -> None:
        folders.keep(key, Path(path).parent)
        use(Path(path))

    tie(dialog.fileSelected, dialog, take)
    dialog.open()
