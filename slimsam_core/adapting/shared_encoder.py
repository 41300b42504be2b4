"""Two models with one encoder, judged side by side: each picture, and each part of it, is encoded once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import numpy as np

from slimsam_core.inference.runtimes.protocol import Runtime, TokenBatch
from slimsam_core.inference.transforms import FloatArray

KEPT = 400
"""Views of one picture: its thirty objects, each looked at ten times, seldom differ in more."""


class Encoded:
    """What the encoder made, by the pixels; half precision, as embeddings are stored."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, np.ndarray] = OrderedDict()

    def of(self, runtime: Runtime, x_13SS: FloatArray) -> FloatArray:
        """The features of a picture, made now if they are not known."""
        name = hashlib.blake2b(np.ascontiguousarray(x_13SS).tobytes(), digest_size=16).digest()
        if name not in self._known:
            self._known[name] = runtime.encode(x_13SS).astype(np.float16)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[name].astype(np.float32)

    def forget(self) -> None:
        """The next picture is another one."""
        self._known.clear()


class SharedEncoder:
    """A runtime whose encoder is that of another one, too."""

    def __init__(self, runtime: Runtime, encoded: Encoded) -> None:
        self._runtime, self._encoded = runtime, encoded

    @property
    def name(self) -> str:
        """That of the runtime."""
        return self._runtime.name

    @property
    def description(self) -> str:
        """That of the runtime."""
        return self._runtime.description

    @property
    def device(self) -> str:
        """That of the runtime."""
        return self._runtime.device

    @property
    def batch_size(self) -> int:
        """That of the runtime."""
        return self._runtime.batch_size

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """From what is known, else by the runtime."""
        return self._encoded.of(self._runtime, x_13SS)

    def decode(self, features: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """By the runtime."""
        return self._runtime.decode(features, tokens)

    def rest(self) -> None:
        """Let the runtime rest."""
        self._runtime.rest()
