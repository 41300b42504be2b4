"""The part of the picture that the model looks at alone, for small things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slimsam_app.workers.inference import InferenceClient
from slimsam_core.inference.focus import look_at, window_around
from slimsam_core.pixels.geometry import BoxXYXY, Size
from slimsam_core.pixels.image_io import RgbImage

if TYPE_CHECKING:
    from slimsam_core.inference.focus import Focus
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.inference.zoom import Window

FOCUS = "focus"


class Focusing:
    """Which part was chosen, and its embedding once the worker has made it."""

    def __init__(self, client: InferenceClient) -> None:
        self._client = client
        self.image_id: int | None = None
        self.rgb: RgbImage | None = None
        self.box: BoxXYXY | None = None
        """What was asked for."""
        self.window: Window | None = None
        """What the model looks at; None = the whole picture."""
        self.found: Focus | None = None

    def set_image(self, image_id: int | None, rgb: RgbImage | None) -> None:
        """Another picture, seen as a whole."""
        self.image_id, self.rgb = image_id, rgb
        self.box = self.window = self.found = None

    @property
    def awaited(self) -> bool:
        """Whether the part is still being encoded."""
        return self.window is not None and self.found is None

    def choose(self, box: BoxXYXY | None) -> None:
        """Look at this part alone, or at all of the picture again."""
        if self.rgb is not None:
            size = Size.of(self.rgb)
            self.box, self.window = box, window_around(box, size) if box is not None else None
            self.look()

    def look(self) -> None:
        """Have the part encoded."""
        self.found = None
        image_id, rgb, window = self.image_id, self.rgb, self.window
        if image_id is None or rgb is None:
            return
        if window is None:
            self._client.withdraw(image_id, FOCUS)
            return

        def look(predictor: Predictor, _: ImageEmbedding) -> Focus:
            return look_at(predictor, rgb, window)

        self._client.ask(image_id, look, FOCUS)
