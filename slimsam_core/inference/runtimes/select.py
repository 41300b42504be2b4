"""Which runtime runs a model here: chosen by device and by what is ready, and why it is not a faster one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.files import user_folders
from slimsam_core.inference.runtimes.compiled import (
    Compiled,
    compiled_path,
    make_folder,
    read_compiled,
    write_compiled,
)
from slimsam_core.inference.runtimes.protocol import Runtime
from slimsam_core.library.model_library import check_weights
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress

if TYPE_CHECKING:
    from slimsam_core.inference.runtimes.agreement import AgreementCheck
    from slimsam_core.inference.runtimes.openvino_runtime import Engine
    from slimsam_core.models.sam import Sam

GRAPH_VERSION = 6
"""Raised when the compiled graphs change: part of the name under which they are kept."""

RUNTIMES = ("auto", "torch", "openvino")
"""What can be asked for: ``auto`` takes the fastest that is ready and never waits for preparation."""


@dataclass(frozen=True, eq=False)
class Choice:
    """A runtime, the architecture that it runs, and what kept a faster one away (empty: nothing)."""

    runtime: Runtime
    arch: ArchSpec
    note: str = ""
    preparable: bool = False
    """``prepare_openvino`` would make a faster one ready."""


def load_runtime(
    path: Path, model_hash: str, device: str = "auto", runtime: str = "auto", cache_dir: Path | None = None
) -> Choice:
    """Make a model file ready to run.

    ``device``: ``auto``, ``cpu`` or a torch device name; ``runtime``: one of ``RUNTIMES``. Asking for
    ``openvino`` prepares it first when that was not done before, which takes some tens of seconds. Raises
    DeviceUnavailable with the reason when a wish cannot be met, CheckpointError (also when the file does not
    hold the weights that ``model_hash`` names).
    """
    if runtime not in RUNTIMES:
        raise DeviceUnavailable(
            f"There is no runtime named {runtime!r}.", f"Known runtimes: {', '.join(RUNTIMES)}."
        )
    if runtime == "openvino":
        if device not in ("auto", "cpu"):
            raise DeviceUnavailable(
                f"OpenVINO does not run on {device!r} here.", "Choose the device cpu, or the runtime torch."
            )
        return _compiled_choice(prepare_openvino(path, model_hash, cache_dir))
    check_weights(path, model_hash)
    note, preparable = "", False
    if runtime == "auto" and (device == "cpu" or (device == "auto" and not gpu_driver_present())):
        try:
            found = read_compiled(_path(model_hash, cache_dir))
            if found is not None and found.precision:
                return _compiled_choice(found)
            preparable = found is None
            note = found.reason if found else "OpenVINO is faster and not prepared for this model yet."
        except DeviceUnavailable as error:
            note = error.message
    from slimsam_core.checkpoints import load_model

    return _torch_choice(load_model(path), choose_device(device), note, preparable)


def prepare_openvino(
    path: Path,
    model_hash: str,
    cache_dir: Path | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> Compiled:
    """The model compiled for this machine: read from the cache, or converted, measured and put there.

    The fastest precision is taken whose masks agree with torch; when none does, the result has no blobs and
    says why. Raises DeviceUnavailable when OpenVINO cannot be used, CheckpointError, Cancelled, OutputError
    when the cache cannot be written.
    """
    check_weights(path, model_hash)
    target = _path(model_hash, cache_dir)
    found = read_compiled(target)
    if found is not None:
        return found
    make_folder(target.parent)
    compiled = compile_model(path, progress, cancel)
    write_compiled(target, compiled)
    return compiled


def compile_model(
    path: Path, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Compiled:
    """Convert a model for OpenVINO and choose its precision by measurement; see ``prepare_openvino``."""
    from slimsam_core.checkpoints import load_model
    from slimsam_core.inference.runtimes.agreement import AgreementCheck, model_inputs
    from slimsam_core.inference.runtimes.conversion import PARTS, convert
    from slimsam_core.inference.runtimes.openvino_runtime import Engine, part_precision
    from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime

    engine = Engine()
    total = len(PARTS) + 1 + len(engine.precisions)
    done = 0

    def step(what: str) -> None:
        nonlocal done
        if cancel:
            cancel.raise_if_cancelled()
        progress(Progress("prepare", done, total, what))
        done += 1

    step("reading the model")
    model = load_model(path)
    cut = part_precision("encoder", engine.precisions[0]) == "bf16"
    graphs = convert(model, lambda part: step(f"converted the {part}"), cut)
    check = AgreementCheck(TorchRuntime(model), model_inputs(model.arch))
    compiled = _best_precision(engine, model, graphs, check, step)
    progress(Progress("prepare", total, total))
    return compiled


def choose_device(wanted: str) -> str:
    """``auto`` -> the first GPU, else the CPU. Raises DeviceUnavailable when the wanted one is not there."""
    import torch

    if wanted == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            f"The device {wanted!r} cannot be used: {reason}.", "Choose the device cpu or auto."
        ) from error
    return wanted


def usable_devices() -> tuple[str, ...]:
    """``cpu``, and ``cuda`` where it can be used; until torch is loaded: where a driver may be here."""
    torch = sys.modules.get("torch")
    ready = torch is not None and not getattr(torch.__spec__, "_initializing", False)
    cuda = torch.cuda.is_available() if torch is not None and ready else gpu_driver_present()
    return ("cpu", "cuda") if cuda else ("cpu",)


def gpu_driver_present() -> bool:
    """Whether an NVIDIA driver may be here; answers without loading torch."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").exists()
    return Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists()


def _path(model_hash: str, cache_dir: Path | None) -> Path:
    from slimsam_core.inference.runtimes.openvino_runtime import Engine

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
    from slimsam_core.inference.runtimes.openvino_runtime import Engine, OpenVinoRuntime

    if not compiled.precision:
        raise DeviceUnavailable(compiled.reason, "Choose the runtime torch.")
    runtime = OpenVinoRuntime(Engine(), compiled.blobs, compiled.precision, compiled.no_mask_C)
    return Choice(runtime, compiled.arch)


def _torch_choice(model: Sam, device: str, note: str, preparable: bool) -> Choice:
    from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
    from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime

    reference = TorchRuntime(model.to(device))
    if not device.startswith("cuda"):
        return Choice(reference, model.arch, note, preparable)
    fast = TorchRuntime(model, half=True)
    agreement = AgreementCheck(reference, model_inputs(model.arch)).measure(fast)
    if agreement >= REQUIRED:
        return Choice(fast, model.arch, note)
    return Choice(reference, model.arch, f"In bfloat16 the masks agree only to {agreement:.3f}.")


def _best_precision(
    engine: Engine, model: Sam, graphs: dict[str, object], check: AgreementCheck, step: Callable[[str], None]
) -> Compiled:
    from slimsam_core.inference.runtimes.agreement import REQUIRED
    from slimsam_core.inference.runtimes.conversion import uncut
    from slimsam_core.inference.runtimes.openvino_runtime import OpenVinoRuntime, part_precision

    no_mask_C = model.prompt_encoder.no_mask().detach().numpy().ravel()
    made: dict[tuple[str, str], bytes] = {}
    agreement = 0.0
    for precision in engine.precisions:
        step(f"measuring {precision}")
        if part_precision("encoder", precision) == "f32":
            graphs = uncut(model, graphs)
        blobs = {}
        for part, graph in graphs.items():
            key = part, part_precision(part, precision)
            if key not in made:
                made[key] = engine.compile(graph, key[1])
            blobs[part] = made[key]
        agreement = check.measure(OpenVinoRuntime(engine, blobs, precision, no_mask_C))
        if agreement >= REQUIRED:
            return Compiled(
                arch=model.arch,
                precision=precision,
                agreement=agreement,
                reason="",
                no_mask_C=no_mask_C,
                blobs=blobs,
            )
    reason = f"OpenVINO's masks agree with PyTorch's only to IoU {agreement:.3f}."
    return Compiled(
        arch=model.arch, precision="", agreement=agreement, reason=reason, no_mask_C=no_mask_C, blobs={}
    )
