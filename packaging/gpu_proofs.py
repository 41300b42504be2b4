"""What runs on a GPU, how fast, and whether the masks are those of the CPU: one JSON file.

    python packaging/gpu_proofs.py OUT.json [--device cuda] [--only NAME ...]

Each proof is tried by itself: one that fails says why, the others go on, and the file is written after each.
``--device cpu`` rehearses what does not ask for a GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.families import preset
from slimsam_core.files.resources import resources_dir
from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.agreement import AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.attention import attention_kernel, augmented_attention, chunked_attention
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from slimsam_core.pixels.image_io import read_image

PROJECT = Path(__file__).parents[1]
BUNDLED = resources_dir() / "models" / "lite2.safetensors"
Facts = dict[str, Any]
SHORT_OF_MEMORY = """
import sys
from dataclasses import replace
from pathlib import Path
import torch
from slimsam_core.compression.presets import preset
from slimsam_core.compression.run import run
teacher, pictures, out, device = sys.argv[1:]
if device == "cuda":
    torch.cuda.set_per_process_memory_fraction(3e9 / torch.cuda.get_device_properties(0).total_memory)
recipe = preset("quick-look")
recipe = replace(
    recipe, teacher=teacher, data=replace(recipe.data, images=(pictures,)),
    optimiser=replace(recipe.optimiser, batch=32), performance=replace(recipe.performance, device=device),
)
run(recipe, Path(out), lambda event: print(event, flush=True))
"""
"""A compression with 3 GB and batches of 32."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--only", nargs="*", choices=sorted(PROOFS), default=list(PROOFS))
    args = parser.parse_args()
    device = torch.device(args.device)
    found: dict[str, Facts] = {}
    for name in args.only:
        start = time.monotonic()
        try:
            facts = {"passed": True} | PROOFS[name](device)
        except Exception as error:  # a proof that fails is a result; the others shall still run
            facts = {"passed": False, "error": f"{type(error).__name__}: {error}"}
            traceback.print_exc()
        found[name] = facts | {"seconds": round(time.monotonic() - start, 2)}
        args.out.write_text(json.dumps(found, indent=1))
        print(name, json.dumps(found[name]), flush=True)


def machine(device: torch.device) -> Facts:
    facts: Facts = {"torch": torch.__version__, "python": sys.version.split()[0]}
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        facts |= {"name": properties.name, "bytes": properties.total_memory, "cuda": torch.version.cuda}
    return facts


def bfloat16_gate(device: torch.device) -> Facts:
    """Agreement of the half-precision encoder with the full one, as the gate measures it."""
    facts: Facts = {}
    for name, model in (("bundled", load_model(BUNDLED)), ("slimsam_77", slimsam_77())):
        full = TorchRuntime(model.to(device))
        half = TorchRuntime(model, half=True)
        facts[name] = AgreementCheck(full, model_inputs(model.arch)).measure(half)
    return facts


def masks_as_cpu(device: torch.device) -> Facts:
    """Masks of the sample photographs' objects from their boxes, on the device and on the CPU."""
    data = json.loads((resources_dir() / "samples" / "expected.json").read_text())
    files = {image["id"]: image["file_name"] for image in data["images"]}
    slow, quick = Predictor(load_model(BUNDLED)), Predictor(load_model(BUNDLED).to(device))
    ious = []
    for item in data["annotations"]:
        rgb = read_image(resources_dir() / "samples" / files[item["image_id"]]).rgb
        x, y, width, height = item["bbox"]
        prompts = PromptSet(box=BoxXYXY(x, y, x + width, y + height))
        one, two = (
            candidate_mask(embedding, predictor.predict(embedding, prompts).preferred)
            for predictor in (slow, quick)
            for embedding in (predictor.embed(rgb),)
        )
        ious.append(float((one & two).sum() / max(1, (one | two).sum())))
    if min(ious) < 0.98:
        raise AssertionError(f"masks differ: {ious}")
    return {"objects": len(ious), "least_iou": min(ious), "mean_iou": float(np.mean(ious))}


def fused_attention(device: torch.device) -> Facts:
    """Attention with the relative positions inside of the products, beside the same in pieces."""
    encoder = slimsam_77().to(device).image_encoder
    side = preset("slimsam_77").image_size if device.type == "cuda" else 256
    x = torch.randn(1, 3, side, side, device=device)
    facts: Facts = {}
    results = []
    for name, kernel in (("fused", augmented_attention), ("in pieces", chunked_attention)):
        with torch.inference_mode(), attention_kernel(encoder, kernel):
            if device.type == "cuda":
                facts[f"{name} ms"] = timed(device, partial(encoder, x))
                results.append(encoder(x).float())
    if results:
        apart = (results[0] - results[1]).abs().max() / results[1].abs().max()
        facts["largest difference"] = float(apart)
        if apart > 1e-2:
            raise AssertionError(f"the attentions differ by {float(apart):.3g}")
    return facts


def encode_slimsam_77(device: torch.device) -> Facts:
    """Milliseconds a picture of the encoder in bfloat16, of transformers' and of segment-anything's."""
    if device.type != "cuda":
        return {"left out": "asks for a GPU"}
    from slimsam_core.benchmarks.peers import SegmentAnythingEngine, TransformersEngine

    model = slimsam_77()
    encoders: dict[str, torch.nn.Module] = {"ours": TorchRuntime(model.to(device), half=True)._encoder}
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.safetensors"
        save_model(slimsam_77(), weights)
        for name, engine, part in (
            ("transformers", TransformersEngine, lambda e: e._model.vision_encoder),
            ("segment-anything", SegmentAnythingEngine, lambda e: e._predictor.model.image_encoder),
        ):
            try:
                encoders[name] = part(engine(weights)).to(device, torch.bfloat16)
            except Exception as error:  # one that is not installed, or of another version
                print(f"{name}: {error}")
    facts: Facts = {}
    for batch in (1, 16):
        x = torch.randn(
            batch, 3, model.arch.image_size, model.arch.image_size, device=device, dtype=torch.bfloat16
        )
        for name, encoder in encoders.items():
            fused = attention_kernel(encoder, augmented_attention) if name == "ours" else nullcontext()
            with torch.inference_mode(), fused:
                elapsed = timed(device, partial(encoder, x))
            facts[f"{name}, batch {batch}, ms a picture"] = elapsed / batch
    return facts


def compiled_training(device: torch.device) -> Facts:
    """Forward and backward of the bundled encoder, plain and compiled, and what compiling takes."""
    if device.type != "cuda":
        return {"left out": "asks for a GPU"}
    encoder = load_model(BUNDLED).to(device, memory_format=torch.channels_last).image_encoder
    x = torch.randn(64, 3, 384, 384, device=device)

    def step(call: Callable[[torch.Tensor], torch.Tensor]) -> None:
        with torch.autocast("cuda", torch.bfloat16):
            call(x).float().square().mean().backward()

    facts: Facts = {"plain ms": timed(device, lambda: step(encoder))}
    start = time.monotonic()
    compiled = torch.compile(encoder)
    step(compiled)
    facts["compiling s"] = time.monotonic() - start
    facts["compiled ms"] = timed(device, lambda: step(compiled))
    return facts


def compression_speed(device: torch.device) -> Facts:
    """The benchmark of distillation beside the reference loop, as it prints it.

    Without the project's settings of pytest, which name plug-ins that the machine need not have.
    """
    if device.type != "cuda":
        return {"left out": "asks for a GPU"}
    command = [
        sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "-m", "bench", "-s", "-q",
        "--noconftest", "-p", "no:cacheprovider", "tests/benchmarks/bench_compression.py",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise AssertionError((done.stdout + done.stderr)[-600:])
    return {
        "printed": [line for line in done.stdout.splitlines() if "pictures/s" in line or "faster" in line]
    }


def memory_halves_the_batch(device: torch.device) -> Facts:
    """A compression that is given 3 GB and a batch too large for it goes on with half of the batch."""
    if device.type != "cuda":
        return {"left out": "asks for a GPU"}
    with tempfile.TemporaryDirectory() as folder:
        pictures, teacher, out = (Path(folder) / name for name in ("pictures", "teacher.safetensors", "out"))
        pictures.mkdir()
        for number in range(64):
            sample = resources_dir() / "samples" / "chelsea.jpg"
            (pictures / f"{number}.jpg").write_bytes(sample.read_bytes())
        save_model(slimsam_77(), teacher)
        command = [sys.executable, "-c", SHORT_OF_MEMORY, str(teacher), str(pictures), str(out), device.type]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
        halved = done.stdout.count("BatchHalved(")
        if not halved:
            raise AssertionError("no batch was halved: " + (done.stdout + done.stderr)[-600:])
        ended = (done.stdout + done.stderr)[-600:] if done.returncode else ""
        return {"halved": halved, "finished": done.returncode == 0, "ended": ended}


def slimsam_77() -> Sam:
    """The architecture with random weights: for speed and agreement, not for quality."""
    torch.manual_seed(0)
    return build_model(preset("slimsam_77")).eval()


def timed(device: torch.device, call: Callable[[], object], runs: int = 10) -> float:
    """Milliseconds, the median of some runs after a warm-up."""
    elapsed = []
    for _ in range(runs + 3):
        start = time.perf_counter()
        call()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        elapsed.append(1000 * (time.perf_counter() - start))
    return float(np.median(elapsed[3:]))


PROOFS: dict[str, Callable[[torch.device], Facts]] = {
    proof.__name__: proof
    for proof in (
        machine, masks_as_cpu, bfloat16_gate, fused_attention, encode_slimsam_77, memory_halves_the_batch,
        compression_speed, compiled_training,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
