"""A stranger's ONNX pair is first read and computed in a process of its own, with little memory and time.

A graph of 300 bytes may ask for any memory, and for a time without end. Run as a script it is that process.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import CheckpointError, SlimSamError
from slimsam_core.export.onnx_runtime import (
    OnnxRuntime,
    OnnxSessions,
    import_onnxruntime,
    onnx_predictor,
    pair_arch,
    pair_files,
)
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.own_process import (
    REFUSED,
    TRIAL_MEMORY_BYTES,
    TRIAL_SECONDS,
    take_no_more,
    trial_code,
    try_part,
)
from slimsam_core.sentences import sentence

BYTES_A_SECOND = 10_000_000
"""Of the files, besides ``TRIAL_SECONDS``: ViT-H, 2.5 GB, has six minutes, far more than its 3 TMAC need."""


def tried_predictor(folder: Path) -> tuple[Predictor, int]:
    """A predictor that runs a pair which came through its trial, and the bytes of its files. Raises
    CheckpointError, DeviceUnavailable."""
    import_onnxruntime()
    pair_arch(folder)
    _, size = pair_files(folder)
    _try(folder, size)
    return onnx_predictor(folder), size


def _try(folder: Path, size: int) -> None:
    seconds = TRIAL_SECONDS + size / BYTES_A_SECOND
    arguments = str(folder.absolute()), str(size), str(seconds)
    # both cores may compute at once, and a busy machine gives half of one
    code, words = try_part("slimsam_core.export.pair_trial", *arguments, seconds=2 * seconds)
    if code == REFUSED:
        raise CheckpointError(sentence("{path}: {words}", path=folder, words=words.strip()[-500:]))
    if code != 0:
        raise CheckpointError(
            "{path} cannot be computed: it took too much memory or time, or broke off.",
            "Export the model again.",
            path=folder,
        )


def _compute(arch: ArchSpec, runtime: OnnxRuntime) -> None:
    side = arch.image_size
    features = runtime.encode(np.zeros((1, 3, side, side), np.float32))
    runtime.decode(features, TokenBatch(np.full((1, 1, 2), side / 2, np.float32), np.ones((1, 1), np.int64)))


def main(folder: Path, size: int, seconds: float) -> int:
    """Read and compute a pair; the exit code is 0 when that went well."""
    try:
        pair_files(folder)
        take_no_more(TRIAL_MEMORY_BYTES + 5 * size, seconds)
        _compute(pair_arch(folder), OnnxRuntime(OnnxSessions(folder)))
    except SlimSamError as error:
        print(error.message)
        return trial_code(error.message.replace(str(folder), ""))  # its name says nothing
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
