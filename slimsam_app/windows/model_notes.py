"""What the window says of the model: which one answers, how it runs, how long it takes, why there is none."""

from __future__ import annotations

from PySide6.QtCore import QObject

from slimsam_app.i18n import mark, tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.open_object import PREVIEW
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.windows.status_bar import StatusBar
from slimsam_app.workers.model_status import ModelStatus, WorkerState
from slimsam_core.errors import ModelNotFound, SlimSamError
from slimsam_core.progress import Progress

_STATE_WORDS = {
    WorkerState.IDLE: "",
    WorkerState.LOADING: mark("Loading the model …"),
    WorkerState.ENCODING: mark("Looking at the image …"),
    WorkerState.PREPARING: mark("Preparing the next image …"),
    WorkerState.DECODING: "",
}


class ModelNotes(QObject):
    """Follows the workbench for as long as the window lives."""

    def __init__(self, workbench: Workbench, status: StatusBar, window: QObject) -> None:
        super().__init__(window)
        self._workbench, self._status = workbench, status
        client, faster = workbench.inference, workbench.model_in_use.faster
        client.model_ready.connect(self._show_model)
        client.model_failed.connect(self._no_model)
        client.refused.connect(self._refused)
        self._encoded: dict[int | None, tuple[float | None, bool]] = {}
        """Image -> how long its encoding took in ms, and whether it was read instead; of this session."""
        client.encoded.connect(self._show_encoded)
        tie(workbench.navigator.moved, self, self._show_moved)
        client.decoded.connect(self._show_decoded)
        tie(client.state_changed, self, lambda state: status.show_state(tr(_STATE_WORDS[state])))
        faster.progressed.connect(self._show_preparation)
        tie(workbench.adapting.running, self, lambda title: self._show_engine(f" · {title}" if title else ""))
        tie(faster.failed, self, lambda _: self._show_engine(""))

    def _show_engine(self, more: str) -> None:
        status = self._workbench.inference.status
        if status is not None:
            self._status.show_model(status.name, status.runtime + more, in_words(status.note))

    def _show_preparation(self, step: Progress) -> None:
        percent = round(100 * (step.fraction or 0.0))
        task = self._workbench.model_in_use.faster.task
        self._show_engine(f" · {task.title}, {percent} %" if task else "")

    def _show_model(self, status: ModelStatus) -> None:
        self._status.show_model(status.name, status.runtime, in_words(status.note))
        for error in status.missing:
            self._workbench.told.emit(*_instead(error, status))

    def _no_model(self, error: SlimSamError) -> None:
        self._status.show_model(tr("No model"), "")
        self._workbench.report(error)

    def _refused(self, image_id: int, slot: object, error: SlimSamError) -> None:
        if slot is None and image_id == self._workbench.prompts.image_id:
            self._workbench.report(error)

    def _show_encoded(self, image_id: int, ms: float, cached: bool) -> None:
        self._encoded[image_id] = ms, cached
        if image_id == self._workbench.prompts.image_id:
            self._status.show_encode(ms, cached)

    def _show_moved(self, image_id: int | None) -> None:
        """The time is that of the picture that is shown: it may have been encoded before it was."""
        if image_id is None:
            self._encoded.clear()  # the ids of the next project are those of other pictures
        self._status.show_encode(*self._encoded.get(image_id, (None, False)))

    def _show_decoded(self, slot: object, ms: float) -> None:
        if slot == PREVIEW:
            self._status.show_decode(ms)


def _instead(error: SlimSamError, status: ModelStatus) -> tuple[str, str]:
    """Words for what the settings name and this machine does not have, and for what is used in its place."""
    if isinstance(error, ModelNotFound):
        words = tr("The model that was chosen is not installed any more; “{name}” is used.")
        return words.format(name=status.name), tr("Model > Models… has what there is.")
    words = tr("The device or runtime of the settings cannot be used here; the model runs on {runtime}.")
    hint = tr("F2 > Model has what this machine offers.")
    return words.format(runtime=status.runtime), f"{in_words(error.message)} {in_words(hint)}"
