"""What a box gives without any learning: OpenCV's GrabCut, the baseline that a model has to beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset, Skipped
from slimsam_core.judging.intervals import mean_intervals
from slimsam_core.judging.measure import ObjectScore, Protocols, box_of, iou, scored_images
from slimsam_core.judging.summary import interval_text
from slimsam_core.pixels.geometry import BoxXYXY
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

ROUNDS = 5

Identity = tuple[str, str, int]


def grabcut(rgb: RgbImage, box: BoxXYXY) -> BoolMask:
    """GrabCut (Rother et al., 2004) from a box of whole pixels, ``ROUNDS`` rounds, bool HxW.

    A box around the whole picture leaves no background to learn from: then the box itself is the answer, as
    it is where OpenCV finds nothing.
    """
    x0, y0, x1, y1 = (round(v) for v in box.as_tuple())
    inside: BoolMask = np.zeros(rgb.shape[:2], np.bool_)
    inside[y0:y1, x0:x1] = True
    if inside.all():
        return inside
    state = np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    try:
        cv2.grabCut(rgb[:, :, ::-1].copy(), state, None, *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # fewer pixels inside or outside than colour models need
        return inside
    found: BoolMask = (state == cv2.GC_FGD) | (state == cv2.GC_PR_FGD)
    return found if found.any() else inside


def grabcut_ious(
    datasets: Sequence[MaskDataset],
    protocols: Protocols,
    skipped: Skipped,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[Identity, float]:
    """IoU of GrabCut from the tight box of each object that ``evaluate`` asks for. Raises Cancelled."""
    found: dict[Identity, float] = {}
    total = sum(len(dataset) for dataset in datasets)
    for done, (dataset, key, rgb, image, numbers) in enumerate(scored_images(datasets, protocols, skipped)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        found |= {(dataset, key, number): value for number, value in ious_in(rgb, image, numbers)}
        progress(Progress("evaluate", min(done + 1, total), total, f"GrabCut: {key}"))
    return found


def ious_in(rgb: RgbImage, image: LabelledImage, numbers: Sequence[int]) -> list[tuple[int, float]]:
    """Number and IoU of GrabCut of these objects of a picture; what has no scored pixel is left out."""
    found = []
    for number in numbers:
        target, scored = image.objects[number].mask.decode(), image.scored(number)
        if (target & scored).any():
            found.append((number, iou(grabcut(rgb, box_of(target)), target, scored)))
    return found


def compare_with_grabcut(scores: Sequence[ObjectScore], ious: Mapping[Identity, float]) -> dict[str, Any]:
    """A model's boxes beside GrabCut's on the same objects.

    ``n_objects``, ``miou_box`` (GrabCut's), ``difference`` (model - GrabCut) with its 95 % ``interval`` (None
    with one picture), and ``by_dataset``: name -> the same four. All of them are None when no object was
    judged by both.
    """
    pairs = [
        (s, ious[s.dataset, s.image, s.number]) for s in scores if (s.dataset, s.image, s.number) in ious
    ]
    groups: dict[str, list[tuple[ObjectScore, float]]] = {}
    for pair in pairs:
        groups.setdefault(pair[0].dataset, []).append(pair)
    return _difference(pairs) | {
        "by_dataset": {name: _difference(part) for name, part in sorted(groups.items())}
    }


def grabcut_table(models: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown: GrabCut's box mIoU and each model's lead over it, in all and by data set."""
    rows = {"all": [values["grabcut"] for values in models.values()]}
    for name in rows["all"][0]["by_dataset"]:
        rows[name] = [values["grabcut"]["by_dataset"].get(name) for values in models.values()]
    lines = [
        "",
        "| boxes | objects | GrabCut | " + " | ".join(f"{name} - GrabCut" for name in models) + " |",
        "|---|---|---|" + "---|" * len(models),
    ]
    for name, found in rows.items():
        cells = [str(found[0]["n_objects"]), f"{found[0]['miou_box']:.3f}", *(_lead(one) for one in found)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _lead(values: Mapping[str, Any]) -> str:
    return f"{values['difference']:+.3f}{interval_text(values['interval'], '+.3f')}"


def _difference(pairs: Sequence[tuple[ObjectScore, float]]) -> dict[str, Any]:
    if not pairs:
        return {"n_objects": 0, "miou_box": None, "difference": None, "interval": None}
    scores = [score for score, _ in pairs]
    differences = np.array([score.iou_box - theirs for score, theirs in pairs])
    interval = mean_intervals(differences[:, None], [(score.dataset, score.image) for score in scores])
    return {
        "n_objects": len(pairs),
        "miou_box": float(np.mean([theirs for _, theirs in pairs])),
        "difference": float(np.mean(differences)),
        "interval": np.clip(interval[:, 0], -1.0, 1.0).tolist() if interval is not None else None,
    }
