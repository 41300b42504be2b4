from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset, preset_names, read_arch
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder


@pytest.mark.parametrize("name", preset_names())
def test_architecture_survives_json(name: str) -> None:
    arch = preset(name)
    assert read_arch(json.loads(json.dumps(arch.to_json()))) == arch
    hash(arch)


def test_free_widths_survive_json() -> None:
    arch = preset("slimsam_77")
    assert isinstance(arch.encoder, VitEncoder)
    blocks = tuple(VitBlock(12 * (i + 1), 100 + i) for i in range(12))
    free = replace(arch, encoder=replace(arch.encoder, blocks=blocks))
    assert read_arch(free.to_json()) == free


def test_sizes() -> None:
    assert (preset("sam_vit_b").embedding_size, preset("sam_vit_b").mask_size) == (64, 256)
    assert (efficientnet_lite(2).embedding_size, efficientnet_lite(2).mask_size) == (32, 128)


@pytest.mark.parametrize(
    "change",
    [
        {"family": "unheard_of"},
        {"image_size": 1000},
        {"image_size": "1024"},
        {"embed_dim": 20},
        {"pixel_mean": [1, 2]},
        {"encoder": {}},
        {"encoder": None},
        {"decoder": {"depth": 0}},
        {"decoder": {"no_such": 1}},
    ],
)
def test_broken_json_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CheckpointError):
        read_arch({**preset("slimsam_77").to_json(), **change})


@pytest.mark.parametrize("data", [None, [], {}, "sam_vit_b", 3])
def test_something_else_is_refused(data: object) -> None:
    with pytest.raises(CheckpointError):
        read_arch(data)


def test_widths_must_divide_by_the_heads() -> None:
    with pytest.raises(ValueError, match="multiple of 12 heads"):
        VitEncoder(width=168, heads=12, blocks=(VitBlock(100, 10),), global_blocks=(0,))
    with pytest.raises(ValueError, match="beyond"):
        VitEncoder(width=168, heads=12, blocks=(VitBlock(120, 10),), global_blocks=(1,))
    with pytest.raises(ValueError, match="at least 1"):
        VitEncoder(width=168, heads=12, blocks=(VitBlock(120, 0),), global_blocks=(0,))


def test_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="slimsam_77"):
        preset("slimsam_99")


@pytest.mark.parametrize(
    "change",
    [
        {"stages": []},
        {"stages": [{"blocks": []}]},
        {"stages": [{"blocks": [[0, 512]]}]},
        {"stages": [{"blocks": [[4, 2**40]]}]},
        {"stages": [{"blocks": [[4, 512]] * 1000}]},
        {"stages": [{"stride": 3}]},
        {"stages": [{"stride": 0}]},
        {"stages": [{"window": 10**6}]},
        {"stages": [{"window": 2048}]},
        {"stages": [{"width": "128"}]},
        {"hidden": [2**40]},
        {"hidden": [16] * 1000},
        {"head_width": 0},
        {"stem": 16_000},
        {"stem": 0},
        {"bias": 1},
    ],
)
def test_impossible_tiny_vits_are_refused(change: dict[str, object]) -> None:
    data = preset("mobile_sam").to_json()
    stages = change.get("stages")
    if isinstance(stages, list):
        change = {"stages": [{**data["encoder"]["stages"][0], **stage} for stage in stages]}
    with pytest.raises(CheckpointError):
        read_arch({**data, "encoder": {**data["encoder"], **change}})


def test_every_family_tells_what_the_tables_need() -> None:
    told = {
        name: (arch.encoder.light, arch.encoder.any_size, arch.encoder.stride)
        for name in ("sam_vit_b", "efficientnet_lite0", "mobile_sam", "sam2_hiera_tiny")
        for arch in [preset(name)]
    }
    assert told == {
        "sam_vit_b": (False, False, 16),
        "efficientnet_lite0": (True, True, 16),
        "mobile_sam": (False, True, 16),
        "sam2_hiera_tiny": (False, True, 16),
    }
