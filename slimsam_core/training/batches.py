"""From data sets to batches: which crop is drawn at which step is a function of the seed alone."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset, Skipped
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.training.crops import Crop, CropPolicy, sample_crop
from slimsam_core.training.prompts import FirstPrompt, PromptPolicy, first_prompt

_TRIES = 50


@dataclass(frozen=True, eq=False)
class Batch:
    """``x_BSS3`` uint8 crops; ``masks_PSS`` bool, one a prompt; ``image_P`` the crop of each prompt;
    ``inside_BSS`` the part of the squares inside the picture, ``scored_PSS`` the pixels that count for each
    mask, bool; ``prompts`` the first prompt of each mask."""

    x_BSS3: torch.Tensor
    masks_PSS: torch.Tensor
    image_P: torch.Tensor
    inside_BSS: torch.Tensor
    scored_PSS: torch.Tensor
    prompts: tuple[FirstPrompt, ...]
    seeds: tuple[tuple[int, int], ...]
    """Of each prompt: number of its crop in the run, number of its mask; the seed of what is drawn later."""


class CropSource:
    """Draws crops from several data sets, each chosen by its weight, each picture of it equally often."""

    def __init__(self, datasets: Sequence[MaskDataset], weights: Mapping[str, float], seed: int) -> None:
        """``weights``: data set name -> share of the crops, relative; default: square root of its size.

        Raises FormatError when nothing is left to draw from.
        """
        self._datasets = [d for d in datasets if len(d) and weights.get(d.name, 1.0) > 0]
        if not self._datasets:
            raise FormatError("no picture with masks is left to train on")
        shares = np.array([weights.get(d.name, len(d) ** 0.5) for d in self._datasets], np.float64)
        self._cumulative = np.cumsum(shares / shares.sum())
        self._seed = seed
        self.skipped = Skipped()
        self._labels = lru_cache(maxsize=4096)(self._read_labels)

    def crop(self, number: int, policy: CropPolicy, prompts: PromptPolicy) -> tuple[Crop, list[FirstPrompt]]:
        """The ``number``-th crop of the run and a first prompt for each of its masks.

        Unusable pictures are counted and another one is drawn. Raises FormatError when none can be used.
        """
        rng = np.random.default_rng([self._seed, number])
        for _ in range(_TRIES):
            which = int(np.searchsorted(self._cumulative, rng.random(), side="right"))
            which = min(which, len(self._datasets) - 1)
            labels = self._labels(which, int(rng.integers(len(self._datasets[which]))))
            if labels is None or not labels.objects:
                continue
            try:
                rgb = read_image(labels.path).rgb
            except ImageReadError as error:
                self.skipped.add(error)
                continue
            if rgb.shape[:2] != labels.size.hw:
                self.skipped.add(f"{labels.path} is not of the size that its labels say")
                continue
            crop = sample_crop(rgb, labels, policy, rng)
            if crop is not None:
                return crop, [first_prompt(mask, crop.inside, prompts, rng) for mask in crop.masks]
        raise FormatError(f"none of {_TRIES} drawn pictures could be used", "; ".join(self.skipped.examples))

    def _read_labels(self, which: int, index: int) -> LabelledImage | None:
        try:
            return self._datasets[which].labels(index)
        except (FormatError, ImageReadError) as error:
            self.skipped.add(error)
            return None


def make_batch(
    source: CropSource, numbers: Sequence[int], policy: CropPolicy, prompts: PromptPolicy
) -> Batch:
    """The crops with these numbers as tensors."""
    drawn = [source.crop(number, policy, prompts) for number in numbers]
    image_P = [index for index, (crop, _) in enumerate(drawn) for _ in crop.masks]
    inside = np.stack([_inside(crop) for crop, _ in drawn])
    return Batch(
        torch.from_numpy(np.stack([crop.rgb for crop, _ in drawn])),
        torch.from_numpy(np.concatenate([crop.masks for crop, _ in drawn])),
        torch.tensor(image_P),
        torch.from_numpy(inside),
        torch.from_numpy(np.concatenate([crop.scored for crop, _ in drawn]) & inside[image_P]),
        tuple(prompt for _, firsts in drawn for prompt in firsts),
        tuple(
            (number, index)
            for number, (_, firsts) in zip(numbers, drawn, strict=True)
            for index in range(len(firsts))
        ),
    )


def prefetched(
    source: CropSource, plan: Iterable[tuple[Sequence[int], CropPolicy, PromptPolicy]]
) -> Generator[Batch, None, None]:
    """The batches of ``plan`` in order, the next one made in a thread while the last one is used."""
    with ThreadPoolExecutor(1, "batches") as pool:
        waiting: Future[Batch] | None = None
        try:
            for numbers, policy, prompts in plan:
                coming = pool.submit(make_batch, source, numbers, policy, prompts)
                if waiting is not None:
                    yield waiting.result()
                waiting = coming
            if waiting is not None:
                yield waiting.result()
        finally:
            if waiting is not None:
                waiting.cancel()


def _inside(crop: Crop) -> BoolMask:
    inside = np.zeros(crop.rgb.shape[:2], np.bool_)
    inside[: crop.inside[0], : crop.inside[1]] = True
    return inside
