from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.families import preset
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.models import build_model
from tests.compression.models import model


def saved(path: Path, encoder: VitEncoder, size: int = 128) -> Path:
    """A small SAM with weights large enough for differences to show."""
    arch = replace(preset("tiny_test"), name=path.stem, encoder=encoder, image_size=size)
    torch.manual_seed(4)
    sam = build_model(arch)
    with torch.no_grad():
        for name, parameter in sam.named_parameters():
            if "rel_pos" in name:
                parameter.normal_(0, 0.3)
    save_model(sam, path, metadata={"licence": "CC0-1.0", "source": "made by a test", "data_hash": "d4ta"})
    return path


@pytest.fixture(scope="session")
def uniform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder = VitEncoder(width=24, heads=2, blocks=(VitBlock(24, 48),) * 2, global_blocks=(1,), window=3)
    return saved(tmp_path_factory.mktemp("export") / "uniform.safetensors", encoder)


@pytest.fixture(scope="session")
def free(tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder = VitEncoder(
        width=24, heads=2, blocks=(VitBlock(16, 40), VitBlock(24, 48)), global_blocks=(1,), window=3
    )
    return saved(tmp_path_factory.mktemp("export") / "free.safetensors", encoder)


@pytest.fixture(scope="session")
def hiera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Hiera, whose embedding holds finer features too."""
    path = tmp_path_factory.mktemp("export") / "hiera.safetensors"
    save_model(model("hiera"), path)
    return path


@pytest.fixture(scope="session")
def mobile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small TinyViT, whose windows reach over the edge of the grid."""
    path = tmp_path_factory.mktemp("export") / "mobile.safetensors"
    save_model(model("mobile"), path)
    return path
