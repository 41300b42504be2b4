"""An array of a file of weights in the precision of the file, which numpy alone cannot always say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.generic]

BFLOAT16 = "bfloat16"
_FLOATS = frozenset({"float64", "float32", "float16", BFLOAT16})


@dataclass(frozen=True, eq=False)
class StoredArray:
    """``dtype`` is the type in the words of numpy and torch; ``data`` are the values, those of bfloat16 as
    uint16 with the same bits, since numpy does not know that type."""

    dtype: str
    data: Numbers

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self.data.ndim

    @property
    def is_floating(self) -> bool:
        """Whether these are floating-point numbers."""
        return self.dtype in _FLOATS

    def float32(self) -> NDArray[np.float32]:
        """The values in single precision: a new array."""
        if self.dtype == BFLOAT16:
            return (self.data.astype(np.uint32) << 16).view(np.float32)
        with np.errstate(over="ignore"):  # what is too large becomes infinite, which is looked for
            return self.data.astype(np.float32)

    def rearranged(self, change: Callable[[Numbers], Numbers]) -> StoredArray:
        """Other places and shape, same type; ``change`` must not compute with the values."""
        return StoredArray(self.dtype, change(self.data))

    def contents(self) -> memoryview:
        """The bytes in the order of a file: row by row, little-endian."""
        return np.ascontiguousarray(self.data).reshape(-1).view(np.uint8).data


def storage_type(dtype: str) -> np.dtype[np.generic]:
    """numpy's type for ``StoredArray.data``. Raises TypeError for a type that is not known."""
    return np.dtype(np.uint16 if dtype == BFLOAT16 else dtype)
