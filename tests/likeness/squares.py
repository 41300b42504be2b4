"""Pictures with coloured squares, and a model that sees colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from slimsam_core.annotation import Annotation, Category, ImageState
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.mask import BoolMask, Rle, encode
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.project import Edit, Project, add_root, fill_facts, scan_root

SIZE, SIDE, GRID = Size(96, 128), 24, 32
COLOURS = {"red": (220, 30, 30), "blue": (30, 30, 220)}
Place = tuple[str, int, int]


def places(number: int) -> list[Place]:
    """A red and a blue square, or two red ones, each elsewhere in every picture."""
    random = np.random.default_rng(number)
    first, second = random.choice([(2, 40), (40, 76), (2, 76)]), int(random.integers(4, 66))
    other = "red" if number % 3 == 0 else "blue"
    return [
        ("red", int(first[0]) + int(random.integers(0, 8)), second),
        (other, int(first[1]) + 24, 70 - second),
    ]


def square(x: int, y: int) -> BoolMask:
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[y : y + SIDE, x : x + SIDE] = True
    return pixels


def picture(squares: Sequence[Place], seed: int) -> np.ndarray:
    rgb = np.random.default_rng(seed).integers(90, 130, (*SIZE.hw, 3)).astype(np.uint8)
    for colour, x, y in squares:
        rgb[square(x, y)] = COLOURS[colour]
    return rgb


_PICTURES: dict[bytes, np.ndarray] = {}


def embed_colours(self: Predictor, rgb: np.ndarray) -> ImageEmbedding:
    """Features are colours."""
    rows = GRID * SIZE.height // SIZE.width
    small = cv2.resize(rgb, (GRID, rows), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    features = np.zeros((1, 4, GRID, GRID), np.float32)
    features[0, :3, :rows] = small.transpose(2, 0, 1)
    features[0, 3, :rows] = 0.3
    _PICTURES[_key(features)] = rgb
    return ImageEmbedding(
        features=features, original_size=SIZE, input_size=SIZE, fit=SquareFit.LETTERBOX,
        encoder_of=self.encoder_of,
    )  # fmt: skip


def _key(features: np.ndarray) -> bytes:
    """Stored embeddings hold half precision."""
    return features.astype(np.float16).tobytes()


def predict_colours(self, embedding, prompts, previous=None, closer=True):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """What is asked for at a point is all of its colour that hangs together."""
    return tuple(_coloured(_PICTURES[_key(embedding.features)], one) for one in prompts)


def _coloured(rgb: np.ndarray, prompts: PromptSet) -> Prediction:
    (point,) = prompts.points
    y, x = min(int(point.y), SIZE.height - 1), min(int(point.x), SIZE.width - 1)
    reach = np.abs(rgb.astype(int) - rgb[y, x]).max(2) < 60
    _, parts = cv2.connectedComponents(reach.astype(np.uint8))
    logits = downsample_mask(parts == parts[y, x], 4 * GRID, SquareFit.LETTERBOX)
    one = Candidate(low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.9)
    return Prediction((one,), 0)


class SeesColours(Predictor):
    """A tiny model with other eyes."""

    embed = embed_colours
    predict_many = predict_colours

    def __init__(self) -> None:
        from tests.tiny_models import tiny_sam

        super().__init__(tiny_sam(), name="colours", model_hash="c0")
        self.assisted = False


def labelled_project(folder: Path, done: int, pictures: int) -> Path:
    """A project of such pictures, with class red and class blue; the first ``done`` are labelled and done."""
    (folder / "pictures").mkdir()
    for number in range(pictures):
        Image.fromarray(picture(places(number), number)).save(folder / f"pictures/{number:02}.png")
    path = folder / "p.slimsam"
    with Project.create(path) as project:
        scan_root(project, add_root(project, folder / "pictures").id)
        fill_facts(project)
        for number, name in enumerate(COLOURS, 1):
            project.apply("class", [Edit(None, Category(id=number, name=name))])
        for image in project.images()[:done]:
            label(project, image.path, state=ImageState.DONE)
    return path


def label(project: Project, name: str, *, state: ImageState) -> None:
    """Both squares of a picture, by hand."""
    image = next(i for i in project.images() if i.path == name)
    numbers = {colour: number for number, colour in enumerate(COLOURS, 1)}
    for colour, x, y in places(int(name[:2])):
        made = Annotation(
            id=project.next_id(Annotation), image_id=image.id, category_id=numbers[colour], mask=mask(x, y)
        )
        project.apply("object", [Edit(None, made)])
    project.apply("state", [Edit(image, replace(image, state=state))])


def mask(x: int, y: int) -> Rle:
    return encode(square(x, y))
