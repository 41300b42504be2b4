"""Image encoders whose first layers need more precision than the others."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn


class EarlyLate(nn.Module, ABC):
    """``x_B3SS`` to ``f_BChw`` in two parts. Where the late part computes in bfloat16 the early one stays in
    float32: a picture rounded to 8 bits of mantissa has lost more than all later layers round away."""

    def forward(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """``f_BChw``."""
        return self.late(self.early(x_B3SS))

    @abstractmethod
    def early(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """What the first layers see, any shape."""

    @abstractmethod
    def late(self, x: torch.Tensor) -> torch.Tensor:
        """What ``early`` gave -> ``f_BChw``."""
