"""What a model costs on this machine: time, file, parameters, memory."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from slimsam_core.devices import DeviceKind
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.judging.latency import Latency
from slimsam_core.judging.verdict import ModelFacts
from slimsam_core.library.model_library import ModelInfo
from slimsam_core.own_process import NO_WINDOW, part_command, part_environment
from slimsam_core.progress import CancelToken

_MEMORY_SECONDS, _POLL_SECONDS = 300, 0.05


def model_facts(
    info: ModelInfo, predictor: Predictor, latency: Latency, cancel: CancelToken, name: str = ""
) -> ModelFacts:
    """The model that ``predictor`` was loaded from, with its measured ``latency``. Raises Cancelled."""
    return ModelFacts(
        name=name or info.name,
        model_hash=info.model_hash,
        file_bytes=info.size_bytes,
        parameters=sum(count_parameters(info.arch)),
        macs=encoder_macs(info.arch),
        encode_ms=latency.encode_ms,
        decode_ms=latency.decode_ms,
        memory_bytes=peak_memory(info.path, predictor.device, cancel),
        runtime=predictor.runtime,
    )


def peak_memory(weights: Path, device: str, cancel: CancelToken) -> int:
    """Bytes at the most of a process of its own that loads the model and answers a click; 0 = not measured.

    Only on a CPU: what a GPU holds is not in the process's own memory. Raises Cancelled.
    """
    if device != DeviceKind.CPU or sys.platform == "win32":
        return 0
    command = part_command("slimsam_core.judging.footprint", str(weights))
    try:
        child = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=part_environment(),
            creationflags=NO_WINDOW,
        )
    except OSError:
        return 0
    try:
        end = time.monotonic() + _MEMORY_SECONDS
        while child.poll() is None and time.monotonic() < end:
            cancel.raise_if_cancelled()
            time.sleep(_POLL_SECONDS)
    finally:
        if child.poll() is None:
            child.kill()
        printed, _ = child.communicate()
    lines = printed.split()
    return int(lines[-1]) if child.returncode == 0 and lines and lines[-1].isdigit() else 0
