"""The compression thread: jobs in their order, told about, paused, cancelled, closed, unlucky."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.workers.compression import CompressionClient
from slimsam_core.compression import steps
from slimsam_core.compression.job_folder import CompressionJob, JobFolder, Phase
from slimsam_core.compression.learning import distillation
from slimsam_core.compression.monitor import Activity, JobView, NoticeKind
from slimsam_core.compression.run import run
from slimsam_core.errors import OutOfMemory, OutputError, SlimSamError
from slimsam_core.files.runs import RunFolder
from tests.compression_jobs.jobs import tiny_job, with_epochs

LONG = 400
"""Epochs that nobody waits for."""


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> CompressionJob:
    return tiny_job(tmp_path_factory.mktemp("job"), epochs=1)


@pytest.fixture
def client(qapp: QApplication) -> Iterator[CompressionClient]:
    client = CompressionClient(parent=qapp)
    yield client
    client.close()


def views_of(client: CompressionClient) -> list[JobView]:
    found: list[JobView] = []
    client.progressed.connect(found.append)
    return found


def test_a_job_is_told_about_and_ends_with_its_verdict(
    client: CompressionClient, job: CompressionJob, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = JobFolder.create(tmp_path / "job", job)
    views = views_of(client)
    with qtbot.waitSignal(client.finished, timeout=200_000) as ended:
        client.start(folder.path)
        assert client.busy
    assert ended.args == [folder.path, folder.verdict()]
    assert not client.busy
    assert {view.phase for view in views} == {None, Phase.SLIM, Phase.JUDGE}
    last = views[-1]
    assert last.device == "cpu"
    assert last.losses
    assert [point.best for point in last.validations] == [True, True]
    assert last.previews
    assert last.parameters_after < last.parameters_before
    assert last.memory_bytes > 0


def test_jobs_wait_for_each_other_and_may_leave_the_queue(
    client: CompressionClient, job: CompressionJob, tmp_path: Path, qtbot: QtBot
) -> None:
    folders = [JobFolder.create(tmp_path / name, with_epochs(job, LONG)).path for name in "abc"]
    with qtbot.waitSignal(client.progressed, timeout=200_000):
        for folder in folders:
            client.start(folder)
    assert client.current == folders[0]
    assert client.waiting == (folders[1], folders[2])
    client.withdraw(folders[1])
    with qtbot.waitSignal(client.cancelled, timeout=200_000) as ended:
        client.cancel()
    assert ended.args == [folders[0]]
    assert client.current == folders[2]
    assert JobFolder(folders[0]).state == "cancelled"


def test_pausing_stops_the_steps_and_going_on_continues(
    client: CompressionClient, job: CompressionJob, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = JobFolder.create(tmp_path / "job", with_epochs(job, LONG))
    learning = lambda view: view.activity == Activity.LEARNING  # noqa: E731
    with qtbot.waitSignal(client.progressed, timeout=200_000, check_params_cb=learning):
        client.start(folder.path)
    with qtbot.waitSignal(client.progressed, timeout=200_000, check_params_cb=lambda view: view.paused):
        client.pause()
    record = RunFolder(folder.slim_dir)
    before = len(list(record.events()))
    qtbot.wait(300)  # a batch takes a few milliseconds: time for many
    assert len(list(record.events())) == before
    with qtbot.waitSignal(client.progressed, timeout=200_000, check_params_cb=lambda view: not view.paused):
        client.resume()
    assert not client.paused


def test_a_paused_job_can_be_cancelled(
    client: CompressionClient, job: CompressionJob, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = JobFolder.create(tmp_path / "job", with_epochs(job, LONG))
    with qtbot.waitSignal(client.progressed, timeout=200_000, check_params_cb=lambda view: view.losses):
        client.start(folder.path)
    client.pause()
    with qtbot.waitSignal(client.cancelled, timeout=200_000):
        client.cancel()


def test_closing_keeps_the_job_for_the_next_start(job: CompressionJob, tmp_path: Path, qtbot: QtBot) -> None:
    folder = JobFolder.create(tmp_path / "job", with_epochs(job, LONG))
    client = CompressionClient()
    with qtbot.waitSignal(client.progressed, timeout=200_000, check_params_cb=lambda view: view.losses):
        client.start(folder.path)
    client.close()
    assert folder.state == "interrupted"
    assert RunFolder(folder.slim_dir).latest() is not None


def test_a_full_memory_halves_the_batch_and_says_so(
    client: CompressionClient,
    job: CompressionJob,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step, failed = distillation.Distillation.step, []

    def once(self: distillation.Distillation, *arguments: Any) -> distillation.StepResult:
        if not failed:
            failed.append(True)
            raise torch.OutOfMemoryError("CUDA out of memory")
        return step(self, *arguments)

    monkeypatch.setattr(distillation.Distillation, "step", once)
    folder = JobFolder.create(tmp_path / "job", job)
    views = views_of(client)
    with qtbot.waitSignal(client.finished, timeout=200_000):
        client.start(folder.path)
    (halved,) = [notice for notice in views[-1].notices if notice.kind is NoticeKind.BATCH_HALVED]
    assert halved.value == 1


@pytest.mark.parametrize(
    "error",
    [OutputError("Cannot write x: no space left on device.", "Free some space."), OutOfMemory("none left")],
)
def test_a_failed_job_says_why_and_can_be_taken_up_again(
    client: CompressionClient,
    job: CompressionJob,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    error: SlimSamError,
) -> None:
    def unlucky(*_: object, **__: object) -> Path:
        raise error

    folder = JobFolder.create(tmp_path / "job", job)
    monkeypatch.setattr(steps, "compress", unlucky)
    with qtbot.waitSignal(client.failed, timeout=200_000) as ended:
        client.start(folder.path)
    assert ended.args == [folder.path, error]
    assert folder.state == "failed"
    assert str(folder.error()) == str(error)
    monkeypatch.setattr(steps, "compress", run)
    with qtbot.waitSignal(client.finished, timeout=200_000):
        client.start(folder.path)
    assert folder.state == "finished"
