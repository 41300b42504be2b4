"""How far the masks of two runtimes of one model agree, measured on photographs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.files.resources import resources_dir
from slimsam_core.inference import transforms
from slimsam_core.inference.runtimes.protocol import Label, Runtime, TokenBatch
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import iou_of_pixels
from slimsam_core.pixels.square_fit import SquareFit

REQUIRED = 0.99
"""Mean IoU with the masks of torch in float32 below which a runtime is not used."""

_GRID = 4
_SAMPLES = 3


def sample_pictures(count: int = _SAMPLES) -> list[RgbImage]:
    """Photographs that ship with the program; made-up pictures when they are missing."""
    try:
        paths = sorted((resources_dir() / "samples").glob("*.jpg"))[:count]
    except FileNotFoundError:
        paths = []
    return [read_image(path).rgb for path in paths] or [synthetic_picture(seed) for seed in range(count)]


def synthetic_picture(seed: int, size: Size = Size(480, 640)) -> RgbImage:  # noqa: B008
    """Bright discs before a gradient, uint8 HxWx3."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[: size.height, : size.width]
    rgb = np.stack([x * 120 / size.width, y * 120 / size.height, np.full(size.hw, 60)], axis=2)
    for _ in range(8):
        centre, radius = generator.uniform(0, size.hw), generator.uniform(20, 90)
        inside = (y - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2
        rgb[inside] = generator.uniform(80, 255, 3)
    return rgb.astype(np.uint8)


def model_inputs(arch: ArchSpec) -> list[tuple[transforms.FloatArray, Size]]:
    """The sample pictures as a model wants them, with the size of each inside the model's square."""
    return [
        (
            transforms.model_input(rgb, arch),
            arch.fit.inside(Size.of(rgb), arch.image_size),
        )
        for rgb in sample_pictures()
    ]


class AgreementCheck:
    """A reference runtime's masks for a grid of clicks on some pictures, to hold others against."""

    def __init__(self, reference: Runtime, inputs: Sequence[tuple[transforms.FloatArray, Size]]) -> None:
        """``inputs``: model inputs (1, 3, S, S) and the size of the resized picture inside each."""
        self._inputs = tuple(inputs)
        self._expected = [self._masks(reference, x, inside) for x, inside in self._inputs]

    def measure(self, runtime: Runtime) -> float:
        """Mean IoU over clicks and pictures of the masks that the reference ranks best, 0..1."""
        scores: list[float] = []
        for (x, inside), (expected, best) in zip(self._inputs, self._expected, strict=True):
            masks, _ = self._masks(runtime, x, inside)
            for click, chosen in enumerate(best):
                scores.append(iou_of_pixels(expected[click, chosen], masks[click, chosen]))
        return float(np.mean(scores))

    @staticmethod
    def _masks(runtime: Runtime, x: transforms.FloatArray, inside: Size) -> tuple[np.ndarray, np.ndarray]:
        """Low-resolution masks, bool (clicks, 3, h, w), and the index of the best by predicted IoU."""
        centres = (np.arange(_GRID) + 0.5) / _GRID
        xs, ys = np.meshgrid(centres * inside.width, centres * inside.height)
        clicks = np.stack([xs.ravel(), ys.ravel()], axis=1).astype(np.float32)
        coords = np.stack([clicks, np.zeros_like(clicks)], axis=1)
        labels = np.tile(np.array([Label.POSITIVE, Label.PADDING], np.int64), (len(clicks), 1))
        logits, iou = runtime.decode(runtime.encode(x), TokenBatch(coords, labels))
        # its longest side fills the square already, whether it was padded or stretched
        part = transforms.picture_part(logits[:, 1:], inside, SquareFit.LETTERBOX)
        masks = part > transforms.MASK_THRESHOLD
        return masks, iou[:, 1:].argmax(1)
