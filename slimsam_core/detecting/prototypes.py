"""Masks of the YOLO -seg networks: sums of prototypes, weighted by the coefficients of each box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slimsam_core.detecting.found import Found
from slimsam_core.detecting.network import Arrays, Decoder, Network
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.inference.transforms import FloatArray


@dataclass(frozen=True)
class Prototypes:
    """Which output holds them, and how many there are."""

    output: int
    count: int

    def masks(self, outputs: Arrays, coefficients_NK: FloatArray) -> Callable[[int], FloatArray]:
        """From a row to the logits of its mask."""
        protos_Khw = outputs[self.output][0]
        return lambda row: np.tensordot(coefficients_NK[row], protos_Khw, axes=1).astype(np.float32)


def prototypes_of(network: Network) -> Prototypes | None:
    """The one output (1, K, h, w), when there is one with the proportions of the input."""
    found = [i for i, port in enumerate(network.outputs) if len(port.shape) == 4]
    if len(found) != 1 or len(network.outputs) != 2:
        return None
    _, count, height, width = network.outputs[found[0]].shape
    fits = height * network.input.width == width * network.input.height
    return Prototypes(found[0], count) if fits and count > 0 else None


@dataclass(frozen=True)
class YoloHead:
    """The boxes of a YOLO, and the prototypes of its masks where it has some."""

    output: int
    lengths: tuple[int, int]
    """Of the output (1, a, b)."""
    protos: Prototypes | None

    @property
    def coefficients(self) -> int:
        """Values of each box that weigh the prototypes."""
        return self.protos.count if self.protos else 0

    def masks(self, outputs: Arrays, coefficients_NK: FloatArray) -> Callable[[int], FloatArray] | None:
        """From a row to the logits of its mask; None where there are no masks."""
        return self.protos.masks(outputs, coefficients_NK) if self.protos else None

    def decoder(
        self,
        title: str,
        network: Network,
        classes: int,
        decode: Callable[[Arrays, float], Found],
        *,
        overlapping: bool = True,
        counts_classes: bool = True,
    ) -> Decoder:
        """What reads it: of pictures that lie in the middle of the square."""
        return Decoder(
            title=title + (" with masks" if self.protos else ""),
            input=PictureInput(size=network.input, fit=PictureFit.CENTRED),
            classes=classes,
            decode=decode,
            overlapping=overlapping,
            counts_classes=counts_classes,
            has_masks=self.protos is not None,
        )


def yolo_head(network: Network) -> YoloHead | None:
    """The one output (1, a, b) of boxes; None where there are several or none."""
    main = [i for i, port in enumerate(network.outputs) if len(port.shape) == 3]
    if len(main) != 1:
        return None
    _, first, second = network.outputs[main[0]].shape
    return YoloHead(main[0], (first, second), prototypes_of(network))
