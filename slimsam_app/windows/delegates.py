"""How rows of the lists are painted: thumbnails with a state, objects with a swatch, classes with a key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.item_models.classes_model import ClassRole
from slimsam_app.item_models.images_model import ImageRole
from slimsam_app.item_models.index import Index
from slimsam_app.item_models.objects_model import ObjectRole
from slimsam_app.theme import Theme
from slimsam_app.windows.filter_menu import UNSURE_BELOW
from slimsam_core.annotation import Annotation, ImageEntry, ImageState, ReviewState
from slimsam_core.errors import SlimSamError
from slimsam_core.labelling.quality import approved
from slimsam_core.project.tracks import track_of
from slimsam_core.visible_text import one_line

STATE_ICON = {
    ImageState.NEW: ("circle-dashed", "faint"),
    ImageState.IN_PROGRESS: ("circle-half", "accent"),
    ImageState.DONE: ("check-circle", "good"),
    ImageState.EMPTY_CHECKED: ("prohibit", "good"),
    ImageState.NEEDS_REVIEW: ("flag", "warn"),
}
REVIEW_ICON = {
    ReviewState.APPROVED: ("thumbs-up", "good"),
    ReviewState.REJECTED: ("chat-circle-text", "bad"),
    ReviewState.FIXED: ("arrow-bend-up-left", "warn"),
}
"""What a second person said."""
MARGIN = 8
RADIUS = 6.0
_AROUND_NAME_PX = 24 + 8 + 12 + 2
"""Of an object's row: the square of its colour, the gaps before its number and before its predicted IoU, a
pixel at its end and one of rounding: a name that lacks one is cut."""
LEAST_NAME_PX = 24
"""Of an object's class beside its number: three letters, by which few classes are mistaken; the number tells
objects of one class apart."""


class RowDelegate(QStyledItemDelegate):
    """Paints the background of a row and measures it; the kinds below fill it."""

    height = 30

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = QRect()
        self._direction = Qt.LayoutDirection.LeftToRight

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, max(self.height, QFontMetrics(option.font).height() + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        try:
            self._paint(painter, option, index)
        except SlimSamError:  # of a damaged project, which is told where it is opened: the row stays empty
            pass
        finally:
            painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("selected" if chosen else "raised"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), RADIUS, RADIUS)
        painter.setFont(option.font)
        self._row, self._direction = rect, option.direction
        self.fill(painter, rect.adjusted(4 + MARGIN, 0, -4 - MARGIN, 0), index)

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Paint the row's content into ``rect``."""
        self.text(painter, rect, str(index.data()))

    def mirrored(self, rect: QRect) -> QRect:
        """A place in the row, seen from the other side where people write from right to left."""
        return QStyle.visualRect(self._direction, self._row, rect)

    def text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        token: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> int:
        """Draw one line, cut with an ellipsis where it does not fit; returns its width."""
        rect = self.mirrored(rect)
        shown = painter.fontMetrics().elidedText(one_line(text), elide, rect.width())
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def icon(self, painter: QPainter, rect: QRect, name: str, token: str, size: int = 16) -> None:
        """Draw an icon in the middle of ``rect``."""
        rect = self.mirrored(rect)
        place = QRect(0, 0, size, size)
        place.moveCenter(rect.center())
        self._theme.icon(name, token).paint(painter, place)

    def swatch(self, painter: QPainter, rect: QRect, color: QColor, size: int = 12) -> None:
        """Draw a small square of a colour in the middle of ``rect``."""
        rect = self.mirrored(rect)
        place = QRect(0, 0, size, size)
        place.moveCenter(rect.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(place, 3, 3)


LONGEST_NAME = 255
"""Letters: the longest name that a file can have on the usual systems."""


def short_name(name: str, metrics: QFontMetrics, width: int, ending: str = "") -> str:
    """A file name that fits into ``width`` pixels, cut where neighbours in a list are alike.

    What stands before the last characters goes first: there names are counted. ``ending`` stays at the end.
    """
    name = one_line(name)
    if len(name) > LONGEST_NAME:  # a file of others can say anything, and each letter is tried below
        name = f"{name[: LONGEST_NAME // 3]}…{name[-LONGEST_NAME // 2 :]}"
    if metrics.horizontalAdvance(name + ending) <= width:
        return name + ending
    head = len(name) // 3
    for kept in range(len(name) - 1, 0, -1):
        before = min(head, kept // 3)
        shown = f"{name[:before]}…{name[len(name) - kept + before :]}{ending}"
        if metrics.horizontalAdvance(shown) <= width:
            return shown
    return "…"


def name_lines(name: str, metrics: QFontMetrics, width: int, most: int, ending: str = "") -> list[str]:
    """A file name in up to ``most`` lines of ``width`` pixels; what has no room is cut by ``short_name``."""
    for tenths in range(10, 4, -1):  # lines that end where a word does have room left
        lines = _lines(short_name(name, metrics, width * most * tenths // 10, ending), metrics, width)
        if len(lines) <= most:
            return lines
    return [short_name(name, metrics, width, ending)]


def _lines(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The text in lines of this many pixels, broken behind a sign that parts words where there is one."""
    lines: list[str] = []
    while metrics.horizontalAdvance(text) > width and len(text) > 1:
        fits = next(
            n for n in range(len(text) - 1, 0, -1) if n == 1 or metrics.horizontalAdvance(text[:n]) <= width
        )
        gap = max(text.rfind(sign, fits // 2, fits) for sign in " _-.,")
        fits = gap + 1 if gap > 0 else fits
        lines.append(text[:fits].rstrip(" "))
        text = text[fits:]
    return [*lines, text]


def listed_name(index: Index) -> tuple[str, str]:
    """Name and ending of a picture as its list shows them: the ending only beside a neighbour that has the
    same name but for it. Endings are alike in most folders and take the room of what tells pictures apart."""
    name = str(index.data())
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        return name, ""
    beside = (index.sibling(index.row() + step, index.column()) for step in (-1, 1))
    twins = {str(other.data()).rpartition(".")[0] for other in beside if other.isValid()}
    return stem, f"{dot}{suffix}" if stem in twins else ""


def fitting(forms: Sequence[str], metrics: QFontMetrics, width: int) -> str:
    """The first of the forms, longest first, that is no wider than ``width`` pixels; else the last one."""
    return next((form for form in forms if metrics.horizontalAdvance(form) <= width), forms[-1])


class ImageDelegate(RowDelegate):
    """Thumbnail, file name, state and number of objects."""

    def __init__(self, theme: Theme, parent: QWidget, thumbnail_size: int) -> None:
        super().__init__(theme, parent)
        self.thumbnail_size = thumbnail_size

    @property
    def row_height(self) -> int:
        """Height of every row."""
        return max(self.thumbnail_size * 3 // 4, 40) + 10

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        entry = index.data(ImageRole.ENTRY)
        if not isinstance(entry, ImageEntry):
            return
        frame = QRect(rect.left() - 2, rect.top() + 5, self.thumbnail_size, rect.height() - 10)
        self._thumbnail(painter, frame, index.data(Qt.ItemDataRole.DecorationRole))
        line = painter.fontMetrics().height()
        left = frame.right() + 10
        stem, ending = listed_name(index)
        room = max(1, rect.height() // line - 1)  # beside a large thumbnail the name has more than one line
        lines = name_lines(stem, painter.fontMetrics(), rect.right() - left, room, ending)
        top = rect.center().y() - line * (len(lines) + 1) // 2
        for shown in lines:  # it is cut already
            name = QRect(left, top, rect.right() - left, line)
            self.text(painter, name, shown, elide=Qt.TextElideMode.ElideNone)
            top += line
        top += 1
        state = QRect(rect.right() - 16, top, 18, line)
        count = index.data(ImageRole.OBJECTS) or 0
        number = figures.count(count)
        abbreviated = tr("{count} obj.").format(count=number)
        forms = [counted(tr("{count} object"), tr("{count} objects"), count), abbreviated, number]
        if not count:
            forms = [tr("no objects"), "–"]
        if "/" in entry.path:  # the folder goes first where there is little room
            forms.insert(0, f"{forms[0]} · {entry.path.rsplit('/', 1)[0]}")
        self.icon(painter, state, *STATE_ICON[entry.state])
        if index.data(ImageRole.DRAFT):
            state.translate(-state.width(), 0)
            self.icon(painter, state, "pencil-simple", "warn", 14)
        if entry.comment or entry.flags:
            state.translate(-state.width(), 0)
            self.icon(painter, state, "note", "muted", 14)
        if entry.review is not None:
            state.translate(-state.width(), 0)
            self.icon(painter, state, *REVIEW_ICON[entry.review.state], 14)
        below = QRect(left, top, state.left() - left - 2, line)
        self.text(painter, below, fitting(forms, painter.fontMetrics(), below.width()), "muted")

    def _thumbnail(self, painter: QPainter, frame: QRect, pixmap: object) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("canvas"))
        shown = self.mirrored(frame)
        painter.drawRoundedRect(shown, 4, 4)
        if isinstance(pixmap, QPixmap) and not pixmap.isNull():
            size = pixmap.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(shown.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, pixmap)
        elif isinstance(pixmap, QPixmap):
            self.icon(painter, frame, "warning", "bad", 18)
        else:
            self.icon(painter, frame, "image", "faint", 18)


class ObjectDelegate(RowDelegate):
    """Swatch, class, predicted IoU, marks for hidden, locked, grouped, tracked and noted."""

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        annotation = index.data(ObjectRole.ANNOTATION)
        if not isinstance(annotation, Annotation):
            return
        self.swatch(
            painter,
            QRect(rect.left(), rect.top(), 14, rect.height()),
            index.data(Qt.ItemDataRole.DecorationRole),
        )
        taken, token = self._score(painter, rect, index, annotation)
        right = rect.right() - taken
        for shown, name in (
            (annotation.locked, "lock-simple"),
            (annotation.hidden, "eye-slash"),
            (annotation.group_id is not None, "link-simple"),
            (bool(track_of(annotation)), "film-strip"),
            (bool(annotation.note), "note"),
        ):
            if shown:
                right -= 18
                self.icon(painter, QRect(right, rect.top(), 18, rect.height()), name, "muted", 15)
        room = QRect(rect.left() + 24, rect.top(), max(0, right - rect.left() - 24), rect.height())
        number = f"#{annotation.id}"
        beside = painter.fontMetrics().horizontalAdvance(number) + 8
        numbered = room.width() - beside >= LEAST_NAME_PX
        for_name = room.adjusted(0, 0, -beside, 0) if numbered else room
        used = self.text(painter, for_name, str(index.data()), "faint" if annotation.hidden else "text")
        if numbered:
            self.text(painter, room.adjusted(used + 8, 0, 0, 0), number, token)

    def _score(self, painter: QPainter, rect: QRect, index: Index, annotation: Annotation) -> tuple[int, str]:
        """Paint the predicted IoU where the name of the class leaves room; the tip has it too.

        Returns the width that it took, and the colour of the number: that of a low score with no room.
        """
        score = index.data(ObjectRole.SCORE)
        if score is None:
            return 0, "faint"
        words = figures.iou(score)
        unsure = score < UNSURE_BELOW and not approved(annotation)
        said = f"{index.data()}#{annotation.id}{words}"
        if painter.fontMetrics().horizontalAdvance(said) + _AROUND_NAME_PX > rect.width():
            return 0, "warn" if unsure else "faint"
        place = QRect(rect.right() - 48, rect.top(), 48, rect.height())
        token = "warn" if unsure else "muted"
        return 12 + self.text(painter, place, words, token, Qt.AlignmentFlag.AlignRight), "faint"


class ClassDelegate(RowDelegate):
    """Swatch, name, number of objects, and the digit that gives the class."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field of a fixed size: Qt's own grows with its words out of the row."""
        return QLineEdit(parent)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The field for another name lies where the name is painted, up to the end of the row."""
        self._row, self._direction = option.rect, option.direction
        editor.setGeometry(self.mirrored(option.rect.adjusted(4 + MARGIN + 20, 1, -4 - MARGIN, -1)))

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        self.swatch(
            painter,
            QRect(rect.left(), rect.top(), 14, rect.height()),
            index.data(Qt.ItemDataRole.DecorationRole),
        )
        right = rect.right()
        digit = index.data(ClassRole.KEY)
        if digit:
            cap = QRect(right - 18, rect.center().y() - 9, 19, 19)
            painter.setPen(self._theme.color("line"))
            painter.setBrush(self._theme.color("base"))
            painter.drawRoundedRect(self.mirrored(cap), 4, 4)
            self.text(painter, cap, digit, "muted", Qt.AlignmentFlag.AlignHCenter)
        count = index.data(ClassRole.OBJECTS)
        right -= 28
        if count:
            right -= 8 + self.text(
                painter,
                QRect(right - 60, rect.top(), 60, rect.height()),
                figures.count(count),
                "muted",
                Qt.AlignmentFlag.AlignRight,
            )
        name = QRect(rect.left() + 24, rect.top(), right - rect.left() - 24, rect.height())
        self.text(painter, name, str(index.data()), elide=Qt.TextElideMode.ElideRight)
