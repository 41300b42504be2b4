"""Light encoders keep their first layers in float32 where the rest computes in bfloat16."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.checkpoints import model_hash, save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.families.early_late import EarlyLate
from slimsam_core.inference.runtimes import graphs, select
from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.openvino_runtime import (
    EARLY,
    Engine,
    GraphPart,
    OpenVinoRuntime,
    part_precision,
)
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam
from tests.inference.test_graphs import values_of
from tests.models.reference import bundled
from tests.models.test_sam import narrow_lite

PIECES = [EARLY, "encoder.0"]


@pytest.fixture(scope="module")
def light() -> Sam:
    torch.manual_seed(0)
    return build_model(narrow_lite())


def test_only_the_early_part_is_always_float32() -> None:
    assert [part_precision(EARLY, p) for p in ("bf16", "bf16+f32", "f32")] == ["f32"] * 3
    assert [part_precision("encoder.0", p) for p in ("bf16", "bf16+f32", "f32")] == ["bf16", "bf16", "f32"]


def test_the_bundled_model_agrees_in_bfloat16_thanks_to_it() -> None:
    model = load_model(bundled()[0])
    inputs = model_inputs(model.arch)[:1]
    reference, kept = TorchRuntime(model), TorchRuntime(model, half=True)
    rounded = TorchRuntime(_rounded_picture(model), half=True)
    expected = reference.encode(inputs[0][0])

    def error(runtime: TorchRuntime) -> float:
        return float(np.abs(runtime.encode(inputs[0][0]) - expected).mean())

    assert error(kept) < 0.75 * error(rounded)
    if "bf16" not in Engine().precisions:
        pytest.skip("this CPU only imitates bfloat16; the program does not use it there")
    assert AgreementCheck(reference, inputs).measure(kept) >= REQUIRED


def _rounded_picture(model: Sam) -> Sam:
    """The same model, whose early part too sees and computes in bfloat16."""
    encoder = model.image_encoder
    assert isinstance(encoder, EarlyLate)
    whole = load_model(bundled()[0])
    half = load_model(bundled()[0]).image_encoder.to(torch.bfloat16)
    assert isinstance(half, EarlyLate)
    early = half.early
    whole.image_encoder.early = lambda x: early(x.bfloat16()).float()
    return whole


def test_openvino_computes_the_late_part_in_bfloat16_and_falls_back_to_one_graph(
    light: Sam, tmp_path: Path, held_against_torch: list[str]
) -> None:
    engine = Engine()
    if "bf16" not in engine.precisions:
        pytest.skip("this CPU has no bfloat16")
    made = graphs.write_graphs(light.arch, values_of(light), lambda _: None, cut=True)
    blobs = {n: engine.compile(made[n], part_precision(n, "bf16")) for n in PIECES}
    runtime = OpenVinoRuntime(engine, blobs, "bf16", np.zeros(light.arch.embed_dim, np.float32))
    assert runtime.description == "OpenVINO, CPU, bfloat16"
    x = np.random.default_rng(0).normal(size=(1, 3, 96, 96)).astype(np.float32)
    expected = TorchRuntime(light).encode(x)
    got = runtime.encode(x)
    assert np.abs(got - expected).mean() < 0.03 * np.abs(expected).mean()
    np.testing.assert_array_equal(runtime.encode(x), got)
    runtime.encode(-x)
    assert np.abs(got - expected).mean() < 0.03 * np.abs(expected).mean(), "an answer is not written over"

    path = tmp_path / "light.safetensors"
    save_model(light, path)
    compiled = select.prepare_openvino(path, model_hash(path), tmp_path)
    assert held_against_torch == [
        "OpenVINO, CPU, bfloat16",
        "OpenVINO, CPU, bfloat16, decoder float32",
        "OpenVINO, CPU, float32",
    ]
    assert list(compiled.blobs) == list(GraphPart)
