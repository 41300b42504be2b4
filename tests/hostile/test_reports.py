"""Names with markup or control characters in them are letters in every HTML report."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.compression.report import report_body
from slimsam_core.compression.verdict_report import verdict_html
from slimsam_core.files.runs import RunFolder
from slimsam_core.judging.verdict import make_verdict
from slimsam_core.training.report import report_html
from tests.compression_jobs.test_verdict import STUDENT, TEACHER, compared
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

MARKUP = "<script>alert(1)\x1b[2J\u202e"


def harmless(page: str) -> None:
    assert "<script" not in page
    assert not {*page} & {"\x1b", "\u202e"}
    assert "\\x1b[2J" in page
    assert "&lt;script&gt;" in page


def test_the_report_of_an_evaluation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, report = write_sa1b(tmp_path / f"{MARKUP} shapes", 2), tmp_path / "report.html"
    model = save_tiny(tmp_path / f"{MARKUP}.safetensors")
    arguments = ["--data", str(data), "--out", str(tmp_path / "m.json"), "--report", str(report)]
    arguments += ["--markdown", str(tmp_path / "m.md")]
    assert main(["evaluate", str(model), *arguments, "--runtime", "torch"]) == 0, capsys.readouterr().err
    harmless(report.read_text("utf-8"))
    assert "\x1b" not in (tmp_path / "m.md").read_text("utf-8")


def test_the_report_of_a_training(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", {"init": f"/{MARKUP}", "training": {"name": MARKUP}})
    harmless(report_html(folder, {}))


def test_the_report_of_a_compression(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", {"name": MARKUP})
    folder.log("ImageSkipped", path=MARKUP, reason=MARKUP, skipped=1)
    harmless(report_body(folder))


def test_the_verdict() -> None:
    harmless(
        verdict_html(make_verdict(TEACHER, STUDENT, compared({MARKUP: 0.01, "cup": 0.0}), None)).decode()
    )
