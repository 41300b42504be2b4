"""What a file of weights holds, in the one form that the models use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from slimsam_core.arch import ArchSpec
from slimsam_core.files.safetensors_header import weights_digest
from slimsam_core.files.stored_array import StoredArray

ENCODER_OF = "encoder_of"
"""Key in a header: the hash of these very weights, a slash, and the hash of the model whose image encoder
they have unchanged. A copy of the header beside other weights says nothing."""


@dataclass(frozen=True)
class Checkpoint:
    """Weights with their architecture. ``form`` says in words how the file stored them; ``state_dict`` has
    the names of ``slimsam_core.models`` and the precision of the file; ``metadata`` is the file's own."""

    arch: ArchSpec
    state_dict: Mapping[str, StoredArray]
    form: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def precision(self) -> str:
        """The type of all weights, such as ``float16``; ``mixed`` when there are several."""
        types = {array.dtype for array in self.state_dict.values()}
        return types.pop() if len(types) == 1 else "mixed"

    @property
    def written_as(self) -> Literal["float16", "float32"]:
        """The type in which a copy of it is written: that of the file where it is one of both."""
        return "float16" if self.precision == "float16" else "float32"


def content_hash(arch: ArchSpec, state_dict: Mapping[str, StoredArray]) -> str:
    """SHA-256 (hex) over architecture (without its name) and weights: equal for equal models, whatever file
    form they came in, as long as the precision is the same."""

    def entry(name: str) -> tuple[str, str, tuple[int, ...], list[memoryview]]:
        array = state_dict[name]
        return name, array.dtype, array.shape, [array.contents()]

    return weights_digest(arch.to_json(), map(entry, sorted(state_dict)))
