"""What a runtime is: a model made ready on one device, from arrays to arrays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from slimsam_core.arch import ArchSpec
from slimsam_core.inference.transforms import FloatArray


class Label(IntEnum):
    """Kinds of prompt tokens, by SAM's own numbers."""

    PADDING = -1
    NEGATIVE = 0
    POSITIVE = 1
    BOX_TOP_LEFT = 2
    BOX_BOTTOM_RIGHT = 3


@dataclass(frozen=True, eq=False)
class TokenBatch:
    """B prompts of N tokens each for one picture, in the frame of the model's square (before SAM's +0.5).

    Points come first; a box is its two corners at the end; a prompt without a box ends with one padding
    token, as in SAM; in SAM 2 so does one with a box.
    """

    coords_BN2: FloatArray
    labels_BN: NDArray[np.int64]
    mask_input_B1HW: FloatArray | None = None
    """Low-resolution logits of an earlier prediction, or None for "no mask"."""


class Runtime(Protocol):
    """A model on a device. Not safe for two threads at a time."""

    @property
    def name(self) -> str:
        """Short name, e.g. ``torch``."""

    @property
    def description(self) -> str:
        """Engine, device and precision in words for people."""

    @property
    def device(self) -> str:
        """Where it computes: ``cpu`` or a torch device name such as ``cuda:0``."""

    @property
    def batch_size(self) -> int:
        """How many prompts of one picture are decoded best at a time."""

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """A normalised, padded picture -> features float32 (1, C, h, w), C as ``ArchSpec.feature_channels``.
        Raises OutOfMemory."""

    def decode(self, features_1Chw: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """Logits float32 (B, 4, hm, wm) and predicted IoU float32 (B, 4); index 0 is the single-mask token.

        Work that does not depend on the prompts is kept for as long as the same ``features_1Chw`` object
        comes again. Raises OutOfMemory.
        """

    def rest(self) -> None:
        """Give back the memory that is needed only while it computes; the next call takes it again."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A runtime, the architecture that it runs, and what kept a faster one away (empty: nothing)."""

    runtime: Runtime
    arch: ArchSpec
    note: str = ""
    preparable: bool = False
    """``prepare_openvino`` would make a faster one ready."""
