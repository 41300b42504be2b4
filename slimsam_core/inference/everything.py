"""Segment everything: a grid of points over a picture and its crops, filtered to one mask an object.

The procedure and its default thresholds are those of SAM's automatic mask generator (Kirillov et al. 2023,
appendix B); masks that fail a test are dropped before they are brought to full size.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from slimsam_core.arch import ArchSpec
from slimsam_core.inference import transforms
from slimsam_core.inference.found_masks import FoundMask, box_nms, boxes_of, tidied, without_copies
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.runtimes.protocol import Label, TokenBatch
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.progress import CancelToken, Progress, ProgressSink, drive, ignore_progress

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

MOST_POINTS_PER_SIDE, MOST_CROP_LAYERS = 1024, 6
"""More points lie nearer than the pixels of the largest input; the sixth layer has 4096 crops."""
_CROP_EDGE_PIXELS = 20
"""SAM's number: a mask that comes this near to an edge of its crop, but not of the picture, is cut off."""
_COARSE_STABILITY_MARGIN = 0.1
"""Room for the difference between the score of low-resolution logits and that of full size: what is further
below the threshold is not enlarged."""


@dataclass(frozen=True, kw_only=True)
class EverythingParams:
    """How densely to ask and what to keep. Raises ValueError for values outside the stated ranges.

    Defaults that say no other reason are those of SAM's own generator of masks, so that results compare.
    """

    points_per_side: int = 32  # SAM's
    """The grid has this number squared of points; 1 to 1024."""
    pred_iou_thresh: float = 0.88  # SAM's
    """Masks must be predicted to be better than this, 0..1."""
    stability_score_thresh: float = 0.95  # SAM's
    """Masks must be at least this stable, 0..1."""
    stability_score_offset: float = 1.0  # SAM's
    """How far the threshold moves up and down when stability is measured, in logits."""
    box_nms_thresh: float = 0.7  # SAM's
    """Of two masks whose boxes overlap more (IoU), the one predicted better stays."""
    crop_n_layers: int = 0
    """Layer i repeats the search on 2**i x 2**i overlapping crops; 0 to 6."""
    crop_nms_thresh: float = 0.7  # SAM's
    """The same between crops; the mask of the smaller crop stays."""
    crop_overlap_ratio: float = 512 / 1500  # SAM's
    """Overlap of the crops of layer 1 as a share of the shorter side."""
    crop_n_points_downscale_factor: int = 1
    """Layer i has ``points_per_side`` over this to the power i."""
    min_mask_region_area: int = 0
    """Holes and islands smaller than this many pixels are removed; 0 = keep all."""
    small_region_share: float = 0.0
    """Holes and islands smaller than this share of their mask are removed, too."""
    mask_nms_thresh: float = 1.0
    """Of two masks that overlap more (IoU of their pixels), the one predicted better stays; 1 = both stay."""

    def __post_init__(self) -> None:
        for name in ("points_per_side", "crop_n_points_downscale_factor"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name, most in (("points_per_side", MOST_POINTS_PER_SIDE), ("crop_n_layers", MOST_CROP_LAYERS)):
            if getattr(self, name) > most:
                raise ValueError(f"{name} must be at most {most:,}")
        for name in ("crop_n_layers", "min_mask_region_area", "stability_score_offset"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")
        for name in (
            "pred_iou_thresh", "stability_score_thresh", "box_nms_thresh", "crop_nms_thresh",
            "crop_overlap_ratio", "small_region_share", "mask_nms_thresh",
        ):  # fmt: skip
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie in 0..1")

    def grid_side(self, layer: int) -> int:
        """Points a side in a crop layer, at least 1."""
        return max(1, self.points_per_side // int(self.crop_n_points_downscale_factor**layer))


@dataclass(frozen=True, kw_only=True)
class EverythingMask:
    """One found object. ``point`` is the grid point that found it, boxes are in image pixels."""

    mask: mask.Rle
    predicted_iou: float
    stability_score: float
    point: tuple[float, float]
    bbox: tuple[int, int, int, int]
    """Tight box ``(x, y, width, height)``."""


def segment_everything(
    predictor: Predictor,
    rgb: RgbImage,
    params: EverythingParams | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
    *,
    embedding: ImageEmbedding | None = None,
) -> tuple[EverythingMask, ...]:
    """Masks of all objects of a picture, uint8 HxWx3, best predicted first.

    ``params``: None = ``usual_params`` of the model. ``embedding``: of the whole picture, when there is one
    already. Progress counts grid points. Raises Cancelled, OutOfMemory.
    """
    return drive(everything_steps(predictor, rgb, params, embedding), progress, cancel)


@dataclass(frozen=True, kw_only=True)
class SegmentedPicture:
    """All objects of a picture file, and the model that found them."""

    path: Path
    size: Size
    exif_orientation: int
    masks: tuple[EverythingMask, ...]
    model_name: str
    model_hash: str


def segment_file(predictor: Predictor, path: Path, params: EverythingParams) -> SegmentedPicture:
    """``segment_everything`` of a picture file. Raises ImageReadError, OutOfMemory."""
    picture = read_image(path)
    masks = segment_everything(predictor, picture.rgb, params)
    return SegmentedPicture(
        path=path,
        size=picture.size,
        exif_orientation=picture.exif_orientation,
        masks=masks,
        model_name=predictor.name,
        model_hash=predictor.model_hash,
    )


_OFFERED_BY_LIGHT = 0.4
"""Least predicted IoU of what a light model offers a person: it thinks little of good masks too, and one look
is less work than drawing."""
_OFFERED, _OFFERED_STABILITY = 0.7, 0.9
"""The same of other models: SAM's own 0.88 and 0.95 leave good masks out."""
_FOR_LIGHT_MODELS = EverythingParams(
    # by eye; together they are what docs/BENCHMARKS.md calls "as it is"
    points_per_side=16,
    pred_iou_thresh=0.7,
    stability_score_thresh=0.5,
    stability_score_offset=0.3,
    crop_n_layers=1,
    crop_n_points_downscale_factor=2,
    small_region_share=0.05,
    mask_nms_thresh=0.7,
)
"""See ``usual_params`` for what was measured: 36 of 42 masks above 0.7 matched an object, 48 of 88 above 0.6.
Islands below a twentieth, and copies above 0.7, go: of 51 proposals 13 were copies (docs/BENCHMARKS.md)."""


def usual_params(arch: ArchSpec) -> EverythingParams:
    """SAM's defaults, or softer ones for a light model.

    A light model is unsure of itself and sees little of small things: it is asked about crops as well. Of the
    bundled model's masks on 20 training photographs, 36 of 42 above 0.7 matched a labelled object (IoU above
    0.5), 48 of 88 above 0.6, and none of 74 labelled objects was found above SAM's thresholds.
    """
    return _FOR_LIGHT_MODELS if arch.encoder.light else EverythingParams()


def review_params(arch: ArchSpec) -> EverythingParams:
    """Softer, for a person who looks at what is found and takes the better ones."""
    if arch.encoder.light:
        return replace(_FOR_LIGHT_MODELS, pred_iou_thresh=_OFFERED_BY_LIGHT)
    return EverythingParams(pred_iou_thresh=_OFFERED, stability_score_thresh=_OFFERED_STABILITY)


def everything_steps(
    predictor: Predictor,
    rgb: RgbImage,
    params: EverythingParams | None = None,
    embedding: ImageEmbedding | None = None,
) -> Generator[Progress, None, tuple[EverythingMask, ...]]:
    """``segment_everything`` in steps of a batch of points, returning the masks at the end."""
    params = params or usual_params(predictor.arch)
    size = Size.of(rgb)
    crops = crop_boxes(size, params)
    total = sum(params.grid_side(layer) ** 2 for _, layer in crops)
    done = 0
    found: list[FoundMask] = []
    for crop, layer in crops:
        yield Progress("everything", done, total)
        x0, y0, x1, y1 = crop
        whole = embedding is not None and layer == 0
        crop_embedding = embedding if whole and embedding else predictor.embed(rgb[y0:y1, x0:x1])
        in_crop: list[FoundMask] = []
        for points_N2 in _point_batches(
            params.grid_side(layer), crop_embedding.original_size, predictor.batch_size
        ):
            in_crop += _search(predictor, crop_embedding, points_N2, crop, size, params=params)
            done += len(points_N2)
            yield Progress("everything", done, total)
        scores = np.array([f.predicted_iou for f in in_crop])
        found += [in_crop[i] for i in box_nms(boxes_of(in_crop), scores, params.box_nms_thresh)]
    if len(crops) > 1:
        areas = np.array([(f.crop[2] - f.crop[0]) * (f.crop[3] - f.crop[1]) for f in found], np.float64)
        found = [found[i] for i in box_nms(boxes_of(found), 1.0 / areas, params.crop_nms_thresh)]
    if params.min_mask_region_area or params.small_region_share:
        found = tidied(
            found,
            params.min_mask_region_area,
            params.small_region_share,
            max(params.box_nms_thresh, params.crop_nms_thresh),
        )
    found.sort(key=lambda f: -f.predicted_iou)
    if params.mask_nms_thresh < 1.0:
        found = without_copies(found, params.mask_nms_thresh)
    return tuple(_finished(f, size) for f in found)


def crop_boxes(size: Size, params: EverythingParams) -> list[tuple[tuple[int, int, int, int], int]]:
    """The whole picture, then the crops of each layer: ``((x0, y0, x1, y1), layer)``, half open pixels.

    Crops without a pixel, as very flat pictures would give, are left out.
    """
    crops = [((0, 0, size.width, size.height), 0)]
    for layer in range(1, params.crop_n_layers + 1):
        side = 2**layer
        overlap = int(params.crop_overlap_ratio * min(size.hw) * (2 / side))
        width, height = (
            math.ceil((overlap * (side - 1) + length) / side) for length in (size.width, size.height)
        )
        for i, j in product(range(side), repeat=2):
            x0, y0 = (width - overlap) * i, (height - overlap) * j
            if x0 < size.width and y0 < size.height:
                crops.append(((x0, y0, min(x0 + width, size.width), min(y0 + height, size.height)), layer))
    return crops


def _point_batches(side: int, size: Size, batch: int) -> Iterator[NDArray[np.float64]]:
    """The centres of a ``side`` x ``side`` grid of cells over a picture, row by row, float64 (N, 2)."""
    centres = (np.arange(side) + 0.5) / side
    ys, xs = np.meshgrid(centres * size.height, centres * size.width, indexing="ij")
    points = np.stack([xs.ravel(), ys.ravel()], axis=1)
    for start in range(0, len(points), batch):
        yield points[start : start + batch]


def _search(
    predictor: Predictor,
    embedding: ImageEmbedding,
    points_N2: NDArray[np.float64],
    crop: tuple[int, int, int, int],
    size: Size,
    *,
    params: EverythingParams,
) -> list[FoundMask]:
    """The good masks of one batch of points, in image pixels."""
    coords = transforms.to_model_points(points_N2, embedding.original_size, embedding.input_size)
    coords_BN2 = np.stack([coords, np.zeros_like(coords)], axis=1)
    labels_BN = np.tile(np.array([Label.POSITIVE, Label.PADDING], np.int64), (len(coords), 1))
    logits_B4HW, iou_B4 = predictor.decode(embedding, TokenBatch(coords_BN2, labels_BN))
    good = iou_B4[:, 1:] > params.pred_iou_thresh
    found: list[FoundMask] = []
    for b, m in zip(*np.nonzero(good), strict=True):
        cut = _cut_out(logits_B4HW[b, m + 1], embedding, params)
        if cut is None:
            continue
        pixels, (x0, y0, x1, y1), stability = cut
        box = (x0 + crop[0], y0 + crop[1], x1 + crop[0], y1 + crop[1])
        if _at_crop_edge(box, crop, size):
            continue
        point = (float(points_N2[b, 0]) + crop[0], float(points_N2[b, 1]) + crop[1])
        found.append(
            FoundMask(
                pixels=pixels,
                box=box,
                predicted_iou=float(iou_B4[b, m + 1]),
                stability=stability,
                point=point,
                crop=crop,
            )
        )
    return found


def _cut_out(
    low_res: transforms.FloatArray, embedding: ImageEmbedding, params: EverythingParams
) -> tuple[mask.BoolMask, tuple[int, int, int, int], float] | None:
    """Pixels in their box, the box and the stability of a mask at full size; None when it fails."""
    size, fit, offset = embedding.original_size, embedding.fit, params.stability_score_offset
    coarse = float(transforms.stability_score(low_res, size, fit, offset))
    if coarse < params.stability_score_thresh - _COARSE_STABILITY_MARGIN:
        return None
    level = transforms.MASK_THRESHOLD - offset
    (y, x), logits = transforms.upsample_region(low_res, size, fit, level=level)
    wide = np.count_nonzero(logits > level)
    narrow = np.count_nonzero(logits > transforms.MASK_THRESHOLD + offset)
    if not wide or narrow < params.stability_score_thresh * wide:
        return None
    pixels = logits > transforms.MASK_THRESHOLD
    columns, rows = np.flatnonzero(pixels.any(0)), np.flatnonzero(pixels.any(1))
    if not rows.size:
        return None
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    return pixels[y0:y1, x0:x1].copy(), (x + x0, y + y0, x + x1, y + y1), narrow / wide


def _at_crop_edge(box: tuple[int, ...], crop: tuple[int, ...], size: Size) -> bool:
    """Whether a box ends where its crop ends but the picture does not: its object is probably cut."""
    picture = (0, 0, size.width, size.height)
    return any(
        abs(edge - at_crop) <= _CROP_EDGE_PIXELS and abs(edge - at_picture) > _CROP_EDGE_PIXELS
        for edge, at_crop, at_picture in zip(box, crop, picture, strict=True)
    )


def _finished(found: FoundMask, size: Size) -> EverythingMask:
    x0, y0, x1, y1 = found.box
    pixels = np.zeros(size.hw, np.bool_)
    pixels[y0:y1, x0:x1] = found.pixels
    return EverythingMask(
        mask=mask.encode(pixels),
        predicted_iou=found.predicted_iou,
        stability_score=found.stability,
        point=found.point,
        bbox=(x0, y0, x1 - x0, y1 - y0),
    )
