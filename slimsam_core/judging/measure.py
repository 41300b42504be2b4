"""Scores of a model on each object: first click, box, a dialogue of clicks, boundaries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from slimsam_core.datasets.labelled import LabelledImage, LabelledObject, MaskDataset, Skipped, iterate
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, candidate_mask
from slimsam_core.judging.clicks import next_click
from slimsam_core.judging.form import Form, form_of
from slimsam_core.judging.replay import replay
from slimsam_core.judging.segmenter import Segmenter
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import BoolMask, Rle, encode, iou_of_pixels
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

__all__ = ["ObjectScore", "Protocols", "evaluate"]

SMALL_AREA, LARGE_AREA = 32**2, 96**2
"""COCO's limits, in pixels of the photograph."""


@dataclass(frozen=True)
class Protocols:
    """How objects are asked for."""

    max_clicks: int = 10
    labelled_click: bool = False
    """First click at the data set's own point (as in SA-1B), not at the object's centre."""
    max_objects: int = 0
    """At most so many objects of each data set, drawn by a hash of their keys; 0 = all."""
    skip_objects: int = 0
    """So many objects of each data set, the first of that draw, are left out: those that something was chosen
    by are not those that it is judged on."""


@dataclass(frozen=True, kw_only=True)
class ObjectScore:
    """IoUs are 0..1 over the scored pixels; ``ious`` those after each click until nothing was wrong."""

    dataset: str
    image: str
    number: int
    """Which of the picture's objects, from 0."""
    category: str
    area: int
    iou_1click: float
    iou_1click_oracle: float
    predicted_iou: float
    iou_box: float
    predicted_iou_box: float
    boundary_f_1click: float
    boundary_f_box: float
    form_1click: Form
    form_box: Form
    ious: tuple[float, ...]
    mask_1click: Rle
    mask_box: Rle
    iou_replayed: float
    """After the prompts that a person gave for this object; after one click where none are known."""
    mask_replayed: Rle
    replayed: bool
    """Whether a person's prompts were known."""
    made_by: str
    """Hash of the model whose unchanged mask the label is; empty for all others."""

    @property
    def size_class(self) -> str:
        """``small``, ``medium`` or ``large`` by COCO's limits."""
        return "small" if self.area < SMALL_AREA else "medium" if self.area < LARGE_AREA else "large"

    def iou_after(self, clicks: int) -> float:
        """IoU after ``clicks`` clicks, or after the last one when nothing was left to correct."""
        return self.ious[min(clicks, len(self.ious)) - 1]

    def clicks_to(self, iou: float, limit: int) -> int:
        """Clicks until ``iou`` was reached, ``limit`` when it never was (the usual NoC@iou/limit)."""
        return next((i + 1 for i, value in enumerate(self.ious[:limit]) if value >= iou), limit)


def evaluate(
    segmenter: Segmenter,
    datasets: Sequence[MaskDataset],
    protocols: Protocols,
    skipped: Skipped,
    progress: ProgressSink = ignore_progress,
    *,
    cancel: CancelToken | None = None,
) -> Iterator[ObjectScore]:
    """Score every object of the data sets in order; unusable pictures go to ``skipped``. Raises Cancelled."""
    total = sum(len(dataset) for dataset in datasets)
    found = scored_images(datasets, protocols, skipped)
    for done, (dataset, key, rgb, image, numbers) in enumerate(found):
        if cancel is not None:
            cancel.raise_if_cancelled()
        yield from score_image(segmenter, rgb, image, dataset, key, protocols=protocols, numbers=numbers)
        progress(Progress("evaluate", min(done + 1, total), total, f"{segmenter.name}: {key}"))


def scored_images(
    datasets: Sequence[MaskDataset], protocols: Protocols, skipped: Skipped
) -> Iterator[tuple[str, str, RgbImage, LabelledImage, list[int]]]:
    """Data set, key, pixels, labels and object numbers of each usable picture asked for."""
    for dataset in datasets:
        for key, image, numbers in chosen_images(dataset, protocols, skipped):
            try:
                rgb = pixels_of(image)
            except ImageReadError as error:
                skipped.add(error)
                continue
            yield dataset.name, key, rgb, image, numbers


def pixels_of(image: LabelledImage) -> RgbImage:
    """The picture, uint8 HxWx3. Raises ImageReadError, also for one that its labels do not fit."""
    rgb = read_image(image.path).rgb
    if rgb.shape[:2] != image.size.hw:
        raise ImageReadError("{path} is not of the size that its labels say", path=image.path)
    return rgb


def chosen_images(
    dataset: MaskDataset, protocols: Protocols, skipped: Skipped
) -> Iterator[tuple[str, LabelledImage, list[int]]]:
    """Pictures with the numbers of the objects asked for: all, or some by a hash of their keys.

    Labels are read one picture at a time; with a choice they are read twice.
    """
    kept: set[tuple[str, int]] | None = None
    first, count = protocols.skip_objects, protocols.max_objects
    if first or count:
        names = [
            (key, number)
            for key, image in iterate(dataset, Skipped())
            for number in range(len(image.objects))
        ]
        names.sort(key=lambda name: hashlib.sha256(f"{name[0]}#{name[1]}".encode()).digest())
        kept = set(names[first : first + count if count else None])
    for key, image in iterate(dataset, skipped):
        numbers = [n for n in range(len(image.objects)) if kept is None or (key, n) in kept]
        if numbers:
            yield key, image, numbers


def score_image(
    segmenter: Segmenter,
    rgb: RgbImage,
    image: LabelledImage,
    dataset: str,
    key: str,
    *,
    protocols: Protocols,
    numbers: Sequence[int] = (),
) -> list[ObjectScore]:
    """Scores of one picture's objects (of those with these ``numbers``; default: all).

    The picture is encoded once, all objects are asked for together; what has no scored pixel is left out.
    """
    numbers = numbers or range(len(image.objects))
    asked_for = (
        _Asked(n, image.objects[n], image.objects[n].mask.decode(), image.scored(n)) for n in numbers
    )
    objects = [one for one in asked_for if (one.target & one.scored).any()]
    if not objects:
        return []
    embedding = segmenter.embed(rgb)
    boxes = [PromptSet(box=box_of(one.target)) for one in objects]
    by_box = segmenter.predict_many(embedding, boxes)
    dialogues = _dialogues(segmenter, embedding, objects, protocols)
    known = [i for i, one in enumerate(objects) if one.label.prompts is not None]
    asked = [one.label.prompts for one in objects if one.label.prompts is not None]
    replays = dict(zip(known, replay(segmenter, embedding, asked), strict=True))
    scores = []
    for index, boxed in enumerate(by_box):
        obj, target, scored = objects[index].label, objects[index].target, objects[index].scored
        dialogue = dialogues[index]
        mask_box = candidate_mask(embedding, boxed.preferred)
        replayed = replays.get(index, dialogue.first)
        scores.append(
            ObjectScore(
                dataset=dataset,
                image=key,
                number=objects[index].number,
                category=obj.category,
                area=int(target.sum()),
                iou_1click=dialogue.ious[0],
                iou_1click_oracle=dialogue.oracle,
                predicted_iou=dialogue.predicted_iou,
                iou_box=iou(mask_box, target, scored),
                predicted_iou_box=boxed.preferred.predicted_iou,
                boundary_f_1click=boundary_f(dialogue.first, target, scored),
                boundary_f_box=boundary_f(mask_box, target, scored),
                form_1click=form_of(dialogue.first, target),
                form_box=form_of(mask_box, target),
                ious=tuple(dialogue.ious),
                mask_1click=encode(dialogue.first),
                mask_box=encode(mask_box),
                iou_replayed=iou(replayed, target, scored),
                mask_replayed=encode(replayed),
                replayed=index in replays,
                made_by=obj.made_by,
            )
        )
    return scores


def iou(found: BoolMask, target: BoolMask, scored: BoolMask) -> float:
    """Intersection over union of the scored pixels; 1.0 when both are empty there."""
    return iou_of_pixels(found & scored, target & scored)


def boundary_f(found: BoolMask, target: BoolMask, scored: BoolMask, tolerance: float = 0.008) -> float:
    """F-score of the boundaries: pixels within ``tolerance`` x the picture's diagonal agree.

    The measure of the DAVIS benchmark (Perazzi et al., 2016). Boundary pixels: set pixels with an unset
    4-neighbour; the picture's border is no boundary.
    """
    radius = max(1, round(tolerance * float(np.hypot(*target.shape))))
    a, b = _boundary(found) & scored, _boundary(target) & scored
    if not a.any() or not b.any():
        return 1.0 if a.any() == b.any() else 0.0
    size = 2 * radius + 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    precision = float(a[_dilated(b, disk)].sum() / a.sum())
    recall = float(b[_dilated(a, disk)].sum() / b.sum())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, eq=False)
class _Asked:
    """An object that is asked for: its number, its label, its pixels and those that count."""

    number: int
    label: LabelledObject
    target: BoolMask
    scored: BoolMask


@dataclass(kw_only=True)
class _Dialogue:
    """The state of one object's clicks."""

    prompts: PromptSet
    ious: list[float]
    first: BoolMask
    oracle: float = 0.0
    predicted_iou: float = 0.0
    previous: Candidate | None = None
    done: bool = False


def _dialogues(
    segmenter: Segmenter,
    embedding: ImageEmbedding,
    objects: Sequence[_Asked],
    protocols: Protocols,
) -> list[_Dialogue]:
    nothing = np.zeros(objects[0].target.shape, np.bool_)
    states = []
    for one in objects:
        point = one.label.point if protocols.labelled_click else None
        first = point or _click_prompt(next_click(one.target, nothing, one.scored))
        states.append(_Dialogue(prompts=PromptSet((first,)), ious=[], first=nothing))
    for number in range(protocols.max_clicks):
        active = [i for i, state in enumerate(states) if not state.done]
        if not active:
            break
        predictions = segmenter.predict_many(
            embedding, [states[i].prompts for i in active], [states[i].previous for i in active]
        )
        for i, prediction in zip(active, predictions, strict=True):
            state, target, scored = states[i], objects[i].target, objects[i].scored
            shown = candidate_mask(embedding, prediction.preferred)
            state.ious.append(iou(shown, target, scored))
            if number == 0:
                state.first = shown
                state.predicted_iou = prediction.preferred.predicted_iou
                state.oracle = _oracle(embedding, prediction.candidates, target, scored)
            state.previous = prediction.preferred
            click = next_click(target, shown, scored)
            if click is None:
                state.done = True
            else:
                state.prompts = state.prompts.with_point(_click_prompt(click))
    return states


def _oracle(
    embedding: ImageEmbedding, candidates: Sequence[Candidate], target: BoolMask, scored: BoolMask
) -> float:
    return max(iou(candidate_mask(embedding, candidate), target, scored) for candidate in candidates)


def _click_prompt(click: tuple[float, float, bool] | None) -> PointPrompt:
    if click is None:
        raise ValueError("an object without a scored pixel has no click")
    return PointPrompt(click[0] + 0.5, click[1] + 0.5, click[2])


def box_of(target: BoolMask) -> BoxXYXY:
    """The tight box of a mask with at least one pixel."""
    ys, xs = np.flatnonzero(target.any(1)), np.flatnonzero(target.any(0))
    return BoxXYXY(float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1))


def _boundary(pixels: BoolMask) -> BoolMask:
    padded = np.pad(pixels, 1, mode="edge")
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return pixels & ~inner


def _dilated(pixels: BoolMask, disk: np.ndarray) -> BoolMask:
    result: BoolMask = cv2.dilate(pixels.view(np.uint8), disk).astype(np.bool_)
    return result
