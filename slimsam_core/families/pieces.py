"""Image encoders that can be computed in pieces, with an attention of the caller's own between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import nn


class GlobalAttention(NamedTuple):
    """An attention over the whole grid: heads, channels of one, rows and columns of the grid."""

    heads: int
    head_width: int
    rows: int
    columns: int


class Piece(nn.Module, ABC):
    """What is computed between two global attentions.

    In: the picture ``1 3 S S``, or the residual ``1 h w E`` and what the attention gave, ``N A`` (N = h * w
    cells, A channels). Out: the residual, queries, keys and values ``N A`` each, and the tables of relative
    rows and columns, transposed, from the largest distance to the smallest; or the features ``1 C h w``.
    """

    @abstractmethod
    def example(self, image_size: int) -> tuple[torch.Tensor, ...]:
        """Inputs of the right shapes."""


class InPieces(nn.Module, ABC):
    """``x_B3SS`` to ``f_BChw``, whole or in pieces."""

    @abstractmethod
    def global_attentions(self) -> dict[int, GlobalAttention]:
        """By the index of their block, in the order of computation."""

    @abstractmethod
    def piece(self, after: int | None, before: int | None) -> Piece:
        """What is computed between the attentions of two blocks; None: from the picture, to the features."""
