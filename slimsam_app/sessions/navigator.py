"""Which picture is shown: the order under the filter, the steps through it, loading and reading ahead."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.document import Document
from slimsam_app.sessions.picture_reader import NEAREST, PictureReader, usual_budget
from slimsam_app.workers.io_pool import Pools, Urgency
from slimsam_core.annotation import UNFINISHED, ImageEntry
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.pixels.image_io import LoadedImage, RgbImage
from slimsam_core.progress import CancelToken
from slimsam_core.project import Change, ImageFilter

_HURRY_SECONDS = 0.35
"""Two steps closer together: a key is held or hammered, and the next pictures in its direction are needed."""
_AHEAD = 6
"""Pictures that are read ahead, as far as the budget has room: 0.2 s of a held key; twice as many then."""


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
    glanced = Signal(int, object)
    """Image id, a small picture (uint8 hxwx3) to look at until the large one is ready."""
    picture_failed = Signal(int, object)
    """Image id, ImageReadError."""
    neighbours_changed = Signal(object)
    """``[(image_id, Path), ...]`` to prepare, most wanted first."""

    def __init__(
        self,
        document: Document,
        pools: Pools,
        parent: QObject | None = None,
        budget: Callable[[], int] = usual_budget,
    ) -> None:
        """``budget``: bytes of decoded pictures to keep around the current one."""
        super().__init__(parent)
        self._document, self._pool = document, pools.shared
        self.ids: list[int] = []
        """Ids under the filter, in order."""
        self.filter = ImageFilter()
        self.current_id: int | None = None
        self._rows: dict[int, int] = {}
        self._reader = PictureReader(document, pools, budget, self)
        self._reader.arrived.connect(self._arrived)
        self._reader.failed.connect(self._failed)
        self._reader.glanced.connect(self._glanced)
        self._reader.recorded.connect(self._recorded)
        self._direction, self._hurried, self._stepped_at = 1, False, 0.0
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._go_on)
        self._calm = QTimer(self, singleShot=True, interval=int(1000 * _HURRY_SECONDS))
        self._calm.timeout.connect(self._stay)
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
        return self._reader.get(self.current_id) if self.current_id is not None else None

    @property
    def probable_next(self) -> int | None:
        """The picture where the keys lead, None at the end of the list."""
        rows = self._rows_around((self._direction,))
        return self.ids[rows[0]] if rows else None

    def row_of(self, image_id: int | None) -> int:
        """Place of a picture in ``ids``, -1 when the filter hides it."""
        return self._rows.get(image_id, -1) if image_id is not None else -1

    def set_filter(self, wanted: ImageFilter, show: int | None = None) -> None:
        """List the pictures that pass; ``show`` or else the current one stays in view when it passes."""
        self.filter = wanted
        self._list(show)

    def go(self, image_id: int) -> None:
        """Show a picture."""
        known = self._reader.get(image_id)
        if image_id == self.current_id and known is not None:
            return
        self._leave()
        now = time.monotonic()
        self._hurried, self._stepped_at = now - self._stepped_at < _HURRY_SECONDS, now
        if self._hurried:
            self._calm.start()
        if self.row_of(self.current_id) >= 0 and self.row_of(image_id) >= 0:
            self._direction = 1 if self.row_of(image_id) > self.row_of(self.current_id) else -1
        self.current_id = image_id
        self.moved.emit(image_id)
        if known is not None:
            self.picture_ready.emit(image_id, known)
        else:
            if (small := self._reader.glance(image_id)) is not None:
                self.glanced.emit(image_id, small)
            self._reader.forget(image_id)
            self._want()
        self.image_changed.emit(self.entry)
        if known is not None:
            self.check_file()
        self._rest.start()

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

    def go_to_unfinished(self) -> bool:
        """Show the next unfinished picture, after the last one the first; False when there is none."""
        if self.step_unfinished(+1):
            return True
        unfinished = set(self._document.project.image_ids(replace(self.filter, states=UNFINISHED)))
        target = next((i for i in self.ids if i in unfinished and i != self.current_id), None)
        if target is not None:
            self.go(target)
        return target is not None

    def check_file(self) -> None:
        """Read the current picture again if its file is not what it was when it was read."""
        image_id = self.current_id
        if image_id is None or self._reader.get(image_id) is None:
            return

        def changed() -> None:
            if image_id == self.current_id:
                self._reader.forget(image_id)
                self._want()

        self._reader.check(image_id, changed)

    def shut_down(self) -> None:
        """Wait for the threads that read."""
        self._rest.stop()
        self._calm.stop()
        self._reader.close()

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
        self._rest.stop()
        self._calm.stop()
        self._reader.clear()
        self.ids, self._rows = [], {}
        self.order_changed.emit()
        self._show_nothing()

    def _show_nothing(self) -> None:
        self.current_id = None
        self.moved.emit(None)
        self.image_changed.emit(None)

    def _list(self, show: int | None, gone: Collection[int] = ()) -> None:
        """``gone``: pictures that are not in the project any more."""
        self._listing.cancel()
        project, wanted = self._document.project, self.filter
        before, place = self.ids, self.row_of(self.current_id)

        def done(ids: list[int]) -> None:
            self.ids = ids
            self._rows = {image_id: row for row, image_id in enumerate(ids)}
            self.order_changed.emit()
            target = show if show in self._rows else self.current_id
            if target in gone:
                beside = (*before[place + 1 :], *reversed(before[:place]))
                target = next((image_id for image_id in beside if image_id in self._rows), None)
            if target not in self._rows:
                target = ids[0] if ids else None
            if target is None and self.current_id in gone:
                self._show_nothing()
            elif target is not None and target != self.current_id:
                self.go(target)

        self._listing = self._pool.submit(
            lambda: project.image_ids(wanted), done, self._unexpected, priority=Urgency.LISTING
        )

    def _arrived(self, image_id: int, picture: LoadedImage) -> None:
        if image_id == self.current_id:
            self.leaving.emit(image_id)  # it may be there already, from a file that has changed since
            self.picture_ready.emit(image_id, picture)
            self.image_changed.emit(self.entry)
            self._rest.start()

    def _glanced(self, image_id: int, small: RgbImage) -> None:
        if image_id == self.current_id and self.picture is None:
            self.glanced.emit(image_id, small)

    def _failed(self, image_id: int, error: SlimSamError) -> None:
        if image_id == self.current_id:
            self.picture_failed.emit(image_id, error)
            self._rest.start()

    def _go_on(self) -> None:
        """What can wait until the picture is painted: reading ahead, and telling what to prepare."""
        if self.current_id is None or not self._document.is_open:
            return
        self._want()
        nearest = [self.ids[row] for row in self._rows_around((1, -1))]
        entries = self._document.project.images_by_id(nearest)
        paths: list[tuple[int, Path]] = []
        for image_id in nearest:
            if image_id in entries:
                try:
                    paths.append((image_id, self._document.project.image_path(entries[image_id])))
                except ProjectError:
                    continue  # told when the user goes there
        self.neighbours_changed.emit(paths)

    def _stay(self) -> None:
        """Nobody hurries any more: pictures on both sides may be wanted."""
        self._hurried = False
        self._want()

    def _want(self) -> None:
        """The current picture, then its neighbours on both sides, more of them where the keys lead."""
        if self.current_id is None:
            return
        way = self._direction
        steps = [way, -way, 2 * way, -2 * way, *(way * n for n in range(3, _AHEAD + 1))]
        if self._hurried:
            steps = [way, 2 * way, -way, *(way * n for n in range(3, 2 * _AHEAD + 1))]
        self._reader.look([self.current_id, *(self.ids[row] for row in self._rows_around(steps))])
        room = max(NEAREST, self._reader.room_for() - 1)
        around = [self.ids[row] for row in self._rows_around(steps[:room])]
        self._reader.want([self.current_id, *around], hurried=self._hurried)

    def _rows_around(self, steps: Sequence[int]) -> list[int]:
        row = self.row_of(self.current_id)
        return [row + step for step in steps if row >= 0 and 0 <= row + step < len(self.ids)]

    def _recorded(self, ids: tuple[int, ...]) -> None:
        if self.current_id in ids:
            self.image_changed.emit(self.entry)

    def _follow(self, change: Change) -> None:
        images = [edit for edit in change.edits if isinstance(edit.entity, ImageEntry)]
        if change.bulk or any(edit.before is None or edit.after is None for edit in images):
            self._list(None, gone={edit.entity.id for edit in images if edit.after is None})
        if change.bulk or any(edit.entity.id == self.current_id for edit in images):
            self.image_changed.emit(self.entry)

    def _unexpected(self, error: Exception) -> None:
        if self._document.is_open:
            raise error
