"""A command in several processes: an error is one line, of the process that failed first."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core import torchrun
from slimsam_core.own_process import in_processes


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


def test_every_page_tells_the_same_command() -> None:
    docs = Path(__file__).parents[2] / "docs"
    for page, command in (("training.md", "train"), ("compression.md", "compress")):
        told = [line for line in (docs / page).read_text("utf-8").splitlines() if "nproc" in line]
        assert len(told) == 1
        start, count, rest = told[0].partition("--nproc_per_node ")
        assert told[0].startswith(f"{in_processes(rest.split()[0])} {command} "), start + count
