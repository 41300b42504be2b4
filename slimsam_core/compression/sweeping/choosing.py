"""A sweep that was carried out, as something to choose from; no torch here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.compression.sweeping.points import (
    SWEEP_FILE,
    PointOutcome,
    PointResult,
    Sweep,
    cost,
    pareto,
    quality,
)
from slimsam_core.compression.sweeping.stored import load_results, load_sweep
from slimsam_core.errors import RecipeError
from slimsam_core.files.listing import is_file
from slimsam_core.files.runs import MODEL_FILE

__all__ = ["SweepSeen", "read_sweep"]


@dataclass(frozen=True, kw_only=True)
class SweepSeen:
    """What came out so far: the finished points, first those that nothing cheaper beats, cheapest first."""

    folder: Path
    sweep: Sweep
    results: tuple[PointResult, ...]
    on_curve: int
    """So many of ``results`` are on the curve."""
    masks_there: bool
    """Whether the annotated pictures that judged it still lie where they did."""

    @property
    def by_masks(self) -> bool:
        """Whether the 1-click mIoU judges; else the alignment error does."""
        return all(result.miou is not None for result in self.results)

    @property
    def timed(self) -> bool:
        """Whether the cost is milliseconds; else it is MACs."""
        return all(result.encode_ms is not None for result in self.results)

    def place(self, result: PointResult) -> tuple[float, float]:
        """Cost and quality of a point, as they are drawn: milliseconds or billions of MACs, mIoU or error."""
        across = result.encode_ms if self.timed else result.macs / 1e9
        up = result.miou if self.by_masks else result.alignment_error
        return across or 0.0, up or 0.0

    def model(self, result: PointResult) -> Path | None:
        """The weights that it made, where they are still there."""
        path = self.folder / "points" / result.point.name / MODEL_FILE
        return path if is_file(path) else None


def read_sweep(folder: Path) -> SweepSeen:
    """The sweep in a folder. Raises RecipeError when there is none, or no point of it is finished."""
    if not is_file(folder / SWEEP_FILE):
        raise RecipeError(
            "{folder} is not the folder of a sweep.",
            "Choose a folder that a sweep was written to; it has a file {file}.",
            folder=folder,
            file=SWEEP_FILE,
        )
    sweep = load_sweep(folder)
    known = frozenset(sweep.points)
    finished = [
        one
        for one in load_results(folder)
        if one.point in known and one.outcome is PointOutcome.FINISHED and quality(one) is not None
    ]
    if not finished:
        raise RecipeError("No point of the sweep in {folder} is finished.", "Wait for it.", folder=folder)
    front = pareto(finished)
    rest = sorted((one for one in finished if one not in front), key=cost)
    masks = sweep.recipe.data.masks
    return SweepSeen(
        folder=folder,
        sweep=sweep,
        results=(*front, *rest),
        on_curve=len(front),
        masks_there=masks is not None and Path(masks).exists(),
    )
