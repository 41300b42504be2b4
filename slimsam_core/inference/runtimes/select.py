"""Which runtime runs a model here: chosen by device and by what is ready, and why it is not a faster one.

Torch is not needed on a CPU: what is not prepared for OpenVINO runs there in float32 at once. Large
models and what OpenVINO cannot run do so in torch where it is installed, by ``with_torch``.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from slimsam_core.devices import AUTO, DeviceKind, computes_on_cpu
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.files import user_folders
from slimsam_core.files.atomic import make_folder
from slimsam_core.inference.runtimes import compiling
from slimsam_core.inference.runtimes.compiled import Compiled, compiled_path, read_compiled, write_compiled
from slimsam_core.inference.runtimes.openvino_runtime import Engine, OpenVinoRuntime
from slimsam_core.inference.runtimes.protocol import Choice
from slimsam_core.library.model_library import check_weights
from slimsam_core.progress import CancelToken, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence
from slimsam_core.torch_part import require_torch, torch_present

GRAPH_VERSION = 7
"""Raised when the compiled graphs change: part of the name under which they are kept."""

_SOON_BYTES = 200 << 20
"""Of weights that OpenVINO compiles while a person waits: SlimSAM-50 has 112 MB; for SAM's own torch is ready
sooner, and holds them once."""


class RuntimeName(StrEnum):
    """What can be asked for."""

    AUTO = AUTO
    """The fastest that is ready; never waits for preparation."""
    TORCH = "torch"
    OPENVINO = "openvino"


def load_runtime(
    path: Path, model_hash: str, device: str = AUTO, runtime: str = AUTO, cache_dir: Path | None = None
) -> Choice:
    """Make a model file ready to run.

    ``device``: ``auto``, ``cpu`` or a torch device name; ``runtime``: a ``RuntimeName``. Asking for
    ``openvino`` prepares it first when that was not done before, which takes some seconds. Raises
    DeviceUnavailable with the reason when a wish cannot be met, CheckpointError (also when the file does not
    hold the weights that ``model_hash`` names).
    """
    if runtime not in list(RuntimeName):
        raise DeviceUnavailable(
            "There is no runtime named {runtime!r}.",
            "Known runtimes: {runtimes}.",
            runtime=runtime,
            runtimes=", ".join(RuntimeName),
        )
    if runtime == RuntimeName.OPENVINO:
        if device not in (AUTO, DeviceKind.CPU):
            raise DeviceUnavailable(
                "OpenVINO does not run on {device!r} here.",
                "Choose the device cpu, or the runtime torch.",
                device=device,
            )
        return _compiled_choice(prepare_openvino(path, model_hash, cache_dir))
    if runtime == RuntimeName.TORCH or device not in (AUTO, DeviceKind.CPU):
        require_torch()
    check_weights(path, model_hash)
    note, preparable = "", False
    if runtime == RuntimeName.AUTO and computes_on_cpu(device):
        try:
            found = read_compiled(_path(model_hash, cache_dir))
            if found is not None and found.precision:
                return _compiled_choice(found)
            preparable = found is None
            note = found.reason if found else sentence("It is faster once it is prepared.")
            if found is None and _file_bytes(path) < _SOON_BYTES:
                return compiling.uncompiled_choice(path, note, preparable)
        except DeviceUnavailable as error:
            note = error.message
    if not torch_present():
        return compiling.uncompiled_choice(path, note, preparable)
    from slimsam_core.inference.runtimes import with_torch

    return with_torch.choice(path, device, note, preparable)


def prepare_openvino(
    path: Path,
    model_hash: str,
    cache_dir: Path | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> Compiled:
    """The model compiled for this machine: read from the cache, or written, measured and put there.

    The fastest precision is taken whose masks agree with the reference (``compiling``); when none does, the
    result has no blobs and says why. Raises DeviceUnavailable when OpenVINO cannot be used, CheckpointError,
    Cancelled, OutputError when the cache cannot be written.
    """
    check_weights(path, model_hash)
    target = _path(model_hash, cache_dir)
    found = read_compiled(target)
    if found is not None:
        return found
    make_folder(target.parent)
    compiled = compiling.compile_model(path, progress, cancel)
    write_compiled(target, compiled)
    return compiled


def _file_bytes(path: Path) -> int:
    """Of a file of weights, or of all that is in a folder of ``transformers``."""
    files = path.iterdir() if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files)


def _path(model_hash: str, cache_dir: Path | None) -> Path:
    engine = Engine()
    return compiled_path(
        cache_dir or user_folders.runtimes_dir(),
        model_hash,
        GRAPH_VERSION,
        engine.version,
        engine.cpu_name,
        *engine.precisions,
    )


def _compiled_choice(compiled: Compiled) -> Choice:
    if not compiled.precision:
        raise DeviceUnavailable(compiled.reason, "Choose the runtime torch.")
    runtime = OpenVinoRuntime(Engine(), compiled.blobs, compiled.precision, compiled.no_mask_C)
    return Choice(runtime, compiled.arch)
