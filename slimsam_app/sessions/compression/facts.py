"""What has to be counted or measured before a person can decide; functions for a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app.sessions.compression.choices import recipe_of
from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.presets import preset
from slimsam_core.compression.stages import Ratios, slim_arch
from slimsam_core.compression.supply.data import ImageList, list_images, split_images
from slimsam_core.errors import RecipeError, SlimSamError
from slimsam_core.families.cutting import slimming_family
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken
from slimsam_core.project.counting import labels_of

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.choices import Choices
    from slimsam_core.arch import ArchSpec

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
    """Why it cannot be slimmed; empty when it can."""
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
    """What a ratio leads to; predictions are for this machine."""

    ratio: float
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


def list_teachers(speeds: dict[str, tuple[float, str]], token: CancelToken) -> tuple[Teacher, ...]:
    """Every installed model, the default first; ``speeds``: name -> milliseconds to encode, and with what."""
    from slimsam_core.models.cost import count_parameters, encoder_cost

    found: list[Teacher] = []
    library = ModelLibrary()
    models = library.installed()
    default = library.default().name if models else ""
    for info in sorted(models, key=lambda info: info.name != default):
        token.raise_if_cancelled()
        problem = ""
        try:
            slimming_family(info.arch.family)
        except RecipeError as error:
            problem = error.message
        speed = speeds.get(info.name)
        found.append(
            Teacher(
                name=info.name,
                path=info.path,
                file_bytes=info.size_bytes,
                parameters=sum(count_parameters(info.arch)),
                macs=encoder_cost(info.arch).macs,
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
    base = preset(choices.preset)
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


def goal_facts(
    choices: Choices, teacher: Teacher, pictures: ChosenPictures | None, measured: Measured | None
) -> GoalFacts:
    """What the ratio means; loads torch, counts on shapes alone. Raises RecipeError."""
    from slimsam_core.compression import precision, training_memory
    from slimsam_core.compression.forecast import Amounts, forecast
    from slimsam_core.models.cost import count_parameters, encoder_cost

    recipe = recipe_of(choices, teacher.name)
    at_once = recipe.performance.micro_batch or recipe.optimiser.batch
    ratios = Ratios(choices.ratio, choices.ratio)
    slim = slim_arch(teacher.arch, ratios)
    parameters = sum(count_parameters(slim))
    before, after = encoder_cost(teacher.arch), encoder_cost(slim)
    encode_ms_before, encode_ms, run_seconds = teacher.encode_ms, None, None
    if measured is not None:
        if measured.slim_ms:
            encode_ms_before = teacher.encode_ms or measured.teacher_ms
            encode_ms = encode_ms_before * measured.slim_ms / measured.teacher_ms
        if pictures is not None:
            amounts = Amounts(
                train=pictures.aligning,
                validation=pictures.judging,
                labelled=pictures.labelled_pictures,
                objects=pictures.labelled_objects,
            )
            work = forecast(recipe, teacher.arch, ratios, amounts)
            run_seconds = work.seconds(measured.teacher_ms / 1000)
    return GoalFacts(
        ratio=choices.ratio,
        parameters_before=teacher.parameters,
        parameters=parameters,
        macs_before=before.macs,
        macs=after.macs,
        file_bytes_before=teacher.file_bytes,
        file_bytes=round(teacher.file_bytes * parameters / max(1, teacher.parameters)),
        encode_ms_before=encode_ms_before,
        encode_ms=encode_ms,
        run_seconds=run_seconds,
        device=str(precision.chosen_device(choices.advanced.device)),
        # beside what learns, the teacher's weights, 4 bytes each
        memory_bytes=training_memory.training_bytes(slim, at_once) + 4 * before.parameters,
    )


@dataclass(frozen=True)
class Measured:
    """Milliseconds to encode a picture in torch, as the run will compute: the teacher, the slim shape."""

    teacher_ms: float
    slim_ms: float | None


SLOW_MS = 500.0
"""A model that takes this long is timed once; a faster one anew beside each slim shape."""


def measure_shapes(
    choices: Choices, teacher: Teacher, known: Measured | None, token: CancelToken
) -> Measured:
    """Time both architectures with random weights; seconds. Raises DeviceUnavailable, Cancelled."""
    from slimsam_core.compression.cutting.targets import encode_milliseconds
    from slimsam_core.compression.precision import chosen_device, uses_bf16

    device = chosen_device(choices.advanced.device)
    bf16 = uses_bf16(choices.advanced.precision, device)
    slim = slim_arch(teacher.arch, Ratios(choices.ratio, choices.ratio))
    token.raise_if_cancelled()
    if known and known.teacher_ms > SLOW_MS:
        return Measured(known.teacher_ms, encode_milliseconds([slim], device, bf16)[0])
    return Measured(*encode_milliseconds([teacher.arch, slim], device, bf16))
