"""The attention made for this CPU computes what the plain one computes, and stands in for it where it can."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core import devices
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.checkpoints import model_hash, save_model
from slimsam_core.errors import DeviceUnavailable, OutOfMemory
from slimsam_core.families import preset
from slimsam_core.families.encoder_graph import encoder_graph
from slimsam_core.families.graph_writer import GraphWriter
from slimsam_core.families.layers import relative_attention
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes import fused_attention, graphs, select, simd
from slimsam_core.inference.runtimes.fused_attention import FusedAttention, Grid
from slimsam_core.inference.runtimes.openvino_runtime import Engine, GraphPart, OpenVinoRuntime
from slimsam_core.models import build_model
from tests.inference.test_graphs import values_of

here = pytest.mark.skipif(not simd.supported(), reason="this CPU has no bfloat16 products, or a matrix unit")


def arguments(grid: Grid, seed: int, spread: float = 1.0) -> list[torch.Tensor]:
    """``q_NA``, ``k_NA``, ``v_NA`` and the vectors of all distances, ``2H-1 d`` and ``2W-1 d``."""
    generator = torch.Generator().manual_seed(seed)
    sizes = [(grid.cells, grid.channels)] * 3 + [(2 * side - 1, grid.d) for side in (grid.height, grid.width)]
    q, k, v, rel_h, rel_w = (torch.randn(size, generator=generator) for size in sizes)
    return [q * spread, k * spread, v, rel_h * 0.2, rel_w * 0.2]


def plain(grid: Grid, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *rel: torch.Tensor) -> np.ndarray:
    """The reference, in float64."""

    def heads(x: torch.Tensor) -> torch.Tensor:
        return x.double().reshape(1, grid.cells, grid.heads, grid.d).transpose(1, 2)

    def table(distances: torch.Tensor) -> torch.Tensor:
        index = torch.arange((len(distances) + 1) // 2)
        return distances.double()[index[:, None] - index[None, :] + len(index) - 1]

    out = relative_attention(heads(q), heads(k), heads(v), *(table(x) for x in rel))
    return out.transpose(1, 2).reshape(grid.cells, grid.channels).numpy()


def fused(grid: Grid, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *rel: torch.Tensor) -> np.ndarray:
    return FusedAttention(grid)(*(x.numpy() for x in (q, k, v)), *(x.flip(0).mT.numpy() for x in rel))


@here
@settings(max_examples=20, deadline=None)
@given(
    st.builds(
        Grid, st.integers(1, 3), st.integers(1, 40), st.sampled_from([16, 32, 48]), st.sampled_from([32, 64])
    ),
    st.integers(0, 99),
)
def test_it_equals_the_plain_one_but_for_the_rounding_of_bfloat16(grid: Grid, seed: int) -> None:
    tensors = arguments(grid, seed)
    expected, got = plain(grid, *tensors), fused(grid, *tensors)
    assert got.shape == (grid.cells, grid.channels)
    assert got.dtype == np.float32
    assert (
        np.abs(got - expected).mean() < 1e-3
    )  # the values are 0.8 on average; rounded, they are off by 0.001
    assert np.abs(got - expected).max() < 0.03


@here
@pytest.mark.parametrize("spread", [0.0, 30.0, 1e4])
def test_weights_of_any_size_neither_overflow_nor_vanish(spread: float) -> None:
    """All alike: the mean of the values. Scores of thousands: the value of the best key alone."""
    grid = Grid(2, 14, 32, 32)
    q, k, v, rel_h, rel_w = arguments(grid, 1, spread)
    q, k = q.bfloat16().float(), k.bfloat16().float()  # the same winner, rounded or not
    got = fused(grid, q, k, v, rel_h * 0, rel_w * 0)
    assert np.isfinite(got).all()
    if spread == 0:
        mean = v.mean(0, keepdim=True).numpy()
        np.testing.assert_allclose(got, np.broadcast_to(mean, got.shape), atol=2e-3)
    else:
        near = np.abs(got - plain(grid, q, k, v, rel_h * 0, rel_w * 0)) < 0.02
        assert near.mean() > 0.95


@here
@pytest.mark.parametrize("cores", [1, 3, 64])
def test_any_number_of_cores_shares_the_work_without_a_gap(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = Grid(1, 8, 32, 32)
    tensors = arguments(grid, 2)
    expected = fused(grid, *tensors)
    monkeypatch.setattr(fused_attention, "_cores", lambda: cores)
    np.testing.assert_array_equal(fused(grid, *tensors), expected)


@here
def test_arrays_in_another_order_of_memory_are_understood() -> None:
    grid = Grid(2, 6, 32, 32)
    tensors = arguments(grid, 3)
    expected = fused(grid, *tensors)
    turned = [torch.from_numpy(np.asfortranarray(x.numpy())) for x in tensors]
    np.testing.assert_array_equal(fused(grid, *turned), expected)


@pytest.mark.parametrize(
    ("height", "width", "suits"),
    [(64, 64, True), (16, 32, True), (32, 16, False), (14, 14, False), (8, 32, False)],
)
def test_rows_of_whole_vectors_suit(height: int, width: int, suits: bool) -> None:
    assert Grid(2, 8, height, width).suits is suits


ENCODER = VitEncoder(
    width=24,
    heads=2,
    blocks=(VitBlock(24, 48), VitBlock(16, 40), VitBlock(12, 40)),
    global_blocks=(0, 2),
    window=3,
)
ARCH = ArchSpec(
    name="grid_of_32", family="sam_vit", image_size=512, encoder=ENCODER, embed_dim=32,
    decoder=DecoderSpec(heads=2, mlp_dim=32, iou_hidden=32, mask_channels=8),
)  # fmt: skip
"""Two global attentions of different widths, the first and the last block."""


@pytest.fixture(scope="module")
def prepared(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the model is prepared."""
    folder = tmp_path_factory.mktemp("cache")
    select.prepare_openvino(weights, model_hash(weights), folder)
    return folder


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "model.safetensors"
    save_model(build_model(ARCH), path)
    return path


class PlainAttention:
    """Stands in where this CPU has no code of ours: the reference, at the same place."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    def __call__(self, q: np.ndarray, k: np.ndarray, v: np.ndarray, *rel: np.ndarray) -> np.ndarray:
        """See ``FusedAttention``."""
        tables = (torch.from_numpy(np.ascontiguousarray(x.T[::-1])) for x in rel)
        return plain(self.grid, *(torch.from_numpy(x.copy()) for x in (q, k, v)), *tables).astype(np.float32)


@pytest.mark.parametrize("cuts", [(0, 2), (1,), (0, 1, 2)])
def test_the_pieces_make_up_the_encoder(cuts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused_attention, "supported", lambda: True)
    monkeypatch.setattr(fused_attention, "FusedAttention", PlainAttention)
    torch.manual_seed(1)
    arch = dataclasses.replace(ARCH, encoder=dataclasses.replace(ENCODER, global_blocks=cuts))
    model, engine = build_model(arch), Engine()
    made = graphs.write_graphs(arch, values_of(model), lambda _: None, cut=True)
    pieces = [name for name in made if name.startswith("encoder")]
    assert pieces == [f"encoder.{i}" for i in range(len(cuts) + 1)]
    blobs = {name: engine.compile(made[name], "f32") for name in pieces}
    runtime = OpenVinoRuntime(engine, blobs, "f32", np.zeros(arch.embed_dim, np.float32))
    x = torch.randn(1, 3, 512, 512)
    with torch.inference_mode():
        expected = model.image_encoder(x).numpy()
    np.testing.assert_allclose(runtime.encode(x.numpy()), expected, atol=2e-4, rtol=1e-3)


def encoder_parts(arch: ArchSpec) -> list[str]:
    """The names of the graphs of the encoder, cut where that is possible."""
    return list(graphs.encoder_plans(encoder_graph(GraphWriter(None, {}), arch), cut=True))


def test_what_does_not_suit_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused_attention, "supported", lambda: True)
    monkeypatch.setattr(fused_attention, "FusedAttention", PlainAttention)
    assert encoder_parts(ARCH) == ["encoder.0", "encoder.1", "encoder.2"]
    assert encoder_parts(preset("tiny_test")) == ["encoder"]  # 8 x 8 cells
    windows = dataclasses.replace(ARCH, encoder=dataclasses.replace(ENCODER, global_blocks=()))
    assert encoder_parts(windows) == ["encoder"]
    monkeypatch.setattr(fused_attention, "supported", lambda: False)
    assert encoder_parts(ARCH) == ["encoder"]


@here
def test_a_prepared_model_uses_it_says_so_and_gives_the_masks_of_torch(weights: Path, prepared: Path) -> None:
    digest = model_hash(weights)
    compiled = select.prepare_openvino(weights, digest, prepared)
    assert compiled.agreement > 0.99
    assert [name for name in compiled.blobs if name.startswith("encoder")] == [
        f"encoder.{i}" for i in range(3)
    ]
    choice = select.load_runtime(weights, digest, "cpu", "openvino", prepared)
    assert choice.runtime.description == "OpenVINO, CPU, bfloat16, fused attention"
    reference = select.load_runtime(weights, digest, "cpu", "torch", prepared)
    picture = np.random.default_rng(0).integers(0, 256, (300, 500, 3), np.uint8)
    a, b = (Predictor(c.arch, c.runtime).embed(picture).features for c in (reference, choice))
    assert np.abs(a - b).mean() < 0.02 * np.abs(a).mean()
    again = Predictor(choice.arch, choice.runtime).embed(picture).features
    np.testing.assert_array_equal(again, b)  # what an earlier picture left behind has no part in it


@here
@pytest.mark.parametrize("missing", ["llvmlite", "code", "cpu"])
def test_without_it_the_encoder_stays_one_graph(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert encoder_parts(ARCH) == ["encoder.0", "encoder.1", "encoder.2"]
    if missing == "llvmlite":
        for name in [n for n in sys.modules if n.endswith((".simd", ".fused_attention"))]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "llvmlite", None)
    elif missing == "code":
        monkeypatch.setattr(fused_attention, "FusedAttention", _refuse)
    else:
        monkeypatch.setattr(fused_attention, "supported", lambda: False)
    assert encoder_parts(ARCH) == ["encoder"]


def _refuse(_: Grid) -> None:
    raise RuntimeError("LLVM ERROR: Cannot select")


@here
def test_one_that_is_lost_after_the_preparation_sends_the_user_to_torch_with_the_reason(
    weights: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = model_hash(weights)
    monkeypatch.setattr(fused_attention, "CompiledFunction", lambda *_: _refuse(Grid(1, 1, 1, 1)))
    monkeypatch.setattr(devices, "gpu_driver_present", lambda: False)
    choice = select.load_runtime(weights, digest, "cpu", "auto", prepared)
    assert choice.runtime.name == "torch"
    assert "cannot be loaded: LLVM ERROR" in choice.note
    with pytest.raises(DeviceUnavailable, match="pip install llvmlite"):
        select.load_runtime(weights, digest, "cpu", "openvino", prepared)


@here
def test_where_bfloat16_disagrees_the_encoder_is_whole_again_in_float32(
    weights: Path, tmp_path: Path, held_against_torch: list[str]
) -> None:
    compiled = select.prepare_openvino(weights, model_hash(weights), tmp_path)
    assert held_against_torch == [
        "OpenVINO, CPU, bfloat16, fused attention",
        "OpenVINO, CPU, bfloat16, decoder float32, fused attention",
        "OpenVINO, CPU, float32",
    ]
    assert compiled.precision == "f32"
    assert list(compiled.blobs) == list(GraphPart)


@here
def test_memory_that_runs_out_is_told(weights: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = select.prepare_openvino(weights, model_hash(weights), prepared)
    runtime = OpenVinoRuntime(Engine(), compiled.blobs, compiled.precision, compiled.no_mask_C)

    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(FusedAttention, "__call__", full)
    with pytest.raises(OutOfMemory, match="not enough memory"):
        runtime.encode(np.zeros((1, 3, 512, 512), np.float32))
