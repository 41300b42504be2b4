"""Which picture is shown: the order under the filter, the steps through it, loading and reading ahead."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.workers.io_pool import IoPool
from slimsam_core.annotation import ImageEntry, ImageState
from slimsam_core.errors import ImageReadError, ProjectError, SlimSamError
from slimsam_core.pixels.image_io import LoadedImage, file_hash, read_image
from slimsam_core.progress import CancelToken
from slimsam_core.project import Change, ImageFilter, Project

CACHE_BYTES = 512 * 1024 * 1024
UNFINISHED = frozenset({ImageState.NEW, ImageState.IN_PROGRESS, ImageState.NEEDS_REVIEW})


class Navigator(QObject):
    """The current picture. Its pixels arrive later than its entry, and only the newest wish is heard."""

    order_changed = Signal()
    """The list of ids is another one."""
    image_changed = Signal(object)
    """ImageEntry or None: the current picture, or facts about it."""
    leaving = Signal(int)
    """Id of the picture that is shown as it is for the last moment: what is open on it must be kept now."""
    moved = Signal(object)
    """Id of the picture that is current now, or None."""
    picture_ready = Signal(int, object)
    """Image id, LoadedImage."""
    picture_failed = Signal(int, object)
    """Image id, ImageReadError."""
    neighbours_changed = Signal(object)
    """``[(image_id, Path), ...]`` to prepare, most wanted first."""

    def __init__(self, document: Document, pool: IoPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._pool = document, pool
        self.ids: list[int] = []
        """Ids under the filter, in order."""
        self.filter = ImageFilter()
        self.current_id: int | None = None
        self._rows: dict[int, int] = {}
        self._pictures: OrderedDict[int, LoadedImage] = OrderedDict()
        self._stamps: dict[int, Stamp] = {}
        self._loading: dict[int, CancelToken] = {}
        self._listing = CancelToken()
        document.opened.connect(self._restart)
        document.closing.connect(self._leave)
        document.closed.connect(self._clear)
        document.changed.connect(self._follow)

    @property
    def entry(self) -> ImageEntry | None:
        """The current picture as the project has it now."""
        if self.current_id is None or not self._document.is_open:
            return None
        return self._document.project.images_by_id([self.current_id]).get(self.current_id)

    @property
    def picture(self) -> LoadedImage | None:
        """The pixels of the current picture, None until they are read."""
        return self._pictures.get(self.current_id) if self.current_id is not None else None

    def row_of(self, image_id: int | None) -> int:
        """Place of a picture in ``ids``, -1 when the filter hides it."""
        return self._rows.get(image_id, -1) if image_id is not None else -1

    def set_filter(self, wanted: ImageFilter, show: int | None = None) -> None:
        """List the pictures that pass; ``show`` or else the current one stays in view when it passes."""
        self.filter = wanted
        self._list(show)

    def go(self, image_id: int) -> None:
        """Show a picture."""
        if image_id == self.current_id and self.picture is not None:
            return
        self._leave()
        self.current_id = image_id
        self.moved.emit(image_id)
        self.image_changed.emit(self.entry)
        known = self._pictures.get(image_id)
        if known is not None:
            self._pictures.move_to_end(image_id)
            self.picture_ready.emit(image_id, known)
            self._read_ahead()
            self.check_file()
        else:
            for other, token in list(self._loading.items()):
                if other != image_id:
                    token.cancel()
                    del self._loading[other]
            self._load(image_id)

    def step(self, by: int) -> bool:
        """Show the picture ``by`` places further; False at the ends of the list."""
        target = self.row_of(self.current_id) + by
        if not 0 <= target < len(self.ids):
            return False
        self.go(self.ids[target])
        return True

    def step_unfinished(self, direction: int) -> bool:
        """Show the next (+1) or previous (-1) picture that is not finished; False when there is none."""
        unfinished = set(self._document.project.image_ids(replace(self.filter, states=UNFINISHED)))
        row = self.row_of(self.current_id)
        rows = range(row + 1, len(self.ids)) if direction > 0 else range(row - 1, -1, -1)
        target = next((self.ids[i] for i in rows if self.ids[i] in unfinished), None)
        if target is None:
            return False
        self.go(target)
        return True

    def reload(self) -> None:
        """Read the current picture from disk again."""
        if self.current_id is not None:
            self._pictures.pop(self.current_id, None)
            self.go(self.current_id)

    def check_file(self) -> None:
        """Read the current picture again if its file is not what it was when it was read."""
        image_id = self.current_id
        if image_id is None or image_id not in self._pictures:
            return
        project, known = self._document.project, self._stamps.get(image_id)

        def done(found: Stamp) -> None:
            if found != known and image_id == self.current_id and image_id in self._pictures:
                del self._pictures[image_id]
                self._load(image_id)

        self._pool.submit(
            lambda: _stamp(project.image_path(project.image(image_id))), done, lambda _: None, priority=4
        )

    def _leave(self) -> None:
        if self.current_id is not None:
            self.leaving.emit(self.current_id)

    def _restart(self) -> None:
        if self.current_id is not None:  # the same project again
            self._leave()
        self._clear()
        self.filter = ImageFilter()
        self._list(None)

    def _clear(self) -> None:
        self._listing.cancel()
        for token in self._loading.values():
            token.cancel()
        self._loading.clear()
        self._pictures.clear()
        self._stamps.clear()
        self.ids, self._rows, self.current_id = [], {}, None
        self.order_changed.emit()
        self.moved.emit(None)
        self.image_changed.emit(None)

    def _list(self, show: int | None) -> None:
        self._listing.cancel()
        project, wanted = self._document.project, self.filter

        def done(ids: list[int]) -> None:
            self.ids = ids
            self._rows = {image_id: row for row, image_id in enumerate(ids)}
            self.order_changed.emit()
            target = show if show in self._rows else self.current_id
            if target not in self._rows:
                target = ids[0] if ids else None
            if target is not None and target != self.current_id:
                self.go(target)

        self._listing = self._pool.submit(
            lambda: project.image_ids(wanted), done, self._unexpected, priority=9
        )

    def _load(self, image_id: int, priority: int = 5) -> None:
        if image_id in self._loading:
            return
        project = self._document.project

        def done(result: tuple[Stamp, LoadedImage]) -> None:
            self._loading.pop(image_id, None)
            self._stamps[image_id] = result[0]
            self._keep(image_id, result[1])
            if image_id == self.current_id:
                self.leaving.emit(image_id)  # it may be there already, from a file that has changed since
                self.picture_ready.emit(image_id, result[1])
                self.image_changed.emit(self.entry)
                self._read_ahead()

        def failed(error: Exception) -> None:
            self._loading.pop(image_id, None)
            if image_id == self.current_id:
                if not isinstance(error, SlimSamError):
                    raise error
                self.picture_failed.emit(image_id, error)
                self._read_ahead()

        self._loading[image_id] = self._pool.submit(lambda: _read(project, image_id), done, failed, priority)

    def _read_ahead(self) -> None:
        row = self.row_of(self.current_id)
        wanted = [self.ids[i] for i in (row + 1, row - 1) if row >= 0 and 0 <= i < len(self.ids)]
        for image_id in wanted:
            if image_id not in self._pictures:
                self._load(image_id, priority=1)
        entries = self._document.project.images_by_id(wanted)
        paths: list[tuple[int, Path]] = []
        for image_id in wanted:
            if image_id in entries:
                try:
                    paths.append((image_id, self._document.project.image_path(entries[image_id])))
                except ProjectError:
                    continue  # told when the user goes there
        self.neighbours_changed.emit(paths)

    def _keep(self, image_id: int, picture: LoadedImage) -> None:
        self._pictures[image_id] = picture
        self._pictures.move_to_end(image_id)
        used = sum(kept.nbytes for kept in self._pictures.values())
        for other in list(self._pictures):
            if used <= CACHE_BYTES or len(self._pictures) == 1:
                break
            if other != self.current_id:
                used -= self._pictures.pop(other).nbytes

    def _follow(self, change: Change) -> None:
        images = [edit for edit in change.edits if isinstance(edit.entity, ImageEntry)]
        if change.bulk or any(edit.before is None or edit.after is None for edit in images):
            self._list(None)
        if change.bulk or any(edit.entity.id == self.current_id for edit in images):
            self.image_changed.emit(self.entry)

    def _unexpected(self, error: Exception) -> None:
        if self._document.is_open:
            raise error


Stamp = tuple[int, int] | None
"""Time of the last change and size of a file; None when there is none."""


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(project: Project, image_id: int) -> tuple[Stamp, LoadedImage]:
    """Read a picture and record what was learnt about its file. Raises ImageReadError."""
    entry = project.image(image_id)
    path = project.image_path(entry)
    stamp = _stamp(path)
    picture = read_image(path)
    if entry.size is not None and entry.size != picture.size and project.count_annotations(image_id):
        raise ImageReadError(
            f"{path} has {picture.size} pixels now; its objects were drawn on {entry.size}.",
            "Put the former picture back, or add this one under another name.",
        )
    facts = replace(
        entry, size=picture.size, content_hash=file_hash(path), exif_orientation=picture.exif_orientation
    )
    if facts != entry and not project.read_only:
        project.record_facts([facts])
    return stamp, picture
