"""Crops of labelled pictures that a frozen encoder has seen once, to train a decoder on many times.

The encoder is most of the work of a step. What it makes of a crop stays the same while it is frozen, so a
few hundred crops are encoded beforehand, each with its own colours and flip; prompts are drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from slimsam_core.datasets.labelled import MaskDataset, Skipped
from slimsam_core.models.sam import Sam
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.training.batches import Batch, CropSource, Draw, Order
from slimsam_core.training.crops import CropPolicy
from slimsam_core.training.objective import PromptObjective

ENCODE = "encode"
"""``Progress.stage`` while crops are encoded."""


@dataclass(frozen=True, eq=False, kw_only=True)
class _Encoded:
    """One crop: ``f_Chw`` float16; masks and scored pixels K x S x S in bits; the part inside the picture."""

    f_Chw: torch.Tensor
    masks: NDArray[np.uint8]
    scored: NDArray[np.uint8]
    count: int
    inside: tuple[int, int]


class EncodedCrops:
    """The source of batches of a run whose encoder is frozen. On the CPU, as training in spare time is."""

    def __init__(
        self,
        datasets: Sequence[MaskDataset],
        model: Sam,
        policy: CropPolicy,
        count: int,
        seed: int = 0,
        *,
        progress: ProgressSink = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> None:
        """Draw and encode ``count`` crops. Raises FormatError when no picture can be used, Cancelled."""
        self._draw = Draw(datasets, {}, seed)
        source = CropSource(datasets, {}, seed)
        self._size, self._seed = policy.size, seed
        self.skipped: Skipped = source.skipped
        self._crops: list[_Encoded] = []
        objective = PromptObjective(model.eval())
        for number in range(count):
            if cancel is not None:
                cancel.raise_if_cancelled()
            coming = source.prepare(Order((number,), policy, 0)).finish()
            with torch.inference_mode():
                f_1Chw = objective.features(coming)
            self._crops.append(_packed(coming, f_1Chw))
            progress(Progress(ENCODE, number + 1, count))

    def prepare(self, order: Order) -> _Chosen:
        """The crops of these numbers: each is met once before one is met again."""
        chosen = [self._crops[self._place(number)] for number in order.numbers]
        size = self._size
        chances = [
            self._draw.chances(number, one.count, order.clicks)
            for number, one in zip(order.numbers, chosen, strict=True)
        ]
        return _Chosen(
            Batch(
                x_BSS3=torch.empty(0),
                masks_PSS=torch.from_numpy(
                    np.concatenate([_bits(one.masks, one.count, size) for one in chosen])
                ),
                image_P=torch.tensor([i for i, one in enumerate(chosen) for _ in range(one.count)]),
                inside_B2=torch.tensor([one.inside for one in chosen]),
                scored_PSS=torch.from_numpy(
                    np.concatenate([_bits(one.scored, one.count, size) for one in chosen])
                ),
                chances_PK=torch.cat(chances),
                f_BChw=torch.stack([one.f_Chw for one in chosen]).float(),
            )
        )

    def _place(self, number: int) -> int:
        turn, place = divmod(number, len(self._crops))
        order = np.random.default_rng([self._seed, turn, 2]).permutation(len(self._crops))
        return int(order[place])


@dataclass(frozen=True)
class _Chosen:
    """A batch that is there already."""

    batch: Batch

    def finish(self) -> Batch:
        return self.batch


def _packed(batch: Batch, f_1Chw: torch.Tensor) -> _Encoded:
    height, width = batch.inside_B2[0].tolist()
    return _Encoded(
        f_Chw=f_1Chw[0].half(),
        masks=np.packbits(batch.masks_PSS.numpy()),
        scored=np.packbits(batch.scored_PSS.numpy()),
        count=len(batch.masks_PSS),
        inside=(int(height), int(width)),
    )


def _bits(packed: NDArray[np.uint8], count: int, size: int) -> NDArray[np.bool_]:
    flat = np.unpackbits(packed, count=count * size * size)
    return flat.view(np.bool_).reshape(count, size, size)
