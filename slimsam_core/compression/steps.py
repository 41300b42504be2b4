"""Carrying out a job: adapt, slim, judge; whatever is in the folder already is not done again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from slimsam_core.compression.job_events import JobSink, PhaseProgress, PhaseStarted
from slimsam_core.compression.job_folder import (
    CompressionJob,
    JobFolder,
    JobState,
    Phase,
    with_teacher,
)
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.preview import StudentPreview, labelled_places
from slimsam_core.compression.run import run as compress
from slimsam_core.compression.supply.data import validation_pictures
from slimsam_core.datasets.labelled import MaskDataset
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import Cancelled, FormatError, OutputError, SlimSamError
from slimsam_core.files.runs import RunFolder
from slimsam_core.judging.judge_step import MOST_HELD_OUT
from slimsam_core.judging.rivals import Rivals, judge
from slimsam_core.judging.verdict import Verdict
from slimsam_core.library.model_library import ModelInfo, ModelLibrary, describe
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.training.origin import held_out_of
from slimsam_core.training.recipe import adapting_recipe
from slimsam_core.training.run import TrainingJob, save_adapted, train

PREVIEWS = 4


def carry_out(folder: JobFolder, sink: JobSink, cancel: CancelToken, pause: PauseToken) -> Verdict:
    """Do what is left of the job and return the verdict; ``sink`` is called from this thread.

    Raises SlimSamError and Cancelled, both after they were written down in the folder; the same call goes on
    from there. Raises OutputError at once while another process works on the job.
    """
    with folder.held():
        folder.note_going_on()
        return _noted(folder, sink, cancel, pause)


def _noted(folder: JobFolder, sink: JobSink, cancel: CancelToken, pause: PauseToken) -> Verdict:
    try:
        return _carry_out(folder, sink, cancel, pause)
    except Cancelled:
        with suppress(OutputError):
            folder.note_end(JobState.CANCELLED)
        raise
    except SlimSamError as error:
        with suppress(OutputError):  # a full disk cannot take this either
            folder.note_end(JobState.FAILED, error)
        raise


def _carry_out(folder: JobFolder, sink: JobSink, cancel: CancelToken, pause: PauseToken) -> Verdict:
    finished = folder.verdict()
    if finished is not None:
        return finished
    job = folder.job()
    teacher = ModelLibrary().resolve(job.recipe.teacher)
    datasets: list[MaskDataset] = [ProjectDataset(Path(job.project))] if job.project else []
    recipe, taught_by = job.recipe, teacher.path
    if job.adaptation is not None:
        adapted = taught_by = folder.adapted_teacher(teacher.name)
        if not adapted.is_file():
            sink(PhaseStarted(Phase.ADAPT))
            _adapt(folder, job, teacher, datasets, adapted, sink=sink, cancel=cancel, pause=pause)
        recipe = with_teacher(recipe, adapted)
    if not (folder.model_path.is_file() and RunFolder(folder.slim_dir).metrics_path.is_file()):
        sink(PhaseStarted(Phase.SLIM))
        resume = RunFolder(folder.slim_dir).recipe_path.is_file()
        places = labelled_places(datasets, PREVIEWS) or _unlabelled_places(job, cancel)
        look = StudentPreview(taught_by, places, sink, cancel)
        compress(recipe, folder.slim_dir, sink, cancel, pause, resume=resume, look=look)
    sink(PhaseStarted(Phase.JUDGE))

    def tell(step: Progress) -> None:
        pause.wait(cancel)
        pause.give_way(cancel)
        sink(
            PhaseProgress(
                phase=Phase.JUDGE,
                done=step.done,
                total=step.total or 0,
                message=step.message,
                step=step.stage,
            )
        )

    held = datasets
    if job.adaptation is not None:  # those of the training, whatever was labelled since
        held = held_out_of(RunFolder(folder.training_dir), datasets, job.adaptation.held_out)
    rivals = Rivals(teacher, describe(folder.model_path), job.title, recipe.performance.device)
    pictures = held_out_pictures(job, cancel)
    verdict = judge(rivals, held, pictures, tell, cancel, held_out=job.adaptation is not None)
    folder.save_verdict(verdict)
    return verdict


_CHECKPOINT_EVERY = 20
"""Steps of an adaptation that are lost at most when it is interrupted."""


def held_out_pictures(job: CompressionJob, cancel: CancelToken, most: int = MOST_HELD_OUT) -> list[Path]:
    """Pictures that the student validated on and never learned from, at most ``most``."""
    return validation_pictures(job.recipe.data, cancel)[:most]


def _adapt(
    folder: JobFolder,
    job: CompressionJob,
    teacher: ModelInfo,
    datasets: list[MaskDataset],
    target: Path,
    *,
    sink: JobSink,
    cancel: CancelToken,
    pause: PauseToken,
) -> None:
    adaptation = job.adaptation
    if adaptation is None or not any(len(dataset) > 1 for dataset in datasets):
        raise FormatError("there are too few labelled pictures to adapt to", "Label at least two pictures.")
    recipe = adapting_recipe(
        teacher.arch.image_size,
        adaptation.steps,
        adaptation.parts,
        seed=job.recipe.seed,
        checkpoint_every=_CHECKPOINT_EVERY,
    )

    def tell(step: Progress) -> None:
        pause.wait(cancel)
        pause.give_way(cancel)
        sink(PhaseProgress(phase=Phase.ADAPT, done=step.done, total=step.total or 0, message=step.message))

    order = TrainingJob(
        init=teacher.path,
        datasets=datasets,
        held_out=adaptation.held_out,
        device=job.recipe.performance.device,
        resume=True,
        may_grow=True,
    )
    train(recipe, order, folder.training_dir, tell, cancel)
    save_adapted(folder.training_dir, teacher, Path(job.project).stem, target)


def _unlabelled_places(job: CompressionJob, cancel: CancelToken) -> list[tuple[Path, float, float]]:
    return [(path, 0.5, 0.5) for path in held_out_pictures(job, cancel, PREVIEWS)]
