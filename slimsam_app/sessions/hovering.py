"""What the model sees under the resting pointer, as long as nothing is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.sessions.prompt_steps import Hovered
from slimsam_app.workers.inference import InferenceClient
from slimsam_core.pixels.geometry import PointPrompt, PromptSet

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.inference.zoom import PlacedLogits

HOVER = "hover"
HOVER_MS = 40
"""The pointer asks at most this often what is under it."""


class Hovering(QObject):
    """Asks the worker for the mask under the pointer; the owner says when."""

    changed = Signal()

    def __init__(self, client: InferenceClient, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self.image_id: int | None = None
        self.found: PlacedLogits | None = None
        """What to paint, None when there is nothing."""
        self._point: PointPrompt | None = None
        self._timer = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._timer.timeout.connect(self._ask)

    def rest(self, point: PointPrompt | None, ask: bool) -> None:
        """The pointer is here (None = it left); with ``ask`` its mask is wanted."""
        self._point = point
        if point is None:
            self.drop()
        elif ask and not self._timer.isActive():
            self._timer.start()

    def drop(self) -> None:
        """Nothing is wanted any more."""
        self._timer.stop()
        if self.image_id is not None:
            self._client.withdraw(self.image_id, HOVER)
        if self.found is not None:
            self.found = None
            self.changed.emit()

    def take(self, answer: Hovered) -> None:
        """The worker answered."""
        self.found = answer.found
        self.changed.emit()

    def _ask(self) -> None:
        point, image_id = self._point, self.image_id
        if point is None or image_id is None:
            return
        prompts = PromptSet((point,))

        def hover(predictor: Predictor, embedding: ImageEmbedding) -> Hovered:
            answer = predictor.predict(embedding, prompts, closer=False)
            return Hovered(answer.preferred.finest)

        self._client.ask(image_id, hover, HOVER)
