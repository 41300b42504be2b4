"""Between the arrays of files and torch's tensors."""

from __future__ import annotations

import numpy as np
import torch

from slimsam_core.files.stored_array import BFLOAT16, StoredArray


def stored(tensor: torch.Tensor) -> StoredArray:
    """The values of a tensor, not copied where it lies on the CPU in one piece."""
    whole = tensor.detach().cpu().contiguous()
    dtype = str(whole.dtype).removeprefix("torch.")
    if dtype == BFLOAT16:
        return StoredArray(dtype, whole.view(torch.int16).numpy().view(np.uint16))
    return StoredArray(dtype, whole.numpy())


def as_tensor(array: StoredArray) -> torch.Tensor:
    """The same values in the same precision, in memory of its own."""
    if array.dtype == BFLOAT16:
        return torch.from_numpy(array.data.astype(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array.data.copy())
