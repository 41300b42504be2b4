"""What a ratio means for a model, counted and timed with torch; functions for a worker thread.

Importing this takes as long as importing torch: done where it is called, not where the window starts.
"""

from __future__ import annotations

from dataclasses import replace

from slimsam_app.sessions.compression.choices import Choices, recipe_of
from slimsam_app.sessions.compression.facts import ChosenPictures, GoalFacts, Measured, Teacher
from slimsam_core.arch import ArchSpec
from slimsam_core.compression import precision, training_memory
from slimsam_core.compression.budget import BudgetFit, BudgetUnit
from slimsam_core.compression.cutting.targets import budget_fit, encode_milliseconds, resolved_ratios
from slimsam_core.compression.forecast import Amounts, forecast
from slimsam_core.compression.stages import Ratios, slim_arch
from slimsam_core.errors import RecipeError
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.models import meta_model
from slimsam_core.progress import CancelToken

SLOW_MS = 500.0
"""A model that takes this long is timed once; a faster one anew beside each slim shape."""


def goal_facts(
    choices: Choices, teacher: Teacher, pictures: ChosenPictures | None, measured: Measured | None
) -> GoalFacts | None:
    """What the aim means; counted on shapes alone, so that one in milliseconds is known once they are
    ``measured``, None before. Raises RecipeError."""
    recipe = recipe_of(choices, teacher.name)
    at_once = recipe.performance.micro_batch or recipe.optimiser.batch
    device = chosen_device(choices.advanced.device)
    arch, ratios = _seen_by_the_run(teacher.arch, choices), _ratios(choices, teacher, measured)
    if ratios is None:
        return None
    slim = slim_arch(arch, ratios)
    parameters = sum(count_parameters(slim))
    encode_ms_before, encode_ms, run_seconds = teacher.encode_ms, None, None
    if measured is not None:
        # the model looks at its own size, the run may look at another
        of_own = encoder_macs(teacher.arch) / encoder_macs(arch)
        if measured.slim_ms:
            encode_ms_before = teacher.encode_ms or measured.teacher_ms * of_own
            encode_ms = encode_ms_before * measured.slim_ms / (measured.teacher_ms * of_own)
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
        aim=choices.aim,
        ratio=ratios.residual,
        fit=_fit(choices, slim, measured),
        fills=recipe.fills_budget,
        parameters_before=teacher.parameters,
        parameters=parameters,
        macs_before=encoder_macs(teacher.arch),
        macs=encoder_macs(slim),
        file_bytes_before=teacher.file_bytes,
        file_bytes=round(teacher.file_bytes * parameters / max(1, teacher.parameters)),
        encode_ms_before=encode_ms_before,
        encode_ms=encode_ms,
        run_seconds=run_seconds,
        device=str(device),
        device_bytes=precision.memory_of(device),
        # beside what learns, the teacher's weights, 4 bytes each
        memory_bytes=training_memory.training_bytes(slim, at_once) + 4 * count_parameters(teacher.arch)[0],
    )


def measure_shapes(
    choices: Choices, teacher: Teacher, known: Measured | None, token: CancelToken
) -> Measured:
    """Time both architectures with random weights; seconds. Raises DeviceUnavailable, RecipeError,
    Cancelled."""
    device = chosen_device(choices.advanced.device)
    bf16 = precision.uses_bf16(choices.advanced.precision, device)
    arch = _seen_by_the_run(teacher.arch, choices)
    ratios = resolved_ratios(choices.aim, arch, device, bf16)
    slim = slim_arch(arch, ratios)
    token.raise_if_cancelled()
    if known and known.teacher_ms > SLOW_MS:
        return Measured(known.teacher_ms, encode_milliseconds([slim], device, bf16)[0], ratios)
    teacher_ms, slim_ms = encode_milliseconds([arch, slim], device, bf16)
    return Measured(teacher_ms, slim_ms, ratios)


def _seen_by_the_run(arch: ArchSpec, choices: Choices) -> ArchSpec:
    """The teacher at the size that the run looks at pictures with. Raises RecipeError."""
    if choices.image_size is None:
        return arch
    try:
        resized = replace(arch, image_size=choices.image_size)
        meta_model(resized)
    except ValueError as error:
        raise RecipeError("{error}.", where="image_size", error=error) from error
    return resized


def _ratios(choices: Choices, teacher: Teacher, measured: Measured | None) -> Ratios | None:
    """The ratios that lead to the aim; None where they have to be measured first. Raises RecipeError."""
    if choices.aim.milliseconds is not None:
        return measured.ratios if measured is not None else None
    device = chosen_device(choices.advanced.device)
    return resolved_ratios(choices.aim, _seen_by_the_run(teacher.arch, choices), device, bf16=False)


def _fit(choices: Choices, slim: ArchSpec, measured: Measured | None) -> BudgetFit | None:
    aim = choices.aim
    if aim.milliseconds is None:
        return budget_fit(aim, slim, chosen_device(choices.advanced.device), bf16=False)
    needed = measured.slim_ms if measured is not None else None
    return BudgetFit(BudgetUnit.MILLISECONDS, aim.milliseconds, needed) if needed is not None else None
