"""What keeps a job from being started, or should be known before: in words, with what to do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_core.devices import DeviceKind

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.choices import Choices
    from slimsam_app.sessions.compression.facts import ChosenPictures, GoalFacts, Teacher


class Chosen(StrEnum):
    """What is chosen for a job, each on a page of its own."""

    MODEL = "model"
    PICTURES = "pictures"
    GOAL = "goal"
    LABELS = "labels"


FEWEST_PICTURES = 2
FEW_PICTURES = 20
FEWEST_LABELLED = 5
"""Labelled pictures to adapt to: fewer cannot be split into learning and judging."""
FEW_LABELLED_OBJECTS = 50


@dataclass(frozen=True)
class Problem:
    """``blocking``: the job cannot be started like this. ``hint`` says what to do."""

    about: Chosen
    text: str
    hint: str
    blocking: bool


def problems_of(
    choices: Choices,
    teacher: Teacher | None,
    listed: bool,
    pictures: ChosenPictures | None,
    goal: GoalFacts | None,
    *,
    jobs_dir: Path,
) -> tuple[Problem, ...]:
    """Everything that is wrong or doubtful; what is not ``listed`` or known (None) yet is no problem."""
    return (
        *(_of_teacher(teacher) if listed else ()),
        *(_of_pictures(choices, pictures) if pictures is not None else ()),
        *(_of_goal(goal, jobs_dir) if goal is not None else ()),
        *(_of_labels(choices, pictures) if pictures is not None else ()),
    )


def _of_teacher(teacher: Teacher | None) -> tuple[Problem, ...]:
    if teacher is None:
        return (
            Problem(Chosen.MODEL, tr("No model is chosen."), tr("Choose one, or import one first."), True),
        )
    if teacher.problem:
        return (Problem(Chosen.MODEL, in_words(teacher.problem), tr("Choose another model."), True),)
    return ()


def _of_pictures(choices: Choices, pictures: ChosenPictures) -> tuple[Problem, ...]:
    found = [
        Problem(
            Chosen.PICTURES, in_words(source.problem), tr("Remove it from the list, or bring it back."), True
        )
        for source in pictures.sources
        if source.problem
    ]
    more = tr("Add a folder of pictures like yours; they need no labels.")
    if not choices.sources:
        found.append(Problem(Chosen.PICTURES, tr("There are no pictures yet."), more, True))
    elif pictures.pictures < FEWEST_PICTURES and not found:
        text = tr("There are too few pictures: {count}.").format(count=pictures.pictures)
        found.append(Problem(Chosen.PICTURES, text, more, True))
    elif pictures.pictures < FEW_PICTURES and not found:
        text = tr("{count} pictures are few: expect a worse model.").format(count=pictures.pictures)
        found.append(Problem(Chosen.PICTURES, text, more, False))
    return tuple(found)


def _of_goal(goal: GoalFacts, jobs_dir: Path) -> tuple[Problem, ...]:
    needed = 6 * goal.file_bytes_before
    free, memory = free_bytes(jobs_dir), goal.device_bytes
    if free is None or free >= needed:
        if memory is None or memory >= goal.memory_bytes:
            return ()
        on_cpu = goal.device == DeviceKind.CPU
        text = (
            tr("The run needs about {needed} of memory; this machine has {memory}.")
            if on_cpu
            else tr("The run needs about {needed} of memory; the GPU has {memory}.")
        ).format(needed=figures.file_size(goal.memory_bytes), memory=figures.file_size(memory))
        hint = (
            tr("It may be stopped by the system. Let more channels go, or take a smaller model.")
            if on_cpu
            else tr("Let more channels go, or take a smaller batch or model.")
        )
        return (Problem(Chosen.GOAL, text, hint, False),)
    text = tr("The disk has {free} left; the run needs about {needed}.").format(
        free=figures.file_size(free), needed=figures.file_size(needed)
    )
    return (Problem(Chosen.GOAL, text, tr("Free some space."), True),)


def _of_labels(choices: Choices, pictures: ChosenPictures) -> tuple[Problem, ...]:
    if not choices.adapt:
        return ()
    have, objects = pictures.labelled_pictures, pictures.labelled_objects
    if choices.project is None or have < FEWEST_LABELLED:
        text = tr("Adapting needs labels on {needed} pictures at least; there are {count}.").format(
            needed=FEWEST_LABELLED, count=have
        )
        return (Problem(Chosen.LABELS, text, tr("Label more pictures, or leave adapting out."), True),)
    if objects < FEW_LABELLED_OBJECTS:
        text = tr("{count} labelled objects are few to adapt to: the gain may be chance.").format(
            count=objects
        )
        return (Problem(Chosen.LABELS, text, tr("The verdict will tell; more labels help."), False),)
    return ()


def free_bytes(folder: Path) -> int | None:
    """Free space where ``folder`` is or will be; None when that is not known."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
