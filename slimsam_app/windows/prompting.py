"""Prompting in the window: what the sessions make of clicks is painted, and what is finished is handed on."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor

from slimsam_app.canvas.prompt_binding import (
    bind_boxes,
    bind_compare,
    bind_everything,
    bind_prompts,
    bind_waiting,
)
from slimsam_app.i18n import tr
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.boxes_session import FinishedMasks
from slimsam_app.sessions.prompt_steps import FinishedMask, MaskQuestion
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.docks.candidates_dock import CandidatesDock
from slimsam_app.windows.drafting import Drafting
from slimsam_app.windows.finding_notes import FindingNotes
from slimsam_app.windows.model_notes import ModelNotes
from slimsam_app.windows.open_bar import OpenBar
from slimsam_app.windows.refining import Refining
from slimsam_app.windows.status_bar import StatusBar
from slimsam_app.windows.workspace import Workspace
from slimsam_core.labelling.drafts import Part
from slimsam_core.pixels.image_io import LoadedImage, RgbImage

_NEW_OBJECT_COLOR = "#2f9bff"
PATIENCE_MS = 400
"""Until a wait is told in words: shorter ones are over before a line is read."""
_QUESTIONS = {
    MaskQuestion.EMPTY: lambda: tr("Nothing is left of {name} – Del removes the object, Esc goes back"),
    MaskQuestion.LOSES: lambda: tr("Most of {name} would be gone – Enter again keeps this, Esc goes back"),
    MaskQuestion.ANOTHER: lambda: tr(
        "This is another mask than the one you saw – Enter again keeps it, Esc drops it"
    ),
}


class Prompting(QObject):
    """Tells the sessions what is shown, paints what they answer, hands finished masks to the project."""

    def __init__(
        self, workspace: Workspace, workbench: Workbench, settings: Settings, status: StatusBar
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._workbench, self._settings, self._status = (
            workspace,
            workbench,
            settings,
            status,
        )
        self._shown_classes = (0, 0)
        """Of the open prompts and the open boxes, as they are painted."""
        self._waits_long = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._say_that_it_waits)
        self.client, self.prompts, self.boxes = workbench.inference, workbench.prompts, workbench.boxes
        self.everything, self.compare = workbench.everything, workbench.compare
        canvas = workspace.canvas
        self.dock = CandidatesDock(self.prompts, self.compare, workspace)
        bind_prompts(canvas, self.prompts)
        bind_boxes(canvas, self.boxes, self.prompts)
        bind_waiting(canvas, self.prompts, self.boxes, self._look)
        bind_everything(canvas, self.everything, self.prompts, self.boxes)
        bind_compare(canvas, self.prompts, self.compare)
        self.drafting = Drafting(canvas, workbench)
        self.refining = Refining(canvas, self.prompts)
        workbench.class_choice.drawing = lambda: self.drafting.drawing
        workbench.class_choice.give_outline = self.drafting.give_class
        self.bar = OpenBar(canvas, lambda: canvas.open_rect)
        ModelNotes(workbench, status, self)
        FindingNotes(workbench, canvas)
        self._connect()
        self._show_color()

    def close_image(self) -> None:
        """Show none, and keep what is open with the one that was shown."""
        self._set_image(None)

    def _connect(self) -> None:
        workbench, prompts = self._workbench, self.prompts
        workbench.navigator.picture_ready.connect(self._show_picture)
        tie(workbench.navigator.picture_failed, self, lambda *_: self._set_image(None))
        workbench.navigator.moved.connect(self._leave)
        prompts.changed.connect(self._show_open)
        self.boxes.changed.connect(self._show_open)
        self.compare.changed.connect(self._show_open)
        tie(self._workspace.canvas.zoom_changed, self, lambda _: self.bar.place())
        self._workspace.canvas.worked.connect(self._show_open)
        tie(self._workspace.canvas.tool_changed, self, lambda _: self._show_open())
        workbench.masks.painting_changed.connect(self._show_open)
        workbench.objects.objects_changed.connect(self._show_open)
        workbench.objects.category_changed.connect(self._show_color)
        workbench.document.changed.connect(self._show_color)
        workbench.document.opened.connect(self._show_color)
        prompts.accepted.connect(self._take)
        self.boxes.accepted.connect(self._take_several)
        self._settings.when("canvas.mask_opacity", self, lambda _: self._show_color())

    def _show_picture(self, image_id: int, picture: LoadedImage) -> None:
        if image_id != self.prompts.image_id or picture.rgb is not self.prompts.rgb:
            self._set_image(image_id, picture.rgb)
        self._show_color()

    def _leave(self) -> None:
        if self._workbench.navigator.current_id != self.prompts.image_id:
            self._set_image(None)

    def _set_image(self, image_id: int | None, rgb: RgbImage | None = None) -> None:
        self.drafting.leave()
        self.boxes.set_image(image_id)
        self.prompts.set_image(image_id, rgb)
        if image_id is not None:
            self.drafting.show(image_id)

    def _take(self, finished: FinishedMask) -> None:
        new = NewObject(mask=finished.mask, provenance=finished.provenance, category_id=finished.category_id)
        if not self._workbench.objects.accept(new, finished.image_id, finished.replaces_id):
            self._not_taken(finished.image_id, finished.draft)

    def _take_several(self, finished: FinishedMasks) -> None:
        found = [
            NewObject(mask=one.mask, provenance=one.provenance, category_id=one.category_id)
            for one in finished.masks
        ]
        if not self._workbench.objects.add_all(found, finished.image_id):
            self._not_taken(finished.image_id, finished.draft)

    def _not_taken(self, image_id: int, draft: Part | None) -> None:
        """Why was told; nothing is lost: it is open again."""
        if draft is not None:
            self.drafting.put_back(image_id, draft)

    def _show_color(self) -> None:
        """The preview has the colour of the class that the object will get."""
        self._shown_classes = (self.prompts.category_id, self.boxes.category_id)
        color, opacity = self._look(self._shown_classes[0])
        self._workspace.canvas.layers.preview.set_look(color, opacity)
        self._workspace.canvas.layers.several.set_look(*self._look(self._shown_classes[1]))
        self.dock.strip.set_color(color)

    def _look(self, category_id: int) -> tuple[QColor, float]:
        """Colour and opacity (0..1) of a mask of this class that is no object yet."""
        document = self._workbench.document
        category = document.category(category_id) if document.is_open else None
        color = QColor(category.display_color if category else _NEW_OBJECT_COLOR)
        return color, min(1.0, self._settings.get("canvas.mask_opacity") / 100 + 0.1)

    def _show_open(self) -> None:
        """Say what is open, where that is not plain to see, and in its colour."""
        if not (self.prompts.provisional or self._workbench.accepting):
            self._waits_long = False
            self._patience.stop()
        elif not self._waits_long and not self._patience.isActive():
            self._patience.start()
        self.bar.show_words(self._words_of_open(), self._suggested())
        looks = tr("The model looks at the framed part alone: Z ends it.")
        self._status.show_mode(looks if self.prompts.focused is not None else self._words_of_painting())
        if (self.prompts.category_id, self.boxes.category_id) != self._shown_classes:
            self._show_color()

    def _suggested(self) -> tuple[str, QColor] | None:
        """Name and colour of the class that the open mask looks like and gets."""
        document, suggested = self._workbench.document, self.prompts.suggested
        category = document.category(suggested) if suggested and document.is_open else None
        return (category.name, QColor(category.display_color)) if category else None

    def _say_that_it_waits(self) -> None:
        self._waits_long = True
        self._show_open()

    def _words_of_open(self) -> str:
        document, prompts = self._workbench.document, self.prompts
        if not document.is_open:
            return ""
        of_boxes = self.boxes.active and not prompts.active
        category = document.category(self.boxes.category_id if of_boxes else prompts.category_id)
        name = category.name if category else tr("object")
        if prompts.doubt is not None:
            words = _QUESTIONS[prompts.doubt]()
        elif self.compare.waits:
            words = tr("The second model is looking …")
        elif self._waits_long and prompts.provisional:
            words = tr("First look at {name}, the model looks closer – Enter waits for it")
        elif prompts.refined is not None:
            words = tr("Refining {name} – Enter keeps, Esc goes back")
        elif prompts.active:
            words = tr("{name} – Enter accepts, Esc drops it") if prompts.has_own_class else ""
            if prompts.suggested:
                words = tr("Enter takes this class, a class key another one")
        elif of_boxes and self.boxes.has_own_class:
            words = tr("{name} – Enter accepts, Esc drops it")
        elif self._waits_long and self._workbench.accepting:
            words = tr("Enter is carried out when the mask is ready – Ctrl+Z takes it back")
        else:
            words = ""
        return words.format(name=name)

    def _words_of_painting(self) -> str:
        """Not over the picture: what is painted there must be seen."""
        workbench, painting = self._workbench, self._workbench.masks.painting
        tool = self._workspace.canvas.tool
        if tool.category_id and tool.outline() and workbench.document.is_open:
            category = workbench.document.category(tool.category_id)
            words = tr("{name} – Enter accepts, Esc drops it")
            return words.format(name=category.name if category else tr("object"))
        if painting is None or self.prompts.active or not workbench.document.is_open:
            return ""
        painted = next((a for a in workbench.objects.objects if a.id == painting), None)
        category_id = painted.category_id if painted else self.prompts.category_id
        category = workbench.document.category(category_id)
        words = tr("Painting {name} – Enter or N ends it")
        return words.format(name=category.name if category else tr("object"))
