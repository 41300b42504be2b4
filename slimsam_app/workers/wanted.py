"""Which model is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wanted:
    """Ask for a model; ``model`` None = the default of the library."""

    model: str | Path | None
    device: str
    runtime: str
    strict: bool = True
    """Fail when the model, the device or the runtime is not there, and take nothing instead."""
