"""Verdicts and jobs from the shell, among them one that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.steps import carry_out
from slimsam_core.files import json_dataclass
from slimsam_core.files.runs import RunFolder
from slimsam_core.judging.verdict import Verdict
from slimsam_core.judging.verdict_words import summary
from slimsam_core.progress import CancelToken
from tests.compression_jobs.jobs import labelled_project, tiny_job, tiny_teacher

ROOT = Path(__file__).parent.parent.parent


def test_a_verdict_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, model = labelled_project(tmp_path, 3), str(tiny_teacher(tmp_path))
    out, report = tmp_path / "verdict.json", tmp_path / "verdict.html"
    arguments = ["--on", str(project), "--images", str(tmp_path / "photos"), "--device", "cpu"]
    assert main(["verdict", model, model, *arguments, "--out", str(out), "--report", str(report)]) == 0
    verdict = json_dataclass.from_json(Verdict, json.loads(out.read_text()))
    assert verdict.labels is not None
    assert verdict.labels.iou.difference == verdict.labels.iou.low == verdict.labels.iou.high == 0
    assert verdict.agreement is not None
    assert verdict.agreement.iou == 1
    assert capsys.readouterr().out.startswith(summary(verdict))
    page = report.read_text()
    assert "tiny_lite against tiny-lite" in page
    assert page.count("data:image/jpeg") == 3 * (len(verdict.labels.worst) + len(verdict.agreement.worst))


def test_a_verdict_needs_something_to_judge_by(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verdict", "a", "b"]) == 1
    assert (
        capsys.readouterr().err == "slimsam: There is nothing to judge by. Give --on, --images or --recipe.\n"
    )
    assert main(["verdict", "a", "b", "--on", "p.slimsam", "--held-out", "1.5"]) == 1
    assert capsys.readouterr().err == "slimsam: --held-out is 1.5, not within 0..1.\n"


def test_errors_of_a_verdict_name_its_own_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, empty, gone = str(tiny_teacher(tmp_path)), tmp_path / "empty", tmp_path / "gone"
    empty.mkdir()
    for folder, words in ((gone, f"{gone} is not a folder."), (empty, f"no picture was found in {empty}.")):
        assert main(["verdict", model, model, "--images", str(folder)]) == 1
        assert capsys.readouterr().err.startswith(f"slimsam: --images: {words}")


def test_a_killed_job_ends_with_the_same_numbers(tmp_path: Path) -> None:
    order = tiny_job(tmp_path, epochs=3)
    whole = JobFolder.create(tmp_path / "whole", order)
    carry_out(whole, lambda _: None, CancelToken(), PauseToken())
    killed = JobFolder.create(tmp_path / "killed", order)
    command = [sys.executable, "-m", "slimsam_core.cli", "compress", "--resume", "--out", str(killed.path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith("stage 2, step "):
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stderr.close()
    assert killed.state == "interrupted"
    assert not killed.model_path.exists()
    carry_out(killed, lambda _: None, CancelToken(), PauseToken())
    first, second = (json.loads(RunFolder(job.slim_dir).metrics_path.read_text()) for job in (whole, killed))
    assert first.pop("seconds") > 0
    assert second.pop("seconds") > 0
    assert first == second
    verdicts = [job.verdict() for job in (whole, killed)]
    assert verdicts[0] is not None
    assert verdicts[1] is not None
    assert verdicts[0].labels == verdicts[1].labels
    assert verdicts[0].after.model_hash == verdicts[1].after.model_hash
