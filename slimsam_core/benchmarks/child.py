"""One engine in a process of its own: orders as JSON lines on stdin, results as JSON lines on stdout."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from slimsam_core.benchmarks.engine import MeasuredEngine, WeightsFile
from slimsam_core.benchmarks.engines import ENGINES
from slimsam_core.pixels.image_io import RgbImage, read_image

if sys.platform != "win32":
    import resource


def peak_memory_bytes() -> int:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.is_file():  # not ru_maxrss, which a new process takes over from the one that started it
        return 1024 * int(status.read_text("ascii").split("VmHWM:")[1].split()[0])
    if sys.platform != "win32":
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    raise OSError("peak memory is measured on Linux and macOS only")


class BenchOrder(StrEnum):
    """What a child is asked to do."""

    ENCODE = "encode"
    DECODE = "decode"
    MEMORY = "memory"


def serve(name: str, weights: WeightsFile, picture: Path) -> None:
    """Load engine ``name`` and carry out orders until the input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not come between the results
    rgb = read_image(picture).rgb
    start = time.perf_counter()
    engine = ENGINES[name].load(weights)
    print(json.dumps({"seconds": time.perf_counter() - start}), file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_carry_out(order, engine, rgb)), file=out, flush=True)


def _carry_out(order: dict[str, Any], engine: MeasuredEngine, rgb: RgbImage) -> dict[str, Any]:
    if order["do"] == BenchOrder.MEMORY:
        return {"bytes": peak_memory_bytes()}
    start, start_cpu = time.perf_counter(), time.process_time()
    mask = None
    if order["do"] == BenchOrder.ENCODE:
        engine.encode(rgb)
    else:
        mask = engine.decode(tuple(order["click"]))
    result = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - start_cpu}
    if mask is not None and "save" in order:
        np.save(order["save"], np.packbits(mask))
    return result


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(sys.argv[1], WeightsFile(Path(sys.argv[2]), sys.argv[4]), Path(sys.argv[3]))
