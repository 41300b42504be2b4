"""Whole jobs: from the order to the verdict, cut short, gone on with, out of luck."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.checkpoints import read_checkpoint, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression.events import Event, Validated
from slimsam_core.compression.job_events import PhaseStarted, PreviewMade
from slimsam_core.compression.job_folder import Adaptation, CompressionJob, JobFolder, Phase
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.steps import carry_out
from slimsam_core.errors import Cancelled, DeviceUnavailable, OutputError
from slimsam_core.judging import rivals as judging
from slimsam_core.judging.rivals import Rivals
from slimsam_core.judging.verdict_words import summary
from slimsam_core.library.model_library import ModelInfo, ModelLibrary, describe
from slimsam_core.progress import CancelToken, ignore_progress
from slimsam_core.training.recipe import AdaptedParts
from tests.compression_jobs.jobs import tiny_job, tiny_teacher


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[JobFolder, list[Event]]:
    """A job that was carried out in one go, and what it told."""
    folder = tmp_path_factory.mktemp("finished")
    job = JobFolder.create(folder / "job", tiny_job(folder))
    told: list[Event] = []
    carry_out(job, told.append, CancelToken(), PauseToken())
    return job, told


def test_a_job_ends_with_a_verdict_on_the_projects_own_labels(
    finished: tuple[JobFolder, list[Event]],
) -> None:
    folder, told = finished
    verdict = folder.verdict()
    assert verdict is not None
    assert folder.state == "finished"
    assert verdict.labels is not None
    assert verdict.labels.objects == verdict.labels.replayed > 0
    assert {item.name for item in verdict.labels.classes} == {"round", "square"}
    assert verdict.agreement is not None
    assert verdict.agreement.pictures == 1
    assert verdict.after.parameters < verdict.before.parameters
    assert "labelled objects IoU" in summary(verdict)
    assert [event.phase for event in told if isinstance(event, PhaseStarted)] == [Phase.SLIM, Phase.JUDGE]


def test_after_each_epoch_it_shows_the_users_own_pictures(finished: tuple[JobFolder, list[Event]]) -> None:
    _, told = finished
    previews = [event for event in told if isinstance(event, PreviewMade)]
    assert len(previews) == len([event for event in told if isinstance(event, Validated)]) == 4
    for picture in previews[-1].pictures:
        assert picture.teacher.shape == picture.student.shape == picture.rgb.shape[:2]
        assert 0 <= picture.iou <= 1


def test_a_finished_job_is_not_done_again(finished: tuple[JobFolder, list[Event]]) -> None:
    folder, _ = finished
    told: list[Event] = []
    assert carry_out(folder, told.append, CancelToken(), PauseToken()) == folder.verdict()
    assert told == []


def test_a_cancelled_job_says_so_and_goes_on_to_the_same_verdict(
    finished: tuple[JobFolder, list[Event]], tmp_path: Path
) -> None:
    whole, _ = finished
    job = JobFolder.create(tmp_path / "job", whole.job())
    cancel = CancelToken()

    def stop(event: Event) -> None:
        if isinstance(event, Validated):
            cancel.cancel()

    with pytest.raises(Cancelled):
        carry_out(job, stop, cancel, PauseToken())
    assert job.state == "cancelled"
    verdict, wanted = carry_out(job, lambda _: None, CancelToken(), PauseToken()), whole.verdict()
    assert wanted is not None
    assert job.state == "finished"
    assert verdict.labels == wanted.labels
    assert verdict.agreement == wanted.agreement
    assert verdict.after.model_hash == wanted.after.model_hash


def test_adapting_first_judges_by_pictures_that_it_never_saw(tmp_path: Path) -> None:
    plain = tiny_job(tmp_path, epochs=1)
    job = CompressionJob(
        title=plain.title,
        recipe=plain.recipe,
        project=plain.project,
        adaptation=Adaptation(AdaptedParts.ALL, 3, 0.4),
    )
    folder = JobFolder.create(tmp_path / "job", job)
    told: list[Event] = []
    verdict = carry_out(folder, told.append, CancelToken(), PauseToken())
    assert [event.phase for event in told if isinstance(event, PhaseStarted)] == list(Phase)
    assert folder.adapted_teacher("tiny-lite").is_file()
    assert verdict.labels is not None
    assert verdict.labels.held_out
    assert verdict.labels.pictures < 6
    assert verdict.before.name == "tiny-lite"


def test_two_processes_do_not_work_on_one_job(tmp_path: Path) -> None:
    folder = JobFolder.create(tmp_path / "job", tiny_job(tmp_path))
    with folder.held(), pytest.raises(OutputError, match="worked on by another"):
        carry_out(folder, lambda _: None, CancelToken(), PauseToken())
    assert folder.state == "waiting"


@pytest.mark.parametrize("possible", [True, False])
def test_both_models_are_judged_on_the_same_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, possible: bool
) -> None:
    ready, loads = {"teacher"}, []

    class Loaded:
        def __init__(self, name: str, runtime: str) -> None:
            self.preparable = name not in ready and runtime != "torch"

    def load(model: ModelInfo, device: str, runtime: str = "auto") -> Loaded:
        loads.append((model.name, device, runtime))
        return Loaded(model.name, runtime)

    def prepare(path: Path, model_hash: str, **_: object) -> None:
        assert path.stem == "student"
        assert model_hash
        if not possible:
            raise DeviceUnavailable("no")
        ready.add("student")

    monkeypatch.setattr(judging.Predictor, "load", load)
    monkeypatch.setattr(judging, "prepare_in_child", prepare)
    models = [
        describe(tiny_teacher(tmp_path).rename(tmp_path / f"{n}.safetensors")) for n in ("teacher", "student")
    ]
    found = judging._loaded(Rivals(models[0], models[1], device="cpu"), ignore_progress, CancelToken())
    assert [model.preparable for model in found] == [False, False]
    assert loads[2:] == [(n, "cpu", "auto" if possible else "torch") for n in ("teacher", "student")]


def test_an_installed_teacher_is_named_and_its_precision_is_kept(tmp_path: Path) -> None:
    job = tiny_job(tmp_path, epochs=1)
    half = tmp_path / "half.safetensors"
    save_model(load_model(job.recipe.teacher), half, dtype="float16")
    ModelLibrary().import_file(half, "installed")
    named = replace(job, recipe=replace(job.recipe, teacher="installed"))
    folder = JobFolder.create(tmp_path / "job", named)
    verdict = carry_out(folder, lambda _: None, CancelToken(), PauseToken())
    assert verdict.before.name == "installed"
    assert read_checkpoint(folder.model_path).precision == "float16"
