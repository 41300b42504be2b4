"""A family is a folder: found by being there, complete, and not named by the rest of the program."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from slimsam_core.families import families, preset, preset_names
from slimsam_core.families.cutting import prunable_family
from slimsam_core.families.foreign import foreign_keys

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent.name for path in (ROOT / "slimsam_core" / "families").glob("*/__init__.py"))
NAMING = {
    "slimsam_core/benchmarks/peers.py": "transformers and segment-anything have SAM's own encoder alone",
    "slimsam_core/checkpoints/native.py": "headers that name an EfficientNet-Lite by its backbone",
    "slimsam_core/export/transformers_config.py": "SamModel has SAM's own encoder alone",
}
"""Modules that know a family by its name, and why. The list may only shrink."""


def test_every_folder_is_a_family_and_has_what_one_needs() -> None:
    assert list(families()) == FOLDERS
    assert len(FOLDERS) >= 4
    for name in FOLDERS:
        assert families()[name].name == name
        network = importlib.import_module(f"slimsam_core.families.{name}.network")
        assert callable(network.image_encoder)
        cutting = prunable_family(name)
        for answer in ("channel_groups", "with_widths", "skeleton", "checkpointed", "after_cut"):
            assert callable(getattr(cutting, answer)), (name, answer)
        assert callable(cutting.bottleneck_taps)
        assert callable(cutting.embedding_taps)


def test_a_preset_belongs_to_one_family() -> None:
    assert len(set(preset_names())) == len(preset_names())
    for family in families().values():
        for name in family.presets:
            arch = preset(name)
            assert (arch.family, arch.name) == (family.name, name)
            assert type(arch.encoder) is family.encoder


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("image_encoder.blocks.0.attn.qkv.weight", "sam_vit"),
        ("image_encoder.layers.0.blocks.0.conv1.c.weight", "tiny_vit"),
        ("image_encoder.trunk.blocks.0.norm1.weight", "hiera_sam2"),
    ],
)
def test_foreign_files_are_told_apart_by_their_names(name: str, family: str) -> None:
    found, _ = foreign_keys({name: None})  # type: ignore[dict-item]
    assert found == family


def test_nobody_else_names_a_family() -> None:
    naming = re.compile(rf"slimsam_core\.families\.({'|'.join(FOLDERS)})\b|\"({'|'.join(FOLDERS)})\"")
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("slimsam_core", "slimsam_app")
        for path in (ROOT / package).rglob("*.py")
        if not path.is_relative_to(ROOT / "slimsam_core" / "families")
        and naming.search(path.read_text("utf-8"))
    }
    assert found == set(NAMING)
