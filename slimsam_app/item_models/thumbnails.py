"""Small pictures for the image list, made in the pool with the masks on them, kept while they are used."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from slimsam_app.document import Document
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_core.annotation import Annotation
from slimsam_core.errors import Cancelled, SlimSamError
from slimsam_core.pixels.image_io import read_small
from slimsam_core.progress import CancelToken
from slimsam_core.project import Project

KEPT = 1500
MAX_PENDING = 48
MASK_PIXELS = 60_000_000
"""Masks of more pixels in sum are left off a thumbnail: decoding them would take longer than they help."""
OPACITY = 0.5


class Thumbnails(QObject):
    """``pixmap`` answers at once, with None until ``ready`` tells that there is one."""

    ready = Signal(int)

    def __init__(self, document: Document, pool: IoPool, size: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._pool = document, pool
        self._size = size
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._stale: set[int] = set()
        self._pending: OrderedDict[int, CancelToken] = OrderedDict()
        document.closed.connect(self.clear)

    def set_size(self, size: int) -> None:
        """Make thumbnails of at most ``size`` pixels a side from now on."""
        if size != self._size:
            self._size = size
            self.clear()

    def pixmap(self, image_id: int) -> QPixmap | None:
        """The thumbnail as far as there is one; a null pixmap for a picture that cannot be read."""
        if image_id not in self._pixmaps or image_id in self._stale:
            self._request(image_id)
        found = self._pixmaps.get(image_id)
        if found is not None:
            self._pixmaps.move_to_end(image_id)
        return found

    def known(self, image_id: int) -> QPixmap | None:
        """The thumbnail if there is one now; nothing is made for it."""
        return self._pixmaps.get(image_id)

    def forget(self, image_id: int) -> None:
        """The objects of the picture changed: make its thumbnail anew when it is next shown."""
        self._stale.add(image_id)

    def forget_all(self) -> None:
        """Objects of any picture may have changed, or the colours of their classes."""
        self._stale.update(self._pixmaps)

    def clear(self) -> None:
        """Forget everything."""
        for token in self._pending.values():
            token.cancel()
        self._pending.clear()
        self._pixmaps.clear()
        self._stale.clear()

    def _request(self, image_id: int) -> None:
        if image_id in self._pending or not self._document.is_open:
            return
        project, size = self._document.project, self._size
        colors = {category.id: category.display_color for category in self._document.categories()}
        self._stale.discard(image_id)

        def done(pixels: NDArray[np.uint8] | None) -> None:
            self._pending.pop(image_id, None)
            self._pixmaps[image_id] = pixmap_of(pixels) if pixels is not None else QPixmap()
            while len(self._pixmaps) > KEPT:
                self._pixmaps.popitem(last=False)
            self.ready.emit(image_id)

        def failed(error: Exception) -> None:
            self._pending.pop(image_id, None)
            raise error

        self._pending[image_id] = self._pool.submit(
            lambda token: render(project, image_id, size, colors, token),
            done,
            failed,
            priority=Urgency.SEARCHING,
        )
        while len(self._pending) > MAX_PENDING:  # rows that were scrolled past
            _, token = self._pending.popitem(last=False)
            token.cancel()


def render(
    project: Project, image_id: int, size: int, colors: dict[int, str], token: CancelToken
) -> NDArray[np.uint8] | None:
    """A thumbnail, uint8 hxwx3, its longer side ``size``; None when the picture cannot be read."""
    try:
        entry = project.image(image_id)
        small = read_small(project.image_path(entry), size)
        token.raise_if_cancelled()
        objects = [annotation for annotation in project.annotations(image_id) if not annotation.hidden]
    except SlimSamError:
        return None  # the picture itself says why when it is opened
    if objects and sum(a.mask.size.area for a in objects) <= MASK_PIXELS:
        _paint_masks(small, objects, colors, token)
    return small


def _paint_masks(
    small: NDArray[np.uint8], objects: list[Annotation], colors: dict[int, str], token: CancelToken
) -> None:
    height, width = small.shape[:2]
    for annotation in objects:
        if token.cancelled:
            raise Cancelled
        size = annotation.mask.size
        rows = (np.arange(height) + 0.5) * size.height / height
        columns = (np.arange(width) + 0.5) * size.width / width
        mask = annotation.mask.decode()[np.ix_(rows.astype(np.intp), columns.astype(np.intp))]
        code = colors.get(annotation.category_id, "#808080")
        color = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
        small[mask] = (small[mask] * (1 - OPACITY) + color * OPACITY).astype(np.uint8)


def pixmap_of(pixels: NDArray[np.uint8]) -> QPixmap:
    """What Qt paints of uint8 hxwx3."""
    height, width = pixels.shape[:2]
    image = QImage(np.ascontiguousarray(pixels).data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image)
