"""Whether the weights of a file are those of its architecture, and numbers; torch is not needed to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.errors import CheckpointError, OutOfMemory
from slimsam_core.families.weight_shapes import weight_shapes
from slimsam_core.files.machine_memory import is_more_than_free
from slimsam_core.sentences import counted, sentence


def fitting_weights(checkpoint: Checkpoint) -> dict[str, NDArray[np.float32]]:
    """The weights in float32 by the names of ``families.weight_shapes``.

    Raises CheckpointError when some do not fit the architecture or are no numbers (NaN, infinity), and
    OutOfMemory.
    """
    check_shapes(checkpoint)
    try:
        if is_more_than_free(4 * sum(array.data.size for array in checkpoint.state_dict.values())):
            raise MemoryError
        weights = {name: array.float32() for name, array in checkpoint.state_dict.items()}
    except MemoryError as e:
        raise OutOfMemory(
            "There is not enough memory for the weights of {name}.",
            "Close other programs.",
            name=checkpoint.arch.name,
        ) from e
    _check_values(weights)
    return weights


def check_shapes(checkpoint: Checkpoint) -> None:
    """Raise CheckpointError unless names and shapes are exactly those of the architecture; no value is
    looked at."""
    wanted, given = weight_shapes(checkpoint.arch), checkpoint.state_dict
    missing = sorted(wanted.keys() - given.keys())
    surplus = sorted(given.keys() - wanted.keys())
    name = checkpoint.arch.name
    if missing:
        raise CheckpointError(
            "Weights of {name} are missing.",
            expected=_listed(missing),
            found=counted("{count} other tensor", "{count} other tensors", len(given)),
            name=name,
        )
    if surplus:
        raise CheckpointError(
            "The file has weights that {name} does not use.",
            expected=sentence("the {count} tensors of {name}", count=len(wanted), name=name),
            found=sentence("also {names}", names=_listed(surplus)),
            name=name,
        )
    for key, shape in wanted.items():
        if given[key].shape != shape:
            raise CheckpointError(
                "{key} does not fit {name}.",
                expected=sentence("shape {shape}", shape=shape),
                found=sentence("shape {shape}", shape=given[key].shape),
                key=key,
                name=name,
            )
        if not given[key].is_floating:
            raise CheckpointError(
                "{key} does not hold weights.",
                expected=sentence("floating-point numbers"),
                found=given[key].dtype,
                key=key,
            )


def _check_values(weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Raise CheckpointError for values that would make every mask one of NaN."""
    for name, values in weights.items():
        low, high = float(values.min()), float(values.max())  # NaN comes through
        if not (math.isfinite(low) and math.isfinite(high)):
            raise CheckpointError(
                "Weights in {name} are not finite.",
                "The training that made the file has diverged, or the file is damaged.",
                expected=sentence("numbers"),
                found=sentence("NaN or infinity"),
                name=name,
            )
        if name.endswith(".running_var") and low < 0:
            raise CheckpointError(
                "{name} is damaged.",
                expected=sentence("variances"),
                found=sentence("a negative one"),
                name=name,
            )


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:100] for name in names[:4])
    more = len(names) - 4
    return shown if more <= 0 else sentence("{names} and {count:,} more", names=shown, count=more)
