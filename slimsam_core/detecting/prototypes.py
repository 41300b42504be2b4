"""Masks of the YOLO -seg networks: sums of prototypes, weighted by the coefficients of each box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slimsam_core.detecting.network import Arrays, Network
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
