"""The measurement itself: engines take turns on one picture, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core.benchmarks.child import BenchOrder
from slimsam_core.benchmarks.engine import Click
from slimsam_core.benchmarks.engines import ENGINES
from slimsam_core.checkpoints import model_hash
from slimsam_core.errors import CheckpointError, DeviceUnavailable
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.own_process import NO_WINDOW, part_command, part_environment
from slimsam_core.pixels.image_io import image_size
from slimsam_core.pixels.mask import iou_of_pixels
from slimsam_core.progress import Progress, ProgressSink, ignore_progress

_PACKAGES = ("torch", "openvino", "transformers", "segment-anything", "onnxruntime", "numpy")
_GRID = 3

_REST_S = 0.3
"""Before each turn: some libraries keep a core busy for a while after their answer, waiting for the next."""


@dataclass(kw_only=True)
class _Child:
    """A running engine and what it took so far."""

    name: str
    process: subprocess.Popen[str]
    load_seconds: float = 0.0
    encode: list[dict[str, float]] = field(default_factory=list)
    decode: list[dict[str, float]] = field(default_factory=list)

    def order(self, **order: Any) -> dict[str, Any]:
        """Give an order and wait for its result. Raises DeviceUnavailable when the engine died."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            if order:
                stdin.write(json.dumps(order) + "\n")
                stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise DeviceUnavailable(
                "{name} ended with exit code {value}.", name=self.name, value=self.process.wait()
            )
        result: dict[str, Any] = json.loads(line)
        return result


def measure(
    weights: Path,
    picture: Path,
    engines: Sequence[str],
    repeat: int,
    progress: ProgressSink = ignore_progress,
) -> dict[str, Any]:
    """Encode and decode times of several engines with the same weights on the same picture.

    The engines take turns ``repeat`` times, each round encoding once and answering nine clicks, so that other
    load on the machine falls on all alike. An engine that cannot be measured is listed with its reason.
    Returns plain JSON values: ``engines`` by name with p50 and p95 in seconds, wall and CPU time, the first
    (cold) run apart, peak memory and the agreement of its masks with those of torch.
    """
    with contextlib.ExitStack() as stack, temporary_folder() as folder:
        clicks, digest = click_grid(picture), ""
        with contextlib.suppress(CheckpointError):  # the engines tell what is wrong
            digest = model_hash(weights)
        children: list[_Child] = []
        failures: dict[str, str] = {}
        for number, name in enumerate(engines):
            progress(Progress("Loading", number, len(engines), name))
            log = folder / f"{name}.log"
            try:
                child = stack.enter_context(_started(name, weights, digest, picture, log))
                child.load_seconds = child.order()["seconds"]
                child.encode.append(child.order(do=BenchOrder.ENCODE))
                child.decode.append(child.order(do=BenchOrder.DECODE, click=clicks[0]))
                children.append(child)
            except DeviceUnavailable as error:
                lines = log.read_text("utf-8", "replace").strip().splitlines()
                failures[name] = lines[-1] if lines else error.message
        for turn in range(repeat):
            progress(Progress("Measuring", turn, repeat))
            for child in children:
                time.sleep(_REST_S)
                child.encode.append(child.order(do=BenchOrder.ENCODE))
                for index, click in enumerate(clicks):
                    save = {"save": f"{folder}/{child.name}-{index}.npy"} if turn == 0 else {}
                    child.decode.append(child.order(do=BenchOrder.DECODE, click=click, **save))
        progress(Progress("Measuring", repeat, repeat))
        masks = {
            c.name: [np.load(f"{folder}/{c.name}-{i}.npy") for i in range(len(clicks))] for c in children
        }
        results = {child.name: _result(child, masks) for child in children}
    return {"engines": results, "failed": failures, "clicks": len(clicks)}


def ratios(engines: dict[str, Any], ours: str, peer: str) -> dict[str, float]:
    """How many times longer the peer takes: medians of wall time and of CPU time, and peak memory."""
    a, b = engines[peer], engines[ours]
    return {
        "encode": a["encode"]["p50"] / b["encode"]["p50"],
        "decode": a["decode"]["p50"] / b["decode"]["p50"],
        "encode_cpu": a["encode"]["cpu_p50"] / b["encode"]["cpu_p50"],
        "decode_cpu": a["decode"]["cpu_p50"] / b["decode"]["cpu_p50"],
        "peak_memory": a["peak_memory_bytes"] / b["peak_memory_bytes"],
    }


def machine() -> dict[str, Any]:
    """What was measured on: processor, cores, memory, load before, and versions."""
    versions = {}
    for package in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _processor(),
        "cores": cores,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "versions": versions,
        "date": time.strftime("%Y-%m-%d"),
    }


def click_grid(picture: Path) -> list[Click]:
    """A grid of clicks over a picture, in its pixels."""
    size = image_size(picture)
    steps = [(i + 0.5) / _GRID for i in range(_GRID)]
    return [(x * size.width, y * size.height) for y in steps for x in steps]


@contextlib.contextmanager
def _started(name: str, weights: Path, digest: str, picture: Path, log: Path) -> Iterator[_Child]:
    with log.open("wb") as errors:
        process = subprocess.Popen(
            part_command("slimsam_core.benchmarks.child", name, str(weights), str(picture), digest),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=part_environment(),
            creationflags=NO_WINDOW,
        )  # fmt: skip
    try:
        yield _Child(name=name, process=process)
    finally:
        process.kill()
        process.communicate()


def _result(child: _Child, masks: dict[str, list[Any]]) -> dict[str, Any]:
    result = {
        "ours": ENGINES[child.name].ours,
        "load_seconds": child.load_seconds,
        "encode": _summary(child.encode),
        "decode": _summary(child.decode),
        "peak_memory_bytes": child.order(do=BenchOrder.MEMORY)["bytes"],
    }
    if "torch" in masks:
        result["agreement"] = _mean_iou(masks["torch"], masks[child.name])
    return result


def _summary(runs: list[dict[str, float]]) -> dict[str, float]:
    """Of the warm runs, with the first run as ``cold``; seconds."""
    wall = [run["seconds"] for run in runs[1:]]
    return {
        "p50": statistics.median(wall),
        "p95": float(np.percentile(wall, 95)),
        "cold": runs[0]["seconds"],
        "cpu_p50": statistics.median(run["cpu_seconds"] for run in runs[1:]),
        "runs": len(wall),
    }


def _mean_iou(expected: list[Any], found: list[Any]) -> float:
    """Mean IoU of packed masks."""
    pairs = zip(map(np.unpackbits, expected), map(np.unpackbits, found), strict=True)
    return statistics.fmean(iou_of_pixels(a, b) for a, b in pairs)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        return platform.processor()
    return platform.processor()
