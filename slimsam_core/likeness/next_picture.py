"""Which picture to label next: one that differs from what is labelled, and of which little is sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slimsam_core.errors import FormatError, ImageReadError, ProjectError
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.labelling.drafts import ProposalsDraft, from_text
from slimsam_core.labelling.sampling import evenly
from slimsam_core.likeness.cells import unit
from slimsam_core.likeness.rest import UNFINISHED
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.progress import Progress
from slimsam_core.project import ImageFilter, Project

__all__ = ["MostTelling", "doubt_of", "looks", "most_telling", "next_picture"]

Embed = Callable[[RgbImage], ImageEmbedding]

MOST_COMPARED = 200
"""Pictures of each side, evenly taken: what is not encoded yet is encoded for it."""


@dataclass(frozen=True)
class MostTelling:
    """The picture to label next, None when there is none, and how many were compared with it."""

    image_id: int | None
    compared: int


def looks(embedding: ImageEmbedding) -> FloatArray:
    """What a whole picture looks like: mean and spread of the features over it, float32 (2C,)."""
    features = embedding.features[0]
    rows, columns = embedding.fit.inside(embedding.original_size, features.shape[1]).hw
    cells = features[:, :rows, :columns].reshape(features.shape[0], -1)
    parts = (cells.mean(1), cells.std(1))
    return np.concatenate([part / max(float(np.linalg.norm(part)), 1e-6) for part in parts]).astype(
        np.float32
    )


def doubt_of(draft: str) -> float:
    """How little is sure of what waits in a picture, 0..1: 1 where nothing was proposed, or all at a half."""
    try:
        parts = from_text(draft) if draft else ()
    except FormatError:
        return 1.0
    sure = [p.predicted_iou for part in parts if isinstance(part, ProposalsDraft) for p in part.proposals]
    return float(np.mean([1.0 - abs(2.0 * value - 1.0) for value in sure])) if sure else 1.0


def most_telling(
    candidates: Mapping[int, FloatArray], labelled: Sequence[FloatArray], doubts: Mapping[int, float]
) -> int | None:
    """The candidate with the largest doubt times difference; None when there is none.

    The difference is that from the labelled picture that is most alike, 0..2; where nothing is labelled, the
    picture that is most alike to all others begins.
    """
    if not candidates:
        return None
    ids = list(candidates)
    found = np.stack([candidates[i] for i in ids])
    others = np.stack(labelled) if labelled else np.zeros((0, found.shape[1]), np.float32)
    middle = np.concatenate([found, others]).mean(0)  # all pictures of a folder have much in common
    found, others = unit(found - middle), unit(others - middle)
    worth = 1.0 - (found @ others.T).max(1) if len(others) else 1.0 + (found @ found.T).mean(1)
    worth = worth * np.array([doubts.get(i, 1.0) for i in ids])
    return ids[int(np.argmax(worth))]


def next_picture(
    project: Project, embed: Embed, known: dict[int, FloatArray], leave_out: int | None
) -> Iterator[Progress | MostTelling]:
    """Compare pictures, one a step, then say which; ``known`` keeps what was looked at, by picture.

    ``leave_out``: the picture that is shown. What cannot be read is left out. Raises OutOfMemory, and
    ProjectError when the project cannot be read.
    """
    labelled = evenly(project.image_ids(ImageFilter(unlabelled=False)), MOST_COMPARED)
    all_labelled = set(project.image_ids(ImageFilter(unlabelled=False)))
    open_ones = project.image_ids(ImageFilter(states=UNFINISHED))
    wanted = evenly([i for i in open_ones if i not in all_labelled and i != leave_out], MOST_COMPARED)
    every = [*labelled, *wanted]
    for done, image_id in enumerate(every):
        yield Progress(COMPARING, done, len(every))
        if image_id not in known:
            try:
                rgb = read_image(project.image_path(project.image(image_id))).rgb
            except (ImageReadError, ProjectError):
                continue
            known[image_id] = looks(embed(rgb))
    drafts = project.drafts()
    candidates = {i: known[i] for i in wanted if i in known}
    doubts = {i: doubt_of(drafts.get(i, "")) for i in candidates}
    best = most_telling(candidates, [known[i] for i in labelled if i in known], doubts)
    yield MostTelling(best, len(candidates))


COMPARING = "Comparing images"
