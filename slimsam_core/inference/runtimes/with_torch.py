"""What choosing a runtime needs torch for: running a model in it, and converting one for OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from slimsam_core.checkpoints import load_model
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.compiled import Compiled
from slimsam_core.inference.runtimes.conversion import PARTS, convert, uncut
from slimsam_core.inference.runtimes.openvino_runtime import Engine, OpenVinoRuntime, part_precision
from slimsam_core.inference.runtimes.protocol import Choice
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.models.sam import Sam
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress


def choice(path: Path, device: str, note: str, preparable: bool) -> Choice:
    """The model run by torch on ``device`` (``auto``: the first GPU, else the CPU), on a GPU in bfloat16
    where its masks agree. Raises CheckpointError, DeviceUnavailable."""
    model, device = load_model(path), choose_device(device)
    reference = TorchRuntime(model.to(device))
    if not device.startswith("cuda"):
        return Choice(reference, model.arch, note, preparable)
    fast = TorchRuntime(model, half=True)
    agreement = AgreementCheck(reference, model_inputs(model.arch)).measure(fast)
    if agreement >= REQUIRED:
        return Choice(fast, model.arch, note)
    return Choice(reference, model.arch, f"In bfloat16 the masks agree only to {agreement:.3f}.")


def compile_model(
    path: Path, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Compiled:
    """Convert a model for OpenVINO and choose its precision by measurement; see ``prepare_openvino``."""
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
    if wanted == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DeviceUnavailable(
            "The device {wanted!r} cannot be used: {reason}.",
            "Choose the device cpu or auto.",
            wanted=wanted,
            reason=reason,
        ) from error
    return wanted


def _best_precision(
    engine: Engine, model: Sam, graphs: dict[str, object], check: AgreementCheck, step: Callable[[str], None]
) -> Compiled:
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
