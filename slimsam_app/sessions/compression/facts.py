"""What has to be counted or measured before a person can decide; functions for a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.supply.data import ImageList, list_images, split_images
from slimsam_core.errors import RecipeError, SlimSamError
from slimsam_core.families.cutting import prunable_family
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken
from slimsam_core.project.counting import labels_of

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.choices import Choices
    from slimsam_core.arch import ArchSpec
    from slimsam_core.compression.budget import BudgetFit
    from slimsam_core.compression.recipe import Target
    from slimsam_core.compression.stages import Ratios

SHOWN_PICTURES = 24


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """An installed model as a starting point."""

    name: str
    path: Path
    file_bytes: int
    parameters: int
    """Of the whole model; ``macs`` are the encoder's for one picture."""
    macs: int
    encode_ms: float | None
    """As measured on this machine; None = not measured yet."""
    runtime: str
    bundled: bool
    problem: str
    """Why it cannot be compressed; empty when it can."""
    arch: ArchSpec


@dataclass(frozen=True)
class SourceFacts:
    """One project or folder."""

    path: Path
    pictures: int
    problem: str
    """Why it cannot be used; empty when it can."""


@dataclass(frozen=True, kw_only=True)
class ChosenPictures:
    """The pictures of all sources together, and what they will be used for."""

    sources: tuple[SourceFacts, ...] = ()
    pictures: int = 0
    scoring: int = 0
    """Pictures that rank the channels (they are among those that align)."""
    aligning: int = 0
    judging: int = 0
    """Held back pictures, never learned from."""
    labelled_pictures: int = 0
    """Of the project; ``labelled_objects`` likewise."""
    labelled_objects: int = 0
    examples: tuple[Path, ...] = ()
    """A few of them, for thumbnails."""


@dataclass(frozen=True, kw_only=True)
class GoalFacts:
    """What an aim leads to; predictions are for this machine."""

    aim: Target
    ratio: float
    """Share of the residual channels that go."""
    fit: BudgetFit | None
    """The aim's budget beside what uniform widths need; None without one."""
    fills: bool
    """Whether the last cut spends what they leave of it."""
    parameters_before: int
    """Of the whole model, as ``parameters``; ``macs`` are the encoder's for one picture."""
    parameters: int
    macs_before: int
    macs: int
    file_bytes_before: int
    file_bytes: int
    encode_ms_before: float | None
    """With the engine that labelling uses where that was measured, else in torch as the run computes."""
    encode_ms: float | None
    """None until a short measurement was made."""
    run_seconds: float | None
    """How long the run will take with its verdict, about; None as above, and until pictures are counted."""
    device: str
    """``cpu`` or ``cuda:0``."""
    memory_bytes: int
    """What learning will need, about."""
    device_bytes: int | None
    """What the device has; None where that is not told."""


def list_teachers(speeds: dict[str, tuple[float, str]], token: CancelToken) -> tuple[Teacher, ...]:
    """Every installed model, the default first; ``speeds``: name -> milliseconds to encode, and with what."""
    found: list[Teacher] = []
    library = ModelLibrary()
    models = library.installed()
    default = library.default().name if models else ""
    for info in sorted(models, key=lambda info: info.name != default):
        token.raise_if_cancelled()
        problem = ""
        try:
            prunable_family(info.arch.family)
        except RecipeError as error:
            problem = error.message
        speed = speeds.get(info.name)
        found.append(
            Teacher(
                name=info.name,
                path=info.path,
                file_bytes=info.size_bytes,
                parameters=sum(count_parameters(info.arch)),
                macs=encoder_macs(info.arch),
                encode_ms=speed[0] if speed else None,
                runtime=speed[1] if speed else "",
                bundled=info.bundled,
                problem=problem,
                arch=info.arch,
            )
        )
    return tuple(found)


def count_pictures(choices: Choices, token: CancelToken) -> ChosenPictures:
    """Look at the sources. Raises Cancelled; what cannot be used becomes a ``problem`` of its source."""
    sources, usable = [], []
    images: ImageList | None = None
    for path in choices.sources:
        problem, count = "", 0
        try:
            images = list_images([path], token)
            count = len(images)
            usable.append(path)
        except SlimSamError as error:
            problem = error.message
        sources.append(SourceFacts(path, count, problem))
    labelled_pictures, labelled_objects = labels_of(choices.project) if choices.project else (0, 0)
    if len(usable) > 1:
        images = list_images(usable, token)
    total = len(images) if images is not None and usable else 0
    base = choices.base
    scoring = aligning = judging = 0
    if total >= 2:
        split = split_images(total, choices.most_pictures, base.data.validation_images)
        aligning, judging = len(split.train), len(split.validation)
        if criterion(choices.advanced.criterion).objective is not None:
            scoring = min(base.criterion.images, aligning)
    examples = tuple(images[i] for i in range(min(SHOWN_PICTURES, total))) if images is not None else ()
    return ChosenPictures(
        sources=tuple(sources),
        pictures=total,
        scoring=scoring,
        aligning=aligning,
        judging=judging,
        labelled_pictures=labelled_pictures,
        labelled_objects=labelled_objects,
        examples=examples,
    )


@dataclass(frozen=True)
class Measured:
    """Milliseconds to encode a picture in torch, as the run will compute: the teacher, the slim shape."""

    teacher_ms: float
    slim_ms: float | None
    ratios: Ratios | None = None
    """That lead to the slim shape."""
