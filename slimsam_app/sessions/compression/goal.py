"""What a ratio means for a model, counted and timed with torch; functions for a worker thread.

Importing this takes as long as importing torch: done where it is called, not where the window starts.
"""

from __future__ import annotations

from slimsam_app.sessions.compression.choices import Choices, recipe_of
from slimsam_app.sessions.compression.facts import ChosenPictures, GoalFacts, Measured, Teacher
from slimsam_core.compression import precision, training_memory
from slimsam_core.compression.cutting.targets import encode_milliseconds
from slimsam_core.compression.forecast import Amounts, forecast
from slimsam_core.compression.stages import Ratios, slim_arch
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.progress import CancelToken

SLOW_MS = 500.0
"""A model that takes this long is timed once; a faster one anew beside each slim shape."""


def goal_facts(
    choices: Choices, teacher: Teacher, pictures: ChosenPictures | None, measured: Measured | None
) -> GoalFacts:
    """What the ratio means; counted on shapes alone. Raises RecipeError."""
    recipe = recipe_of(choices, teacher.name)
    at_once = recipe.performance.micro_batch or recipe.optimiser.batch
    ratios = Ratios(choices.ratio, choices.ratio)
    slim = slim_arch(teacher.arch, ratios)
    parameters = sum(count_parameters(slim))
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
        macs_before=encoder_macs(teacher.arch),
        macs=encoder_macs(slim),
        file_bytes_before=teacher.file_bytes,
        file_bytes=round(teacher.file_bytes * parameters / max(1, teacher.parameters)),
        encode_ms_before=encode_ms_before,
        encode_ms=encode_ms,
        run_seconds=run_seconds,
        device=str(precision.chosen_device(choices.advanced.device)),
        # beside what learns, the teacher's weights, 4 bytes each
        memory_bytes=training_memory.training_bytes(slim, at_once) + 4 * count_parameters(teacher.arch)[0],
    )


def measure_shapes(
    choices: Choices, teacher: Teacher, known: Measured | None, token: CancelToken
) -> Measured:
    """Time both architectures with random weights; seconds. Raises DeviceUnavailable, Cancelled."""
    device = precision.chosen_device(choices.advanced.device)
    bf16 = precision.uses_bf16(choices.advanced.precision, device)
    slim = slim_arch(teacher.arch, Ratios(choices.ratio, choices.ratio))
    token.raise_if_cancelled()
    if known and known.teacher_ms > SLOW_MS:
        return Measured(known.teacher_ms, encode_milliseconds([slim], device, bf16)[0])
    return Measured(*encode_milliseconds([teacher.arch, slim], device, bf16))
