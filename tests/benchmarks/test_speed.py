"""The aims of docs/BENCHMARKS.md, measured: run with ``-m bench`` on a quiet machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.cli import main

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("model", ["slimsam_77", "slimsam_50"])
def test_encoding_and_decoding_beat_transformers(model: str, tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    out = tmp_path / "out.json"
    arguments = ["bench", "--random-weights", "--model", model, "--against", "transformers"]
    assert main([*arguments, "--repeat", "5", "--brief", "--out", str(out)]) == 0
    report = json.loads(out.read_text())
    assert report["ratios"]["encode"] >= 6
    assert report["ratios"]["decode"] >= 3
    assert report["ratios"]["peak_memory"] >= 2
    assert report["engines"][report["ours"]]["agreement"] >= 0.99
