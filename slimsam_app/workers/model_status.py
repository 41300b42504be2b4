"""What the inference thread is at, and which model it has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from slimsam_core.errors import SlimSamError
from slimsam_core.pixels.square_fit import SquareFit


class WorkerState(Enum):
    """What the inference thread is at."""

    IDLE = auto()
    LOADING = auto()
    ENCODING = auto()
    PREPARING = auto()
    """Encoding a picture that is not shown yet."""
    DECODING = auto()


@dataclass(frozen=True, kw_only=True)
class ModelStatus:
    """The model in use."""

    name: str
    model_hash: str
    encoder_of: str
    """Hash of the model whose image encoder it has; embeddings go by it."""
    device: str
    runtime: str
    """Engine, device and precision in words."""
    fit: SquareFit
    """How pictures lie in the model's square."""
    bundled: bool
    path: Path
    preparable: bool
    """A faster engine can be prepared for it."""
    note: str = ""
    """Why a faster engine is not used, in words; empty when there is none."""
    missing: tuple[SlimSamError, ...] = ()
    """What was wanted and is not here: ModelNotFound, DeviceUnavailable."""
