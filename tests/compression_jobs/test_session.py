"""The decisions of slimming without a window: what is known, what is wrong, what is ordered."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.sessions.adoption_session import AdoptedFor
from slimsam_app.sessions.compression import jobs, problems
from slimsam_app.sessions.compression.choices import PRESETS, job_of, recipe_of
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.sessions.compression_session import CompressionSession
from slimsam_app.sessions.model_listing import Speed
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.settings import Settings
from slimsam_core.compression.job_folder import CompressionJob, JobFolder
from slimsam_core.compression.presets import PRESETS as RECIPES
from slimsam_core.compression.recipe import load_recipe
from slimsam_core.library import model_library
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.own_process import in_processes
from slimsam_core.project import Project
from tests.compression.models import pictures
from tests.compression_jobs.jobs import labelled_project, tiny_job, tiny_teacher

PATIENCE = 200_000
"""Milliseconds; other jobs may hold the machine."""


@pytest.fixture
def project(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A session without a project; the tiny model is the only one that is installed."""
    monkeypatch.setattr(model_library, "resources_dir", lambda: tmp_path / "nothing")
    ModelLibrary().import_file(tiny_teacher(tmp_path), "tiny")
    workbench = Workbench(Settings(tmp_path / "settings.json", qapp), qapp)
    yield workbench
    workbench.shut_down()
    workbench.deleteLater()


@pytest.fixture
def session(project: Workbench) -> CompressionSession:
    return project.compression


def settled(session: CompressionSession, qtbot: QtBot) -> None:
    """Wait until everything that was asked for is known."""
    qtbot.waitUntil(
        lambda: (
            session.pictures is not None
            and session.goal is not None
            and session.goal.ratio == session.choices.ratio
            and session.goal.run_seconds is not None
            and (session.goal.encode_ms is None) == (session.goal.encode_ms_before is None)
        ),
        timeout=PATIENCE,
    )


def texts(
    session: CompressionSession, about: Chosen | None = None, *, blocking: bool | None = None
) -> list[str]:
    return [p.text for p in session.problems(about) if blocking is None or p.blocking == blocking]


def open_project(project: Workbench, folder: Path, count: int = 6) -> Path:
    path = labelled_project(folder, count)
    project.document.take(Project.open(path))
    return path


def test_without_a_project_pictures_must_be_added(
    session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    session.begin()
    qtbot.waitUntil(lambda: session.teacher is not None and session.pictures is not None, timeout=PATIENCE)
    assert session.teacher is not None
    assert session.teacher.name == "tiny"
    assert texts(session, blocking=True) == ["There are no pictures yet."]
    assert not session.ready
    one = pictures(tmp_path / "one", 1)
    session.add_folder(one)
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    assert texts(session, Chosen.PICTURES, blocking=True) == ["There are too few pictures: 1."]
    session.add_folder(pictures(tmp_path / "more", 30))
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    assert session.pictures is not None
    assert session.pictures.pictures == 31
    assert (session.pictures.aligning, session.pictures.judging, session.pictures.scoring) == (28, 3, 16)
    assert texts(session) == []
    assert session.ready
    session.remove_folder(one)
    qtbot.waitUntil(
        lambda: session.pictures is not None and session.pictures.pictures == 30, timeout=PATIENCE
    )


def test_models_are_looked_at_once_somebody_decides(
    project: Workbench, session: CompressionSession, qtbot: QtBot
) -> None:
    """Whoever only opens the list of models waits for no torch, and no model is timed for nobody."""

    def list_models() -> None:
        with qtbot.waitSignal(project.models.listed, timeout=PATIENCE):
            project.models.refresh()
        qtbot.waitUntil(lambda: not project.pool.busy, timeout=PATIENCE)

    list_models()
    assert not session.teachers_known
    session.begin()
    qtbot.waitUntil(lambda: session.teachers_known, timeout=PATIENCE)
    with qtbot.waitSignal(session.teachers_changed, timeout=PATIENCE):
        list_models()


def test_a_folder_that_vanished_is_named(session: CompressionSession, tmp_path: Path, qtbot: QtBot) -> None:
    session.begin()
    session.add_folder(pictures(tmp_path / "there", 30))
    session.add_folder(tmp_path / "gone")
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    assert session.pictures is not None
    assert session.pictures.pictures == 30
    (text,) = texts(session, blocking=True)
    assert "gone" in text


def test_the_projects_own_pictures_and_labels_are_counted(
    project: Workbench, session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    path = open_project(project, tmp_path)
    session.begin("tiny")
    settled(session, qtbot)
    assert session.choices.sources == (path,)
    assert session.pictures is not None
    assert session.pictures.pictures == session.pictures.labelled_pictures == 6
    assert session.pictures.labelled_objects > 6
    assert len(session.pictures.examples) == 6
    assert texts(session) == ["6 pictures are few: expect a worse model."]
    assert session.ready
    session.change(use_project=False)
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    assert texts(session, blocking=True) == ["There are no pictures yet."]


def test_the_slider_shows_what_a_ratio_means(
    project: Workbench, session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    open_project(project, tmp_path)
    project.models._remember("tiny", Speed(100.0, 10.0, "torch"))
    session.begin("tiny")
    sizes = []
    for ratio in (0.2, 0.8):
        session.change(ratio=ratio)
        settled(session, qtbot)
        assert session.goal is not None
        sizes.append((session.goal.parameters, session.goal.macs, session.goal.file_bytes))
        assert session.goal.encode_ms_before == 100.0
        assert session.goal.encode_ms is not None
        assert session.goal.encode_ms > 0
        assert session.goal.device == "cpu"
        assert session.goal.memory_bytes > 0
    assert all(small < large for large, small in zip(*sizes, strict=True))
    assert session.goal is not None
    assert session.goal.parameters < session.goal.parameters_before


def test_presets_are_those_of_the_core(session: CompressionSession) -> None:
    session.change_advanced(device="cpu")
    others = {name for name in RECIPES if name.startswith("published-")}  # for measuring, at the shell
    assert set(PRESETS) == set(RECIPES) - others
    for name in PRESETS:
        session.choose_preset(name)
        recipe = recipe_of(session.choices, "tiny")
        wanted = RECIPES[name]
        performance = replace(wanted.performance, device="cpu", micro_batch=1)
        assert replace(recipe, name=name, teacher="", data=wanted.data) == replace(
            wanted, performance=performance
        )
        assert recipe.data.train_images == wanted.data.train_images


def test_adapting_needs_enough_labels_and_says_when_they_are_few(
    project: Workbench, session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    open_project(project, tmp_path / "small", 3)
    session.begin("tiny")
    session.change(adapt=True)
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    assert texts(session, Chosen.LABELS, blocking=True) == [
        "Adapting needs labels on 5 pictures at least; there are 3."
    ]
    open_project(project, tmp_path / "larger", 8)
    session.begin("tiny")
    session.change(adapt=True)
    qtbot.waitUntil(lambda: session.pictures is not None, timeout=PATIENCE)
    (doubt,) = session.problems(Chosen.LABELS)
    assert not doubt.blocking
    assert "few to adapt to" in doubt.text


def test_a_full_disk_is_told_before_the_start(
    project: Workbench,
    session: CompressionSession,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(problems, "free_bytes", lambda _: 1000)
    open_project(project, tmp_path)
    session.begin("tiny")
    settled(session, qtbot)
    (problem,) = session.problems(Chosen.GOAL)
    assert problem.blocking
    assert f"1{figures.SPACE}kB left" in problem.text
    assert not session.ready


def test_the_shell_commands_name_a_recipe_that_is_the_same(
    project: Workbench, session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    path = open_project(project, tmp_path)
    session.begin("tiny")
    session.change(ratio=0.3, adapt=True, adapt_parts="all", name="my slim")
    session.change_advanced(criterion="magnitude", seed=7, epochs=5)
    qtbot.waitUntil(lambda: session.teacher is not None, timeout=PATIENCE)
    folder = jobs.add_job(session.jobs_dir, job_of(session.choices, "tiny"))
    commands = session.shell_commands(folder)
    train, compress, verdict = (shlex.split(part) for part in commands.alone.replace("\\\n", "").split("&&"))
    assert train[:4] == ["slimsam", "train", "--on", str(path)]
    assert train[train.index("--parts") + 1] == "all"
    assert train[train.index("--seed") + 1] == "7"
    assert compress[:2] == ["slimsam", "compress"]
    assert load_recipe(compress[2]) == recipe_of(session.choices, "tiny")
    assert verdict[:4] == ["slimsam", "verdict", "tiny", "my slim/slim/model.safetensors"]
    assert verdict[verdict.index("--on") + 1] == str(path)
    assert verdict[verdict.index("--held-out") + 1] == train[train.index("--held-out") + 1] == "0.2"
    assert verdict[verdict.index("--recipe") + 1] == compress[2]
    assert verdict[verdict.index("--device") + 1] == train[train.index("--device") + 1] == "auto"
    many = commands.torchrun.split(" && ")
    assert many[0].startswith("slimsam train ")
    assert many[1].lstrip("\\\n").startswith(f"{in_processes(2)} compress ")


def test_a_started_job_is_written_down_and_can_be_dismissed(
    project: Workbench, session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    path = open_project(project, tmp_path)
    session.begin("tiny")
    session.change(adapt=True, most_pictures=4)
    settled(session, qtbot)
    folder = session.start()
    job = JobFolder(folder).job()
    assert job.project == str(path)
    assert job.adaptation is not None
    assert job.recipe == recipe_of(session.choices, "tiny")
    assert session.client.busy
    assert session.unfinished() == ()
    with qtbot.waitSignal(session.client.cancelled, timeout=PATIENCE):
        session.client.cancel()
    assert [summary.state for summary in session.unfinished()] == ["cancelled"]
    session.dismiss(folder)
    assert session.jobs() == ()
    assert not folder.exists()


def test_what_an_earlier_window_left_is_offered_again(session: CompressionSession, tmp_path: Path) -> None:
    interrupted = jobs.add_job(session.jobs_dir, tiny_job(tmp_path))
    (interrupted / "slim").mkdir()
    jobs.add_job(session.jobs_dir, JobFolder(interrupted).job())
    (session.jobs_dir / "damaged").mkdir()
    (session.jobs_dir / "damaged" / "job.json").write_text("{")
    assert sorted(summary.state for summary in session.unfinished()) == ["interrupted", "waiting"]
    assert session.verdict(interrupted) is None


def test_only_job_folders_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    JobFolder(tmp_path / "holiday").delete()
    assert (tmp_path / "holiday").is_dir()


def test_what_another_window_works_on_is_neither_offered_nor_deleted(
    session: CompressionSession, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = jobs.add_job(session.jobs_dir, tiny_job(tmp_path))
    (folder / "slim").mkdir()
    with JobFolder(folder).held():  # each opening of the lock file is one holder, as in another process
        (job,) = session.jobs()
        assert job.worked_on
        assert not job.cut_off
        assert session.unfinished() == ()
        with qtbot.waitSignal(session.failed) as failed:
            session.dismiss(folder)
        assert "another window" in failed.args[0].message
        assert (folder / "slim").is_dir()
    (job,) = session.jobs()
    assert job.cut_off
    session.dismiss(folder)
    assert not folder.exists()


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A job whose model is there."""
    job = JobFolder.create(
        tmp_path / "job", CompressionJob(title="slim", recipe=tiny_job(tmp_path / "other").recipe)
    )
    job.slim_dir.mkdir()
    shutil.copyfile(tiny_teacher(tmp_path), job.model_path)
    return job.path


def test_the_model_of_a_job_becomes_the_default_and_back(
    project: Workbench, done: Path, qtbot: QtBot
) -> None:
    adoption = project.adoption
    project.models.choose("tiny")
    with qtbot.waitSignal(adoption.adopted, timeout=PATIENCE):
        adoption.adopt(done, "mine", AdoptedFor.DEFAULT)
    assert project.settings.get("model.name") == "mine"
    assert ModelLibrary().resolve("mine").name == "mine"
    assert adoption.free_name("mine") == "mine-2"
    adoption.undo()
    assert project.settings.get("model.name") == "tiny"
    assert ModelLibrary().resolve("mine").name == "mine"


def test_the_model_of_a_job_becomes_that_of_one_project_and_back(
    project: Workbench, done: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    adoption = project.adoption
    with qtbot.waitSignal(adoption.failed):
        adoption.adopt(done, "mine", AdoptedFor.PROJECT)
    open_project(project, tmp_path)
    uid = project.document.project.uid
    with qtbot.waitSignal(adoption.adopted, timeout=PATIENCE):
        adoption.adopt(done, "mine", AdoptedFor.PROJECT)
    assert project.models.chosen_for(uid) == "mine"
    assert project.models.chosen_for("another") == ""
    assert project.models.in_use("another") == "tiny"
    adoption.undo()
    assert project.models.chosen_for(uid) == ""


def test_a_model_that_is_only_kept_changes_nothing(project: Workbench, done: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(project.adoption.adopted, timeout=PATIENCE):
        project.adoption.adopt(done, "a-better-name", AdoptedFor.KEEP)
    assert ModelLibrary().default().name == "a-better-name"
    assert project.models.in_use("") == "tiny"


def test_a_taken_name_is_refused(project: Workbench, done: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(project.adoption.failed, timeout=PATIENCE) as failed:
        project.adoption.adopt(done, "tiny", AdoptedFor.KEEP)
    assert "already a model named" in str(failed.args[0])
    assert project.adoption.last is None


def test_the_model_of_a_job_can_be_exported(
    project: Workbench, done: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    out = tmp_path / "exported"
    with qtbot.waitSignal(project.adoption.exported, timeout=PATIENCE):
        project.adoption.export(done, "safetensors", out)
    assert list(out.glob("*.safetensors"))


def test_a_report_needs_a_verdict(project: Workbench, done: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(project.adoption.failed, timeout=PATIENCE) as failed:
        project.adoption.save_report(done, tmp_path / "report.html")
    assert "no verdict yet" in str(failed.args[0])
