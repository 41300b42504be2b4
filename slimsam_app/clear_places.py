"""Where something that lies over the picture hides nothing that matters."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize

GAP_PX = 8
"""Between two things that are plainly two."""


def clear_place(size: QSize, room: QRect, taken: Iterable[QRect], *, low: bool) -> QPoint:
    """A place inside ``room`` where nothing of ``taken`` is covered; the first choice when all cover some.

    First the wanted edge (``low``: the lower one), then the other one, then beside what is taken; each in the
    middle before the corners. All in pixels of one widget.
    """
    kept = [rect for rect in taken if not rect.isEmpty()]
    spare = room.width() - size.width()
    columns = [room.left() + max(0, at) for at in (spare // 2, 0, spare)]
    top, bottom = room.top(), max(room.top(), room.bottom() + 1 - size.height())
    rows = [bottom, top] if low else [top, bottom]
    beside = [y for k in kept for y in (k.top() - GAP_PX - size.height(), k.bottom() + 1 + GAP_PX)]
    rows += sorted((y for y in beside if top <= y <= bottom), key=lambda y: abs(y - rows[0]))
    places = [QPoint(x, y) for y in rows for x in columns]
    return next((p for p in places if not any(QRect(p, size).intersects(k) for k in kept)), places[0])
