"""What a model costs: the memory of a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.errors import Cancelled
from slimsam_core.judging import model_facts as facts
from slimsam_core.progress import CancelToken
from tests.compression_jobs.jobs import tiny_teacher

peak_memory = facts.peak_memory  # as it is before the other tests replace it
unix = pytest.mark.skipif(sys.platform == "win32", reason="peak memory is not measured there")


@unix
def test_the_memory_of_a_model_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    weights = tiny_teacher(tmp_path)
    held = np.ones(1_000_000_000, np.uint8)  # what this process holds does not count
    found = peak_memory(weights, "cpu", CancelToken())
    assert 50_000_000 < found < held.nbytes


@unix
def test_a_model_that_cannot_be_loaded_has_no_known_memory(tmp_path: Path) -> None:
    assert peak_memory(tmp_path / "nothing.safetensors", "cpu", CancelToken()) == 0


def test_the_memory_of_a_gpu_is_not_measured(tmp_path: Path) -> None:
    assert peak_memory(tiny_teacher(tmp_path), "cuda:0", CancelToken()) == 0


@unix
def test_measuring_memory_can_be_cancelled(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        peak_memory(tiny_teacher(tmp_path), "cpu", cancel)
