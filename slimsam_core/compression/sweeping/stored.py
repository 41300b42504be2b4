"""What a sweep wrote into its folder, read again; no torch here."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.compression.sweeping.points import SWEEP_FILE, PointResult, Sweep
from slimsam_core.errors import RecipeError
from slimsam_core.files import json_dataclass

RESULTS_FILE = "results.json"


def load_sweep(folder: Path) -> Sweep:
    """What a folder's sweep tries. Raises RecipeError."""
    return json_dataclass.from_json(Sweep, json_dataclass.read(folder / SWEEP_FILE))


def load_results(folder: Path) -> tuple[PointResult, ...]:
    """What came out so far; nothing where there is no such file. Raises RecipeError."""
    path = folder / RESULTS_FILE
    if not path.is_file():
        return ()
    data = json_dataclass.read(path)
    if not isinstance(data, list):
        raise RecipeError("{path} is not a list of results.", "", path=path)
    return tuple(json_dataclass.from_json(PointResult, item, f"results[{i}]") for i, item in enumerate(data))
