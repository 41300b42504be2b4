"""Files as the reference scripts save them: whole pickled modules of a package ``segment_anything_kd``."""

from __future__ import annotations

import sys
import types
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn

from slimsam_core.models import Sam

PLACES = {  # our class -> module and class that the reference pickles
    "Sam": ("sam", "Sam"),
    "SamVitEncoder": ("image_encoder", "ImageEncoderViT"),
    "Block": ("image_encoder", "Block"),
    "GridAttention": ("image_encoder", "Attention"),
    "Patches": ("image_encoder", "PatchEmbed"),
    "Mlp": ("common", "MLPBlock"),
    "LayerNorm2d": ("common", "LayerNorm2d"),
    "PromptEncoder": ("prompt_encoder", "PromptEncoder"),
    "RandomPositions": ("prompt_encoder", "PositionEmbeddingRandom"),
    "MaskDecoder": ("mask_decoder", "MaskDecoder"),
    "Head": ("mask_decoder", "MLP"),
    "TwoWayTransformer": ("transformer", "TwoWayTransformer"),
    "TwoWayBlock": ("transformer", "TwoWayAttentionBlock"),
    "Attention": ("transformer", "Attention"),
}


def forward(_: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return x


def _fake_classes(monkeypatch: pytest.MonkeyPatch) -> dict[str, type[nn.Module]]:
    package = "segment_anything_kd"
    for name in (package, f"{package}.modeling"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    classes = {}
    for ours, (module_name, class_name) in PLACES.items():
        full = f"{package}.modeling.{module_name}"
        if full not in sys.modules:
            monkeypatch.setitem(sys.modules, full, types.ModuleType(full))
        cls = type(class_name, (nn.Module,), {"__module__": full, "forward": forward})
        setattr(sys.modules[full], class_name, cls)
        classes[ours] = cls
    return classes


def _imitate(module: nn.Module, classes: dict[str, type[nn.Module]]) -> nn.Module:
    """The same tree of parameters under the reference's class names."""
    cls = classes.get(type(module).__name__)
    if cls is None:
        copy = module
        for name, child in module.named_children():
            setattr(copy, name, _imitate(child, classes))
        return copy
    copy = cls()
    for name, parameter in module._parameters.items():
        copy.register_parameter(name, parameter)
    for name, buffer in module._buffers.items():
        copy.register_buffer(name, buffer)
    for name, child in module.named_children():
        copy.add_module(name, _imitate(child, classes))
    return copy


def save_global_pruned(
    model: Sam, path: Path, monkeypatch: pytest.MonkeyPatch, *, legacy: bool = False
) -> None:
    """Takes ``model`` apart: load another one to compare with."""
    fake = _imitate(model, _fake_classes(monkeypatch))
    assert isinstance(fake.image_encoder, nn.Module)
    fake.register_buffer("pixel_mean", torch.zeros(3, 1, 1), persistent=False)
    fake.register_buffer("pixel_std", torch.ones(3, 1, 1))
    encoder = fake.image_encoder
    encoder.forward = encoder.forward  # the bound method is pickled as getattr(encoder, "forward")
    fake.image_encoder = nn.DataParallel(encoder)
    fake.image_encoder.src_device_obj = torch.device("cuda:0")  # as on the machine of a published file
    fake.image_encoder.device_ids = [0]
    fake.mask_decoder.transformer.num_heads = model.arch.decoder.heads  # type: ignore[union-attr]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Couldn't retrieve source code")  # made-up classes have none
        torch.save(fake, path, _use_new_zipfile_serialization=not legacy)


def fused(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A state dict with q, k and v in one tensor, as the original SAM has it."""
    result: dict[str, torch.Tensor] = {}
    for key, tensor in state.items():
        if ".attn.q." in key:
            parts = [state[key.replace(".attn.q.", f".attn.{part}.")] for part in "qkv"]
            result[key.replace(".attn.q.", ".attn.qkv.")] = torch.cat(parts)
        elif ".attn.k." not in key and ".attn.v." not in key:
            result[key] = tensor
    return result
