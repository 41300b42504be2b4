"""Encoding by models of several families in one run, taking turns, with random weights.

``pytest -m bench -s tests/benchmarks/bench_families.py``. Beside the time on the clock stands the processor
time of all cores, which other programs do not lengthen. OpenVINO in the fastest precision of this CPU, not
asking whether random weights agree in it.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.families import preset
from slimsam_core.inference.runtimes import compiling
from slimsam_core.inference.runtimes.agreement import AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.openvino_runtime import Engine, OpenVinoRuntime
from slimsam_core.models import build_model

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
NAMES = ("slimsam_77", "mobile_sam", "efficientnet_lite2")
ROUNDS = 9


def runtime(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> OpenVinoRuntime:
    monkeypatch.setattr(AgreementCheck, "measure", lambda *_: 1.0)
    torch.manual_seed(0)
    path = folder / f"{name}.safetensors"
    save_model(build_model(preset(name)), path)
    compiled = compiling.compile_model(path)
    return OpenVinoRuntime(Engine(), compiled.blobs, compiled.precision, compiled.no_mask_C)


def test_encoding_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtimes = {name: runtime(name, tmp_path, monkeypatch) for name in NAMES}
    pictures = {name: model_inputs(preset(name))[0][0] for name in NAMES}
    clock: dict[str, list[float]] = {name: [] for name in NAMES}
    processor: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(ROUNDS + 1):
        for name, one in runtimes.items():
            start, cpu = time.perf_counter(), time.process_time()
            one.encode(pictures[name])
            processor[name].append(time.process_time() - cpu)
            clock[name].append(time.perf_counter() - start)
    print()
    for name in NAMES:
        wall_ms, cpu_ms = (1000 * float(np.median(times[name][1:])) for times in (clock, processor))
        ratio = cpu_ms / (1000 * float(np.median(processor[NAMES[0]][1:])))
        print(f"{name:20}{runtimes[name].description:42}clock {wall_ms:5.0f} ms, CPU time {cpu_ms:5.0f} ms")
        print(f"{'':20}{ratio:.2f} of {NAMES[0]} by CPU time")
