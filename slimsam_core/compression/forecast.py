"""How much work a job is, from its first stage to its verdict, told before and while it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from slimsam_core.arch import ArchSpec
from slimsam_core.compression import events
from slimsam_core.compression.cutting.targets import cost_of
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.plan import stage_work
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.stages import Ratios
from slimsam_core.compression.workload import Forecast
from slimsam_core.judging.judge_step import MOST_HELD_OUT, MOST_OBJECTS, JudgeStep
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.project.counting import labels_of

LIGHT_OBJECT, OBJECT = 12.0, 0.5
"""Encodings that asking for one object takes: a box and up to ten clicks. A light model looks closer at the
picture with each: 54 askings took some 650. Of other models a click is a twentieth of an encoding."""
LIGHT_GRID, GRID = 25.0, 0.4
"""The same for the nine points that both models are asked on a picture without labels."""
LIGHT_CLICK = 2.0
"""A first click of a light model: 4.6 s where encoding took 2.3 s."""
TIMED_RUNS = 6
"""How often each model is timed, see ``judging.latency``."""


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Pictures and objects that a job works on."""

    train: int
    validation: int
    labelled: int = 0
    """Labelled pictures to judge by."""
    objects: int = 0
    """Their objects."""


def forecast(recipe: Recipe, arch: ArchSpec, ratios: Ratios, amounts: Amounts) -> Forecast:
    """The work of compressing a model of this architecture and of judging it: in encodings at the size that
    the run looks at pictures with, while its teacher is judged at its own."""
    seen = replace(arch, image_size=recipe.image_size or arch.image_size)
    own = cost_of(arch).macs / cost_of(seen).macs if seen != arch else 1.0
    light = arch.encoder.light
    asked = LIGHT_OBJECT if light else OBJECT
    of_labels = amounts.labelled + min(amounts.objects, MOST_OBJECTS) * asked
    grid = LIGHT_GRID if light else GRID
    return Forecast(
        stages=stage_work(recipe, seen, ratios, amounts.train, amounts.validation),
        judging={
            JudgeStep.MODELS: TIMED_RUNS * (own + 1.0) * (1.0 + (LIGHT_CLICK if light else 0.0)),
            JudgeStep.TEACHER: of_labels * own,
            JudgeStep.STUDENT: of_labels,  # cut by a quarter it was no faster in torch: better too much
            JudgeStep.PICTURES: min(amounts.validation, MOST_HELD_OUT) * (1.0 + grid) * (own + 1.0),
        },
    )


def work_of_job(folder: JobFolder, plan: events.PlanMade, started: events.RunStarted) -> Forecast:
    """The work of the job in this folder, once its plan is made. Raises SlimSamError."""
    job = folder.job()
    teacher = ModelLibrary().resolve(job.recipe.teacher)
    labelled, objects = labels_of(Path(job.project)) if job.project else (0, 0)
    amounts = Amounts(
        train=started.train_images,
        validation=started.validation_images,
        labelled=labelled,
        objects=objects,
    )
    return forecast(job.recipe, teacher.arch, Ratios(plan.residual, plan.bottleneck), amounts)
