"""From data sets to batches: which crop is drawn at which step is a function of the seed alone."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from slimsam_core.datasets.labelled import MOST_REASONS, LabelledImage, MaskDataset, Skipped
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.training.crops import Crop, CropPlan, CropPolicy, cut_out, plan_crop
from slimsam_core.training.prompts import CLICK_CHANCES, FIRST_CHANCES
from slimsam_core.visible_text import some_of

KEPT_BYTES = 1 << 30
"""Decoded pictures that are kept: thirty large photographs of a project, or a thousand small ones."""
TRIES = 50
"""Draws for one crop: one of a data set in which most pictures have no usable object is found by then."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Batch:
    """``x_BSS3`` crops, values 0..255, uint8 or float32; ``masks_PSS`` bool, one a prompt; ``image_P`` the
    crop of each prompt; ``inside_B2`` height and width of the part of each square inside the picture;
    ``scored_PSS`` the pixels that count for each mask, bool; ``chances_PK`` numbers in 0..1 for what is drawn
    later. ``f_BChw``: what an encoder that is not trained made of the crops, where that was done before;
    their pixels are not looked at then. All on one device."""

    x_BSS3: torch.Tensor
    masks_PSS: torch.Tensor
    image_P: torch.Tensor
    inside_B2: torch.Tensor
    scored_PSS: torch.Tensor
    chances_PK: torch.Tensor
    f_BChw: torch.Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        moved = {name: value.to(device, non_blocking=True) for name, value in given.items()}
        return Batch(**moved)


@dataclass(frozen=True)
class Order:
    """Which crops to make and how: their numbers in the run, and how many clicks follow a first prompt."""

    numbers: Sequence[int]
    policy: CropPolicy
    clicks: int


class ComingBatch(Protocol):
    """A batch whose pictures have been chosen and read."""

    def finish(self) -> Batch:
        """The batch, on the device that trains."""


class BatchSource(Protocol):
    """Where the batches of a run come from."""

    skipped: Skipped

    def prepare(self, order: Order) -> ComingBatch:
        """What can be done beforehand, in another thread. Raises FormatError when no picture can be used."""


class Draw:
    """Chooses pictures: each data set by its weight, each picture of it equally often."""

    def __init__(self, datasets: Sequence[MaskDataset], weights: Mapping[str, float], seed: int) -> None:
        """``weights``: data set name -> share of the crops, relative; default: square root of its size.

        Raises FormatError when nothing is left to draw from.
        """
        self.datasets = [d for d in datasets if len(d) and weights.get(d.name, 1.0) > 0]
        if not self.datasets:
            raise FormatError("no picture with masks is left to train on")
        shares = np.array([weights.get(d.name, len(d) ** 0.5) for d in self.datasets], np.float64)
        self._cumulative = np.cumsum(shares / shares.sum())
        self._seed = seed

    def random(self, number: int) -> np.random.Generator:
        """What the ``number``-th crop of the run is drawn with."""
        return np.random.default_rng([self._seed, number])

    def picture(self, rng: np.random.Generator) -> tuple[int, int]:
        """Data set and index of a picture."""
        which = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
        which = min(which, len(self.datasets) - 1)
        return which, int(rng.integers(len(self.datasets[which])))

    def chances(self, number: int, prompts: int, clicks: int) -> torch.Tensor:
        """Numbers in 0..1 for the prompts of a crop, float32 (P, K)."""
        rng = np.random.default_rng([self._seed, number, 1])
        drawn = rng.random((prompts, FIRST_CHANCES + CLICK_CHANCES * clicks), np.float32)
        return torch.from_numpy(drawn)


class CropSource:
    """Crops cut out of picture files by the processor: for data sets of any size."""

    def __init__(
        self,
        datasets: Sequence[MaskDataset],
        weights: Mapping[str, float],
        seed: int,
        device: torch.device | str = "cpu",
    ) -> None:
        """See ``Draw``. Raises FormatError when nothing is left to draw from."""
        self._draw = Draw(datasets, weights, seed)
        self._device = torch.device(device)
        self.skipped = Skipped(most=MOST_REASONS)
        self._labels = lru_cache(maxsize=4096)(self._read_labels)
        self._kept: dict[Path, RgbImage] = {}
        self._refused: set[Path | tuple[int, int]] = set()
        self._room = KEPT_BYTES

    def prepare(self, order: Order) -> ComingBatch:
        """The crops with these numbers. Raises FormatError when no picture can be used."""
        crops = [self.crop(number, order.policy) for number in order.numbers]
        shown = [plan.shown.hw for plan, _ in crops]
        image_P = [index for index, (_, crop) in enumerate(crops) for _ in crop.masks]
        chances = [
            self._draw.chances(number, len(crop.masks), order.clicks)
            for number, (_, crop) in zip(order.numbers, crops, strict=True)
        ]
        batch = Batch(
            x_BSS3=torch.from_numpy(np.stack([crop.rgb for _, crop in crops])),
            masks_PSS=torch.from_numpy(np.concatenate([crop.masks for _, crop in crops])),
            image_P=torch.tensor(image_P),
            inside_B2=torch.tensor(shown),
            scored_PSS=torch.from_numpy(np.concatenate([crop.scored for _, crop in crops])),
            chances_PK=torch.cat(chances),
        )
        return _Made(batch, self._device)

    def crop(self, number: int, policy: CropPolicy) -> tuple[CropPlan, Crop]:
        """The ``number``-th crop of the run.

        Unusable pictures are counted and another one is drawn. Raises FormatError when none can be used.
        """
        rng = self._draw.random(number)
        for _ in range(TRIES):
            labels = self._labels(*self._draw.picture(rng))
            if labels is None or not labels.objects:
                continue
            plan = plan_crop(labels, policy, rng)
            if plan is None:
                continue
            rgb = self._pixels(labels)
            if rgb is None:
                continue
            crop = cut_out(rgb, labels, plan)
            if len(crop.masks):
                return plan, crop
        raise FormatError(
            "none of {tries} drawn pictures could be used", some_of(self.skipped.examples), tries=TRIES
        )

    def _pixels(self, labels: LabelledImage) -> RgbImage | None:
        """A picture, kept while there is room; None when it cannot be used."""
        kept = self._kept.get(labels.path)
        if kept is not None or labels.path in self._refused:
            return kept
        try:
            rgb = read_image(labels.path).rgb
        except ImageReadError as error:
            self._refuse(labels.path, error)
            return None
        if rgb.shape[:2] != labels.size.hw:
            self._refuse(labels.path, f"{labels.path} is not of the size that its labels say")
            return None
        if self._room >= rgb.nbytes:  # what is drawn again at random gains nothing from leaving for another
            self._room -= rgb.nbytes
            self._kept[labels.path] = rgb
        return rgb

    def _refuse(self, picture: Path | tuple[int, int], reason: object) -> None:
        """Count a picture, once, and do not read it again."""
        self._refused.add(picture)
        self.skipped.add(reason)

    def _read_labels(self, which: int, index: int) -> LabelledImage | None:
        if (which, index) in self._refused:
            return None
        try:
            labels = self._draw.datasets[which].labels(index)
        except (FormatError, ImageReadError) as error:
            self._refuse((which, index), error)
            return None
        self.skipped.note(labels.left_out)
        return labels


def prefetched(source: BatchSource, plan: Iterable[Order]) -> Generator[Batch, None, None]:
    """The batches of ``plan`` in order, the next one prepared in a thread while the last one is used."""
    with ThreadPoolExecutor(1, "batches") as pool:
        waiting: Future[ComingBatch] | None = None
        try:
            for order in plan:
                coming = pool.submit(source.prepare, order)
                if waiting is not None:
                    yield waiting.result().finish()
                waiting = coming
            if waiting is not None:
                yield waiting.result().finish()
        finally:
            if waiting is not None:
                waiting.cancel()


@dataclass(frozen=True)
class _Made:
    """A batch that only has to be moved."""

    batch: Batch
    device: torch.device

    def finish(self) -> Batch:
        return self.batch.to(self.device)
