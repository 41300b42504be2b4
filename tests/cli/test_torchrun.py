"""A command in several processes: an error is one line, of the process that failed first."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core import torchrun


@pytest.mark.timeout(300)  # each process imports torch, which takes long on a busy machine
def test_an_error_of_two_processes_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "compress",
        "--preset",
        "quick-look",
        "--images",
        str(tmp_path),
        "--out",
        str(tmp_path / "o"),
    ]
    assert torchrun.main(["--standalone", "--nproc_per_node", "2", *arguments]) == 1
    lines = [line for line in capfd.readouterr().err.splitlines() if "OMP_NUM_THREADS" not in line]
    assert [line for line in lines if line.strip("* ")] == [
        "slimsam: data.images: no picture was found. One is needed to learn from and another to validate on."
    ]


def test_without_a_command_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert torchrun.main(["--nproc_per_node", "2"]) == 2
    assert capsys.readouterr().err.startswith("slimsam: no command is given, such as compress; known: ")
