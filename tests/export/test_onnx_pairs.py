"""A pair of others is walked through, and computed in a process of its own, before it is computed here."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from slimsam_core.errors import CheckpointError
from slimsam_core.export import pair_trial
from slimsam_core.export.onnx_runtime import OnnxSessions
from slimsam_core.export.pair_trial import tried_predictor
from slimsam_core.families import preset
from slimsam_core.own_process import REFUSED
from tests.hostile.records import ONNX, endless, onnx_folder

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limits of processes there")


@pytest.fixture
def never_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a stranger is loaded in this process."""
    monkeypatch.setattr(OnnxSessions, "__init__", lambda *_: pytest.fail("it was loaded here"))


def pair(folder: Path, data: bytes) -> Path:
    config = json.dumps({"slimsam_arch": preset("tiny_test").to_json()}).encode()
    onnx_folder(folder, data, data, config)
    return folder


@pytest.mark.usefixtures("never_here")
@pytest.mark.parametrize("name", ONNX)
def test_odd_pairs_are_refused_before_they_are_loaded_here(tmp_path: Path, name: str) -> None:
    with pytest.raises(CheckpointError) as told:
        tried_predictor(pair(tmp_path / "pair", ONNX[name]()))
    assert len(str(told.value)) < 3000


@pytest.mark.usefixtures("never_here")
@pytest.mark.timeout(120)
def test_a_graph_without_an_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_trial, "TRIAL_SECONDS", 5.0)
    start = time.monotonic()
    with pytest.raises(CheckpointError, match="too much memory or time"):
        tried_predictor(pair(tmp_path / "pair", endless()))
    assert time.monotonic() - start < 30


@pytest.mark.usefixtures("never_here")
def test_weights_in_other_folders_are_not_read(tmp_path: Path) -> None:
    for name in ("weights from a file above", "weights from the system", "weights from a device"):
        with pytest.raises(CheckpointError, match="outside its folder"):
            tried_predictor(pair(tmp_path / name, ONNX[name]()))


def test_the_name_of_a_folder_says_nothing_about_the_trial(tmp_path: Path) -> None:
    assert pair_trial.main(tmp_path / "allocated memory", 1, 5.0) == REFUSED
