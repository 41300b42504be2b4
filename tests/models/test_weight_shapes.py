"""What a model's weights are is known without torch, and is what torch's modules have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families import preset, preset_names
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.families.weight_shapes import count_parameters, weight_shapes
from slimsam_core.models import meta_model


def of_torch(arch: ArchSpec) -> dict[str, tuple[int, ...]]:
    state = meta_model(arch).state_dict()
    return {n: tuple(x.shape) for n, x in state.items() if not n.endswith(".num_batches_tracked")}


@pytest.mark.parametrize("name", preset_names())
def test_names_and_shapes_are_those_of_torchs_modules(name: str) -> None:
    arch = preset(name)
    assert weight_shapes(arch) == of_torch(arch)
    model = meta_model(arch)
    encoder = sum(p.numel() for p in model.image_encoder.parameters())
    whole = sum(p.numel() for p in model.parameters())
    assert count_parameters(arch) == (encoder, whole - encoder)


@settings(max_examples=25, deadline=None)
@given(
    blocks=st.lists(
        st.builds(VitBlock, st.sampled_from([4, 8, 20]), st.integers(1, 30)), min_size=1, max_size=4
    ),
    decoder=st.builds(
        DecoderSpec,
        depth=st.integers(1, 3), heads=st.sampled_from([1, 2, 4]), mlp_dim=st.integers(1, 40),
        attention_downsample=st.sampled_from([1, 2]), multimask_outputs=st.integers(1, 4),
        iou_depth=st.integers(1, 4), iou_hidden=st.integers(1, 40), mask_channels=st.sampled_from([4, 8]),
    ),
    cut=st.integers(0, 3),
)  # fmt: skip
def test_free_widths_too(blocks: list[VitBlock], decoder: DecoderSpec, cut: int) -> None:
    encoder = VitEncoder(
        width=12, heads=4, blocks=tuple(blocks), global_blocks=tuple(range(min(cut, len(blocks)))), window=3
    )
    arch = replace(preset("tiny_test"), encoder=encoder, decoder=decoder)
    assert weight_shapes(arch) == of_torch(arch)
