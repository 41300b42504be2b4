"""A family's image encoder as an OpenVINO graph: its module ``graph`` has ``WrittenEncoder``'s subclass.

What a runtime can do with an encoder is a capability: a first part in float32, or cuts at global attentions.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from typing import NamedTuple, Protocol

from slimsam_core.arch import ArchSpec
from slimsam_core.families.graph_writer import GraphWriter, Node


class WrittenEncoder(ABC):
    """An encoder's operations, written with the weights below ``image_encoder``."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        """Raises TypeError for another family's architecture."""
        self.write, self.arch = write, arch

    @abstractmethod
    def whole(self, x_13SS: Node) -> Node:
        """``1 C h w``."""


class WrittenEarlyLate(WrittenEncoder):
    """In two parts (``families.early_late``)."""

    def whole(self, x_13SS: Node) -> Node:
        """``1 C h w``."""
        return self.late(self.early(x_13SS))

    @abstractmethod
    def early(self, x_13SS: Node) -> Node:
        """What the first layers see."""

    @abstractmethod
    def late(self, x: Node) -> Node:
        """What ``early`` gave -> ``1 C h w``."""


class GlobalAttention(NamedTuple):
    """An attention over the whole grid: heads, channels of one, rows and columns of the grid."""

    heads: int
    head_width: int
    rows: int
    columns: int


class WrittenInPieces(WrittenEncoder):
    """In pieces, with an attention of the caller's own between them."""

    @abstractmethod
    def global_attentions(self) -> dict[int, GlobalAttention]:
        """By the index of their block, in the order of computation."""

    @abstractmethod
    def piece(self, after: int | None, before: int | None) -> tuple[list[Node], list[Node]]:
        """Inputs and outputs of what is computed between the attentions of two blocks; None: from the
        picture, to the features.

        In: the picture ``1 3 S S``, or the residual ``1 h w E`` and what the attention gave, ``N A`` (N = h
        * w cells, A channels). Out: the residual, queries, keys and values ``N A`` each, and the tables of
        relative rows and columns, transposed, from the largest distance to the smallest; or the features.
        """


class _Module(Protocol):
    """The module ``graph`` of a family."""

    def encoder_graph(self, write: GraphWriter, arch: ArchSpec) -> WrittenEncoder:
        """The encoder of an architecture of this family. Raises TypeError for another's."""


def encoder_graph(write: GraphWriter, arch: ArchSpec) -> WrittenEncoder:
    """The image encoder of an architecture, of whatever family."""
    module: _Module = importlib.import_module(f"{__package__}.{arch.family}.graph")
    return module.encoder_graph(write.below("image_encoder"), arch)
