"""What a family declares so that files of other programs with its models can be read."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol

import slimsam_core.families
from slimsam_core.arch import EncoderSpec
from slimsam_core.errors import CheckpointError
from slimsam_core.families import families
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.sentences import counted, mark, sentence

State = Mapping[str, StoredArray]


class ForeignKeys(Protocol):
    """The module ``foreign_keys`` of a family whose models are published by others."""

    MARK: str
    """How names of its image encoder's tensors begin, and those of no other family."""

    def ours(self, state: State) -> tuple[dict[str, StoredArray], str]:
        """The tensors under the names of our network, and how the file had them, in words.

        ``state`` has SAM's names for all but the image encoder. Raises CheckpointError.
        """

    def described(self, shapes: Shapes) -> tuple[EncoderSpec, int]:
        """The image encoder and the side of its input in pixels, from what ``ours`` gave.

        Raises CheckpointError, ValueError.
        """


class Shapes:
    """Shapes by name; a missing one is a CheckpointError that says what the file has instead."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, name: str, dims: int) -> tuple[int, ...]:
        """The shape of a tensor, which must have so many axes."""
        tensor = self._state.get(name)
        if tensor is None:
            raise _incomplete(sentence("a tensor {name}", name=name), self._state)
        if tensor.ndim != dims:
            raise CheckpointError(
                "{name} has the wrong shape.",
                expected=sentence("{dims} axes", dims=dims),
                found=sentence("shape {shape}", shape=tensor.shape),
                name=name,
            )
        return tensor.shape

    def count(self, template: str) -> int:
        """How many of a numbered series are there, from 0 without a gap."""
        number = 0
        while template.format(number) in self._state:
            number += 1
        return number


def foreign_keys(state: State) -> tuple[str, ForeignKeys]:
    """The family that the tensors of a file belong to, told by their names. Raises CheckpointError."""
    for family, keys in _known().items():
        if any(name.startswith(keys.MARK) for name in state):
            return family, keys
    marks = " or ".join(keys.MARK for keys in _known().values())
    raise _incomplete(sentence("tensors whose names begin with {marks}", marks=marks), state)


@cache
def _known() -> dict[str, ForeignKeys]:
    """By family; not every family has files of others."""
    found: dict[str, ForeignKeys] = {}
    for name in families():
        package = importlib.import_module(f"{slimsam_core.families.__name__}.{name}")
        if any(module.name == "foreign_keys" for module in pkgutil.iter_modules(package.__path__)):
            found[name] = importlib.import_module(f"{package.__name__}.foreign_keys")
    return found


def _incomplete(expected: str, state: State) -> CheckpointError:
    names = list(state)
    shown = ", ".join(n[:100] for n in names[:3])
    if len(names) > 3:
        shown = sentence("{names} and {count:,} more", names=shown, count=len(names) - 3)
    one, many = mark("{count} tensor: {names}"), mark("{count} tensors: {names}")
    found = counted(one, many, len(names), names=shown) if names else sentence("{count:,} tensors", count=0)
    return CheckpointError(
        "The file does not hold a complete SAM model.",
        "Models of other families (SAM 3, HQ-SAM, EdgeSAM ...) are not supported.",
        expected=expected,
        found=found,
    )
