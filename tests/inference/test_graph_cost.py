"""MACs counted in the graph are those that torch counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.families import preset
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.inference.runtimes import graph_cost
from slimsam_core.models.cost import encoder_cost
from tests.compression.models import tiny_hiera, tiny_mobile
from tests.models.test_sam import narrow_lite


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    graph_cost.encoder_macs.cache_clear()


@pytest.mark.parametrize(
    "name", ["efficientnet_lite2", "sam_vit_b", "slimsam_77", "mobile_sam", "sam2_hiera_tiny"]
)
def test_of_published_models(name: str) -> None:
    assert graph_cost.encoder_macs(preset(name)) == encoder_cost(preset(name)).macs


def uneven_vit() -> ArchSpec:
    blocks = VitBlock(6, 5), VitBlock(20, 70)
    encoder = VitEncoder(width=10, heads=2, blocks=blocks, global_blocks=(0,), window=3)
    return replace(preset("tiny_test"), encoder=encoder)


@pytest.mark.parametrize(
    "arch", [uneven_vit(), narrow_lite(), tiny_mobile(), tiny_hiera()], ids=lambda arch: arch.family
)
def test_of_free_widths(arch: ArchSpec) -> None:
    assert graph_cost.encoder_macs(arch) == encoder_cost(arch).macs


def test_torch_counts_where_openvino_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DeviceUnavailable("OpenVINO cannot be loaded.")

    monkeypatch.setattr(graph_cost, "import_openvino", refuse)
    assert graph_cost.encoder_macs(preset("tiny_test")) == 2_568_000
