"""Prompting in the window: inference client, prompt session and candidate strip, tied to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from slimsam_app.canvas.prompt_binding import (
    bind_boxes,
    bind_compare,
    bind_everything,
    bind_prompts,
    bind_waiting,
)
from slimsam_app.i18n import counted, mark, tr
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.box_mask_session import BoxMaskSession
from slimsam_app.sessions.boxes_session import BoxesSession, FinishedMasks
from slimsam_app.sessions.class_choice import ClassChoice
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.sessions.drafts import Part
from slimsam_app.sessions.everything_session import EverythingSession, FoundProposals
from slimsam_app.sessions.preparation_session import PreparationSession
from slimsam_app.sessions.prompt_session import PREVIEW, PromptSession
from slimsam_app.sessions.prompt_steps import FinishedMask
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.docks.candidates_dock import CandidatesDock
from slimsam_app.windows.drafting import Drafting
from slimsam_app.windows.faster_engine import FasterEngine
from slimsam_app.windows.open_bar import OpenBar
from slimsam_app.windows.status_bar import StatusBar
from slimsam_app.windows.workspace import Workspace
from slimsam_app.workers.inference import KEPT_EMBEDDING_BYTES, InferenceClient, ModelStatus
from slimsam_core.errors import ModelNotFound, SlimSamError
from slimsam_core.files.user_folders import embeddings_dir, embeddings_quota
from slimsam_core.inference.embedding_store import EmbeddingStore
from slimsam_core.labelling import box_masks
from slimsam_core.pixels.image_io import LoadedImage, RgbImage

if TYPE_CHECKING:
    from slimsam_core.inference.preparation import PreparationReport
    from slimsam_core.labelling.box_masks import BoxTally

_NEW_OBJECT_COLOR = "#2f9bff"
_STATE_WORDS = {
    "idle": "",
    "loading": mark("Loading the model …"),
    "encoding": mark("Looking at the image …"),
    "preparing": mark("Preparing the next image …"),
    "decoding": "",
}


class Prompting(QObject):
    """Feeds the worker with what is shown, paints what it answers, hands accepted masks to the project."""

    def __init__(
        self, workspace: Workspace, session: Workbench, settings: Settings, status: StatusBar
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._session, self._settings, self._status = workspace, session, settings, status
        self._asked: tuple[str | None, str, str] | None = None
        self._shown_class = 0
        self.client = InferenceClient(lambda: _store(settings.path), self)
        session.person_waits = lambda: self.client.answering
        self.prompts = PromptSession(self.client, self)
        self.boxes = BoxesSession(self.client, self)
        self.box_masks = BoxMaskSession(session.document, self.client.spare, self)
        for opener in (self.prompts, self.boxes):
            opener.class_of_new = lambda: session.objects.category_id
        self.dock = CandidatesDock(self.prompts, workspace)
        self.faster = FasterEngine(self.prompts, self)
        bind_prompts(workspace.canvas, self.prompts)
        bind_boxes(workspace.canvas, self.boxes)
        bind_waiting(workspace.canvas, self.prompts, self.boxes, self._look)
        self.preparation = PreparationSession(session.document, self.client.spare, self)
        self.everything = EverythingSession(
            session.document, session.navigator, session.objects, self.client.spare, self
        )
        bind_everything(workspace.canvas, self.everything, self.prompts, self.boxes)
        self.compare = CompareSession(
            self.prompts, self.client, lambda: InferenceClient(lambda: _store(settings.path), self), self
        )
        bind_compare(workspace.canvas, self.prompts, self.compare)
        self.drafting = Drafting(workspace.canvas, session, self.prompts, self.boxes, self.everything)
        self.classes = ClassChoice(
            session.document,
            self.prompts,
            self.boxes,
            session.masks,
            session.objects,
            lambda: self.drafting.drawing,
            self,
        )
        self.bar = OpenBar(workspace.canvas)
        self._connect()
        self._apply_settings()
        self._show_color()

    def start(self) -> None:
        """Load the model that the settings name; called once the window is painted."""
        self._asked = self._wanted()
        self.client.set_model(*self._asked, strict=False)

    @property
    def model_name(self) -> str:
        """Name of the model that was loaded or chosen; empty when the default was not loaded yet."""
        chosen = self._wanted()[0]
        return chosen or (self.client.status.name if self.client.status else "")

    def shut_down(self) -> None:
        """Drop what is open and end the worker."""
        self._set_image(None)
        self.faster.close()
        self.compare.stop()
        self.client.close()

    def _connect(self) -> None:
        session, prompts, client, status = self._session, self.prompts, self.client, self._status
        session.navigator.picture_ready.connect(self._show_picture)
        tie(session.navigator.picture_failed, self, lambda *_: self._set_image(None))
        session.navigator.moved.connect(self._leave)
        session.navigator.neighbours_changed.connect(client.prefetch)
        session.document.closed.connect(client.forget_pictures)
        session.document.closed.connect(self._forget)
        prompts.changed.connect(self._show_open)
        session.masks.painting_changed.connect(self._show_open)
        session.objects.objects_changed.connect(self._show_open)
        session.objects.category_changed.connect(self._show_color)
        session.document.changed.connect(self._show_color)
        session.document.opened.connect(self._show_color)
        prompts.accepted.connect(self._take)
        prompts.failed.connect(session.report)
        self.boxes.accepted.connect(self._take_several)
        self.boxes.failed.connect(session.report)
        self.box_masks.failed.connect(session.report)
        self.everything.failed.connect(session.report)
        self.compare.failed.connect(session.report)
        self.preparation.failed.connect(session.report)
        self.preparation.finished.connect(self._tell_prepared)
        self.everything.found.connect(self._tell_found)
        self.box_masks.finished.connect(self._tell_box_masks)
        client.model_ready.connect(self._show_model)
        client.model_failed.connect(self._no_model)
        client.model_ready.connect(self.faster.consider)
        self.faster.ready.connect(self._restart)
        self.faster.progressed.connect(self._show_preparation)
        self.faster.failed.connect(lambda _: self._show_engine(""))
        client.refused.connect(self._refused)
        tie(client.state_changed, self, lambda state: status.show_state(tr(_STATE_WORDS[state])))
        client.encoded.connect(self._show_encoded)
        client.decoded.connect(self._show_decoded)
        for key in ("model.name", "model.by_project", "model.device", "model.runtime"):
            self._settings.when(key, self, lambda _: self._restart_if_other())
        session.document.opened.connect(self._restart_if_other)
        session.document.closed.connect(self._restart_if_other)
        self._settings.when("canvas.hover_preview", self, lambda _: self._apply_settings())
        self._settings.when("canvas.mask_opacity", self, lambda _: self._show_color())

    def _wanted(self) -> tuple[str | None, str, str]:
        """Model (None = the default), device and runtime; a project may have a model of its own."""
        get, document = self._settings.get, self._session.document
        name = self._session.models.in_use(document.project.uid if document.is_open else "")
        return name or None, get("model.device"), get("model.runtime")

    def _restart_if_other(self) -> None:
        if self._wanted() != self._asked:
            self._restart()

    def _restart(self) -> None:
        if self.client.running:
            self.start()

    def _apply_settings(self) -> None:
        self.prompts.hover_enabled = self._settings.get("canvas.hover_preview")

    def _show_picture(self, image_id: int, picture: LoadedImage) -> None:
        if image_id != self.prompts.image_id or picture.rgb is not self.prompts.rgb:
            self._set_image(image_id, picture.rgb)
        self._show_color()

    def _leave(self) -> None:
        if self._session.navigator.current_id != self.prompts.image_id:
            self._set_image(None)

    def _forget(self) -> None:
        self.prompts.forget()
        self.boxes.forget()

    def _set_image(self, image_id: int | None, rgb: RgbImage | None = None) -> None:
        self.drafting.leave()
        self.boxes.set_image(image_id)
        self.prompts.set_image(image_id, rgb)
        if image_id is not None:
            self.drafting.show(image_id)

    def _take(self, finished: FinishedMask) -> None:
        new = NewObject(mask=finished.mask, provenance=finished.provenance, category_id=finished.category_id)
        if not self._session.objects.accept(new, finished.image_id, finished.replaces_id):
            self._not_taken(finished.image_id, finished.draft)

    def _take_several(self, finished: FinishedMasks) -> None:
        found = [
            NewObject(mask=one.mask, provenance=one.provenance, category_id=one.category_id)
            for one in finished.masks
        ]
        if not self._session.objects.add_all(found, finished.image_id):
            self._not_taken(finished.image_id, finished.draft)

    def _not_taken(self, image_id: int, draft: Part | None) -> None:
        """Why was told; nothing is lost: it is open again."""
        if draft is not None:
            self.drafting.put_back(image_id, draft)

    def _tell_box_masks(self, tally: BoxTally, complete: bool) -> None:
        if not tally.boxes:
            self._session.told.emit(tr("There are no imported boxes without a mask."), "")
            return
        words = tr("Masks made from boxes: {made} of {count}.")
        on = [] if complete else [tr("Start it again to go on.")]
        self._session.told.emit(
            words.format(made=f"{len(tally.made):,}", count=f"{tally.boxes:,}"),
            "\n".join([*on, *tally.reasons(_reason)[:4]]),
        )

    def _tell_prepared(self, report: PreparationReport) -> None:
        ready = report.encoded + report.ready_before
        words = tr("Images that open without waiting: {count}.").format(count=f"{ready:,}")
        self._session.told.emit(words, "\n".join(error.message for error in report.failed[:4]))

    def _tell_found(self, found: FoundProposals) -> None:
        if found.image_id == self.prompts.image_id and found.proposals:
            self._workspace.canvas.set_tool("review")
        known = (
            counted(
                tr("{count} object was already labelled."),
                tr("{count} objects were already labelled."),
                found.known,
            )
            if found.known
            else ""
        )
        if not found.proposals:
            hint = known or tr("A larger model sees more: Model > Models…")
            self._session.told.emit(tr("Nothing new was found."), hint)
        elif found.image_id != self.prompts.image_id or known:
            words = counted(
                tr("{count} proposal to review."), tr("{count} proposals to review."), len(found.proposals)
            )
            self._session.told.emit(words, known)

    def _show_color(self) -> None:
        """The preview has the colour of the class that the object will get."""
        self._shown_class = self.prompts.category_id
        color, opacity = self._look(self._shown_class)
        self._workspace.canvas.layers.preview.set_look(color, opacity)
        self._workspace.canvas.layers.several.set_look(color, opacity)
        self.dock.strip.set_color(color)

    def _look(self, category_id: int) -> tuple[QColor, float]:
        """Colour and opacity (0..1) of a mask of this class that is no object yet."""
        document = self._session.document
        category = document.category(category_id) if document.is_open else None
        color = QColor(category.display_color if category else _NEW_OBJECT_COLOR)
        return color, min(1.0, self._settings.get("canvas.mask_opacity") / 100 + 0.1)

    def _show_open(self) -> None:
        """Say what is open, where that is not plain to see, and in its colour."""
        self.bar.show_words(self._words_of_open())
        looks = tr("The model looks at the framed part alone: Z ends it.")
        self._status.show_mode(looks if self.prompts.focused is not None else "")
        if self.prompts.category_id != self._shown_class:
            self._show_color()

    def _words_of_open(self) -> str:
        document, prompts, painting = self._session.document, self.prompts, self._session.masks.painting
        if not document.is_open:
            return ""
        category_id = prompts.category_id
        if not prompts.active and painting is not None:
            painted = next((a for a in self._session.objects.objects if a.id == painting), None)
            category_id = painted.category_id if painted else category_id
        category = document.category(category_id)
        name = category.name if category else tr("object")
        if prompts.doubtful:
            words = tr("Most of {name} would be gone – Enter again keeps this, Esc goes back")
        elif prompts.refined is not None:
            words = tr("Refining {name} – Enter keeps, Esc goes back")
        elif prompts.active:
            words = tr("{name} – Enter accepts, Esc drops it") if prompts.has_own_class else ""
        else:
            words = tr("Painting {name} – Enter or N ends it") if painting is not None else ""
        return words.format(name=name)

    def _show_engine(self, more: str) -> None:
        status = self.client.status
        if status is not None:
            self._status.show_model(status.name, status.runtime + more, status.note)

    def _show_preparation(self, share: float) -> None:
        words = tr("preparing a faster engine, {percent} %").format(percent=round(100 * share))
        self._show_engine(f" · {words}")

    def _show_model(self, status: ModelStatus) -> None:
        self._status.show_model(status.name, status.runtime, status.note)
        for error in status.missing:
            self._session.told.emit(*_instead(error, status))
        if status.bundled and not self._settings.get("state.told_bundled"):
            self._settings.set("state.told_bundled", True)
            self._session.told.emit(
                tr("The bundled model is in use."),
                tr("SlimSAM's own weights are more accurate: Model > Models… downloads or imports them."),
            )

    def _no_model(self, error: SlimSamError) -> None:
        self._status.show_model(tr("No model"), "")
        self._session.report(error)

    def _refused(self, image_id: int, slot: object, error: SlimSamError) -> None:
        if slot is None and image_id == self.prompts.image_id:
            self._session.report(error)

    def _show_encoded(self, image_id: int, ms: float, cached: bool) -> None:
        if image_id == self.prompts.image_id:
            self._status.show_encode(ms, cached)

    def _show_decoded(self, slot: object, ms: float) -> None:
        if slot == PREVIEW:
            self._status.show_decode(ms)


def _store(settings: Path) -> EmbeddingStore:
    """The one of this user, within what the settings file allows at each moment."""
    return EmbeddingStore(
        KEPT_EMBEDDING_BYTES, disk_dir=embeddings_dir(), disk_quota_bytes=lambda: embeddings_quota(settings)
    )


def _instead(error: SlimSamError, status: ModelStatus) -> tuple[str, str]:
    """Words for what the settings name and this machine does not have, and for what is used in its place."""
    if isinstance(error, ModelNotFound):
        words = tr("The model that was chosen is not installed any more; “{name}” is used.")
        return words.format(name=status.name), tr("Model > Models… has what there is.")
    words = tr("The device or runtime of the settings cannot be used here; the model runs on {runtime}.")
    hint = tr("F2 > Model has what this machine offers.")
    return words.format(runtime=status.runtime), f"{error.message} {hint}"


def _reason(reason: str) -> str:
    """Why a box was left, in the user's language."""
    words = {
        box_masks.CHANGED: tr("the object was changed meanwhile"),
        box_masks.LOCKED: tr("the object is locked"),
        box_masks.RESIZED: tr("the picture has another size now"),
        box_masks.OUTSIDE: tr("the box lies outside the picture"),
        box_masks.UNSEEN: tr("the model sees nothing in the box"),
    }
    return words[reason]
