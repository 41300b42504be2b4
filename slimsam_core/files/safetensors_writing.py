"""Writing tensors to a safetensors file: whole or not at all, and a full disk is one clear error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError
from safetensors.numpy import save_file

from slimsam_core.files.atomic import atomic_path, output_error
from slimsam_core.files.stored_array import Numbers

if TYPE_CHECKING:
    from torch import Tensor

_REASON = re.compile(r"I/O error: (?P<reason>.*?)(?: \(os error \d+\))?$", re.DOTALL)
"""How safetensors wraps what the system said: ``... I/O error: No space left on device (os error 28)``."""


def write_tensors(target: Path | str, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write ``tensors`` (contiguous, on the CPU, none shares memory) to ``target``. Raises OutputError."""
    from safetensors.torch import save_file as save_tensors

    _write(target, partial(save_tensors, dict(tensors), metadata=dict(metadata)))


def write_arrays(target: Path | str, arrays: Mapping[str, Numbers], metadata: Mapping[str, str]) -> None:
    """Write ``arrays`` (row by row in memory) to ``target``. Raises OutputError."""
    _write(target, partial(save_file, dict(arrays), metadata=dict(metadata)))


def _write(target: Path | str, save: Callable[..., None]) -> None:
    with atomic_path(target) as temporary:
        try:
            save(filename=temporary)
        except SafetensorError as error:  # its own exception, no OSError, also for a full disk
            raise output_error(target, OSError(_reason(error))) from error


def _reason(error: SafetensorError) -> str:
    """What the system said, without the words around it."""
    found = _REASON.search(str(error))
    return found["reason"] if found else str(error)
