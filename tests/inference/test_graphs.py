"""The graphs that are written from a model's weights compute what torch's modules compute, for every family.

Models are tiny, with random weights and statistics that are not the neutral ones, so that no operation that
is left out or misplaced goes unseen.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
import torch

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.checkpoints import fitting_weights, read_checkpoint
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.families import families, preset
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage
from slimsam_core.inference.runtimes import graphs
from slimsam_core.inference.runtimes.openvino_runtime import EARLY, Engine, OpenVinoRuntime
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.inference.runtimes.sam_graph import no_mask
from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime
from slimsam_core.models import build_model
from slimsam_core.models.sam import Sam
from tests.compression.models import tiny_hiera
from tests.models.reference import bundled
from tests.models.test_sam import narrow_lite

DECODER = DecoderSpec(
    depth=3, heads=2, mlp_dim=32, iou_hidden=24, iou_depth=4, mask_channels=8, multimask_outputs=2
)
VIT = VitEncoder(
    width=24,
    heads=2,
    blocks=(VitBlock(24, 48), VitBlock(16, 40), VitBlock(12, 40)),
    global_blocks=(0, 2),
    window=5,  # does not divide the grid of 8
)
TINY = TinyVitEncoder(
    stem=8, width=12, hidden=(20, 16), head_width=4,
    stages=(
        TinyVitStage(
            width=16, merge=20, stride=2, window=7, blocks=(TinyVitBlock(2, 24), TinyVitBlock(3, 20))
        ),
        TinyVitStage(width=24, merge=16, stride=2, window=3, blocks=(TinyVitBlock(2, 40),)),
    ),
)  # fmt: skip
MODELS = {
    "sam_vit": ArchSpec(
        name="a", family="sam_vit", image_size=128, encoder=VIT, embed_dim=32, decoder=DECODER
    ),
    "tiny_vit": ArchSpec(
        name="b", family="tiny_vit", image_size=160, encoder=TINY, embed_dim=32, decoder=DECODER
    ),
    "efficientnet_lite_sam": narrow_lite(),
    "hiera_sam2": replace(tiny_hiera(), image_size=96, decoder=DECODER),
}


def seeded(arch: ArchSpec) -> Sam:
    """A model none of whose weights is a neutral one."""
    torch.manual_seed(0)
    model = build_model(arch)
    generator = torch.Generator().manual_seed(1)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            noise = torch.randn(tensor.shape, generator=generator) * 0.2
            tensor.copy_(tensor + (noise.abs() if name.endswith("running_var") else noise))
    return model


def values_of(model: Sam) -> dict[str, np.ndarray]:
    return {n: x.numpy() for n, x in model.state_dict().items() if not n.endswith(".num_batches_tracked")}


def compiled(model: Sam, cut: bool = False) -> OpenVinoRuntime:
    engine, weights = Engine(), values_of(model)
    made = graphs.write_graphs(model.arch, weights, lambda _: None, cut)
    blobs = {name: engine.compile(graph, "f32") for name, graph in made.items()}
    return OpenVinoRuntime(engine, blobs, "f32", no_mask(model.arch, weights))


def assert_equal(model: Sam, runtime: OpenVinoRuntime, tolerance: float = 1e-4) -> None:
    arch, reference = model.arch, TorchRuntime(model)
    generator = np.random.default_rng(3)
    x = generator.normal(size=(1, 3, arch.image_size, arch.image_size)).astype(np.float32)
    features = reference.encode(x)
    np.testing.assert_allclose(runtime.encode(x), features, atol=tolerance, rtol=tolerance)
    mask = generator.normal(size=(2, 1, arch.mask_size, arch.mask_size)).astype(np.float32) * 5
    coords = generator.uniform(0, arch.image_size, (2, 4, 2)).astype(np.float32)
    labels = np.array([[1, 0, 2, 3], [1, -1, 0, -1]], np.int64)
    for count, given in ((4, None), (2, None), (4, mask)):
        tokens = TokenBatch(coords[:, :count], labels[:, :count], given)
        expected, found = reference.decode(features, tokens), runtime.decode(features, tokens)
        for theirs, ours in zip(expected, found, strict=True):
            assert ours.shape == theirs.shape
            np.testing.assert_allclose(ours, theirs, atol=tolerance * max(1, np.abs(theirs).max()))


def test_every_family_is_here() -> None:
    assert set(MODELS) == set(families())


@pytest.mark.parametrize("family", MODELS)
def test_masks_are_those_of_torch(family: str) -> None:
    model = seeded(MODELS[family])
    assert_equal(model, compiled(model))


def test_an_encoder_in_two_parts_is_the_same() -> None:
    model = seeded(MODELS["efficientnet_lite_sam"])
    runtime = compiled(model, cut=True)
    assert [name for name in runtime._requests if "encoder" in name] == [EARLY, "encoder.0"]
    assert_equal(model, runtime)


def test_a_large_bias_goes_a_few_heads_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slimsam_core.families.graph_layers._BIAS_VALUES", 2 * 64**2)
    encoder = replace(VIT, heads=3, blocks=(VitBlock(24, 48), VitBlock(15, 40), VitBlock(12, 40)))
    model = seeded(replace(MODELS["sam_vit"], encoder=encoder))
    assert_equal(model, compiled(model))


@pytest.mark.parametrize("eps", [1e-5, 1e-6])
def test_the_decoders_own_epsilon_counts(eps: float) -> None:
    model = seeded(replace(MODELS["sam_vit"], decoder=replace(DECODER, norm_eps=eps)))
    assert_equal(model, compiled(model))


def test_the_bundled_model_gives_the_masks_of_torch() -> None:
    path = bundled()[0]
    weights = fitting_weights(read_checkpoint(path))
    model = load_model(path)
    assert weights.keys() == values_of(model).keys()
    assert_equal(model, compiled(model))


def test_what_the_library_refuses_is_told_with_the_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no such operation\nmore lines")

    monkeypatch.setattr(import_openvino().opset13, "convolution", refuse)
    model = seeded(MODELS["sam_vit"])
    with pytest.raises(DeviceUnavailable, match="encoder cannot be written for OpenVINO: no such op"):
        graphs.write_graphs(model.arch, values_of(model), lambda _: None)


def test_another_familys_architecture_is_refused() -> None:
    arch = preset("tiny_test")
    for family in families():
        if family != arch.family:
            with pytest.raises((TypeError, DeviceUnavailable)):
                graphs.write_graphs(dataclasses.replace(arch, family=family), {}, lambda _: None)
