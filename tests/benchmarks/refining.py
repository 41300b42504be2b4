"""What one click on a stored mask makes of it: clicks that take away and clicks that add, on labels.

``python tests/benchmarks/refining.py FOLDER... [--objects 160] [--model lite2]``

Every label is spoilt in one way at a time, and one click is put where the fault is deepest: a disc on the
outline too much or missing, another object of the picture too much, half of the object missing, nothing wrong
and a right click far away. Then up to three clicks, each at the deepest fault, on the model's own mask of the
object's box. Shown are mean IoUs with the label: of the mask before, of the whole answer of the model, and of
what the program makes of it.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.datasets.opening import open_datasets
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import downsample_mask
from slimsam_core.inference.zoom import PlacedLogits
from slimsam_core.labelling.corrections import corrected, exact_mask, with_its_place
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import BoolMask, encode

LEAST_AREA, LARGEST_SHARE = 800, 0.4
"""Objects of fewer pixels have no parts, those of more of the picture have nothing around them."""
A_PICTURE = 4
FAR_PX = 20
LEAST_FAULT_PX = 2.0
"""A fault that is less deep is one of the label's edge."""


class Picture:
    """One picture with its embedding: the whole answer of the model to clicks, and what is made of it."""

    def __init__(self, predictor: Predictor, embedding: ImageEmbedding) -> None:
        self._predictor, self._embedding = predictor, embedding

    def boxed(self, label: BoolMask) -> BoolMask:
        """The model's mask of the object's box."""
        x, y, width, height = encode(label).bbox_xywh
        box = BoxXYXY(x, y, x + width, y + height)
        return candidate_mask(
            self._embedding, self._predictor.predict(self._embedding, PromptSet((), box)).preferred
        )

    def clicked(
        self, mask: BoolMask, clicks: tuple[PointPrompt, ...], before: Candidate | None, taken: bool
    ) -> tuple[BoolMask, Candidate]:
        """The mask after the last of the clicks; ``taken``: what the program makes of it, else the answer."""
        arch, stored, prompts = self._predictor.arch, encode(mask), PromptSet(clicks)
        prompt = PlacedLogits(downsample_mask(mask, arch.mask_size, arch.fit), None, arch.fit)
        told = taken or not any(click.positive for click in clicks)  # alone a right click means nothing
        asked = with_its_place(prompts, stored) if told else prompts
        answer = self._predictor.predict(self._embedding, asked, before or prompt)
        if not taken:
            return candidate_mask(self._embedding, answer.preferred), answer.preferred
        found = corrected(answer, prompts, stored).preferred
        return exact_mask(found, stored).decode(), found


def iou(a: BoolMask, b: BoolMask) -> float:
    """Of two masks of one picture."""
    return float(np.count_nonzero(a & b)) / max(1.0, float(np.count_nonzero(a | b)))


def deepest(fault: BoolMask) -> tuple[float, float, float]:
    """Where a click would be put: x, y and the depth there; depth 0 where there is no fault."""
    depth = cv2.distanceTransform(np.pad(fault, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(column) + 0.5, int(row) + 0.5, float(depth[row, column])


def click_on(mask: BoolMask, label: BoolMask) -> PointPrompt | None:
    """At the deepest fault; None when there is none to speak of."""
    much, missing = deepest(mask & ~label), deepest(label & ~mask)
    positive = missing[2] > much[2]
    x, y, depth = missing if positive else much
    return PointPrompt(x, y, positive) if depth >= LEAST_FAULT_PX else None


def spoilt(
    label: BoolMask, others: list[BoolMask], chance: random.Random
) -> Iterator[tuple[str, BoolMask, PointPrompt | None]]:
    """The ways of being wrong by name, with the click that is to mend each."""
    rows, columns = np.nonzero(label & ~cv2.erode(label.view(np.uint8), np.ones((3, 3))).view(np.bool_))
    at = chance.randrange(len(rows))
    radius = max(5.0, 0.2 * np.sqrt(np.count_nonzero(label)))
    y, x = np.ogrid[: label.shape[0], : label.shape[1]]
    disc = np.hypot(x - columns[at], y - rows[at]) <= radius
    for name, mask in (("a disc too much", label | disc), ("a disc missing", label & ~disc)):
        yield name, mask, click_on(mask, label)
    left, top, width, height = encode(label).bbox_xywh
    half = (x < left + width / 2) if chance.random() < 0.5 else (y < top + height / 2)
    yield "half of it missing", label & half, click_on(label & half, label)
    if others:
        both = label | others[0]
        yield "another object too much", both, click_on(both, label)
    rows, columns = np.nonzero(cv2.distanceTransform((~label).view(np.uint8), cv2.DIST_L2, 5) > FAR_PX)
    if rows.size:
        at = chance.randrange(len(rows))
        yield "nothing wrong", label, PointPrompt(columns[at] + 0.5, rows[at] + 0.5, positive=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--objects", type=int, default=160)
    parser.add_argument("--model", default="lite2")
    given = parser.parse_args()
    predictor = Predictor.load(ModelLibrary().resolve(given.model))
    pictures = [(d, i) for folder in given.folders for d in open_datasets(folder) for i in range(len(d))]
    chance, found, seen = random.Random(5), defaultdict[str, list[tuple[float, float, float]]](list), 0
    chance.shuffle(pictures)
    for dataset, index in pictures:
        labels = dataset.labels(index)
        most = LARGEST_SHARE * labels.size.height * labels.size.width
        fit = [o.mask.decode() for o in labels.objects if LEAST_AREA < o.mask.area < most]
        fit = fit[: min(A_PICTURE, given.objects - seen)]
        if not fit:
            continue
        rgb = read_image(labels.path).rgb
        picture = Picture(predictor, predictor.embed(rgb))
        for number, label in enumerate(fit):
            others = [other for other in fit[number + 1 :] + fit[:number] if not (other & label).any()]
            for name, mask, click in spoilt(label, others, chance):
                if click is not None and mask.any():
                    sign = "left" if click.positive else "right"
                    results = [picture.clicked(mask, (click,), None, taken)[0] for taken in (False, True)]
                    found[f"{name}, {sign} click"].append(
                        (iou(mask, label), iou(results[0], label), iou(results[1], label))
                    )
            for step, three in enumerate(corrections(picture, label)):
                found[f"own mask, click {step + 1}"].append(three)
        seen += len(fit)
        if seen >= given.objects:
            break
    print(f"{predictor.name}, {predictor.runtime}, {seen} objects")
    for name, numbers in sorted(found.items()):
        mean = np.array(numbers).mean(axis=0)
        print(f"| {name} | {len(numbers)} | {mean[0]:.3f} | {mean[1]:.3f} | {mean[2]:.3f} |")
    return 0


def corrections(picture: Picture, label: BoolMask) -> Iterator[tuple[float, float, float]]:
    """Three clicks on the model's own mask, each at the deepest fault that the one before left."""
    first = picture.boxed(label)
    after: list[list[float]] = []
    for taken in (False, True):
        mask, before = first, None
        clicks: tuple[PointPrompt, ...] = ()
        after.append([])
        for _ in range(3):
            click = click_on(mask, label)
            if click is not None:
                clicks = (*clicks, click)
                mask, before = picture.clicked(first, clicks, before, taken)
            after[-1].append(iou(mask, label))
    if first.any():
        yield from ((iou(first, label), whole, mine) for whole, mine in zip(*after, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
