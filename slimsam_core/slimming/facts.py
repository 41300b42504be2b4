"""What a model costs on this machine: time, file, parameters, memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from slimsam_core.compression.cost import encoder_cost
from slimsam_core.evaluation.latency import measure_latency
from slimsam_core.inference.predictor import Predictor
from slimsam_core.model_library import ModelInfo
from slimsam_core.models.sizes import count_parameters
from slimsam_core.slimming.verdict import ModelFacts

_MEMORY_SECONDS = 300


def model_facts(info: ModelInfo, predictor: Predictor, name: str = "") -> ModelFacts:
    """Measure the model that ``predictor`` was loaded from."""
    latency = measure_latency(predictor, runs=3)
    return ModelFacts(
        name or info.name,
        info.model_hash,
        info.size_bytes,
        sum(count_parameters(info.arch)),
        encoder_cost(info.arch).macs,
        latency.encode_ms,
        latency.decode_ms,
        peak_memory(info.path, predictor.device),
        predictor.runtime,
    )


def peak_memory(weights: Path, device: str) -> int:
    """Bytes at the most of a process of its own that loads the model and answers a click; 0 = not measured.

    Only on a CPU: what a GPU holds is not in the process's own memory.
    """
    if device != "cpu" or sys.platform == "win32":
        return 0
    command = [sys.executable, "-m", f"{__package__}.footprint", str(weights)]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_MEMORY_SECONDS, check=True, env=environment
        )
        return int(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return 0
