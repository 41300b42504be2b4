"""The names and shapes of an architecture's weights, without torch: what a file must hold to be that model.

A family's module ``shapes`` has ``encoder_shapes(arch, of)``; the rest is SAM's or SAM 2's.
"""

from __future__ import annotations

import importlib
import itertools
from typing import Protocol

from slimsam_core.arch import ArchSpec

Shapes = dict[str, tuple[int, ...]]


class ShapeList:
    """Collects shapes by the names that layers give to their weights."""

    def __init__(self, found: Shapes, prefix: str = "") -> None:
        self._found, self._prefix = found, prefix

    def below(self, name: str) -> ShapeList:
        """A list for the layers whose names begin with ``name`` and a dot."""
        return ShapeList(self._found, f"{self._prefix}{name}.")

    def add(self, name: str, *shape: int) -> None:
        """One array."""
        self._found[f"{self._prefix}{name}"] = shape

    def norm(self, name: str, width: int) -> None:
        """A layer norm."""
        self.add(f"{name}.weight", width)
        self.add(f"{name}.bias", width)

    def batch_norm(self, name: str, width: int) -> None:
        """A batch norm, without its counter."""
        self.norm(name, width)
        self.add(f"{name}.running_mean", width)
        self.add(f"{name}.running_var", width)

    def linear(self, name: str, before: int, after: int) -> None:
        """A linear layer."""
        self.add(f"{name}.weight", after, before)
        self.add(f"{name}.bias", after)

    def conv(self, name: str, before: int, after: int, kernel: int, *, bias: bool = True) -> None:
        """A convolution; ``before`` is 1 for a depthwise one."""
        self.add(f"{name}.weight", after, before, kernel, kernel)
        if bias:
            self.add(f"{name}.bias", after)

    def mlp(self, name: str, width: int, hidden: int) -> None:
        """Two linear layers."""
        self.linear(f"{name}.lin1", width, hidden)
        self.linear(f"{name}.lin2", hidden, width)

    def neck(self, width: int, dim: int) -> None:
        """SAM's neck, from ``width`` channels to ``dim``."""
        neck = self.below("neck")
        neck.conv("0", width, dim, 1, bias=False)
        neck.norm("1", dim)
        neck.conv("2", dim, dim, 3, bias=False)
        neck.norm("3", dim)


class _Module(Protocol):
    """The module ``shapes`` of a family."""

    def encoder_shapes(self, arch: ArchSpec, of: ShapeList) -> None:
        """Add those of the image encoder."""


def weight_shapes(arch: ArchSpec) -> Shapes:
    """The shape of every weight of a model by its name; counters of batch norms are no weights."""
    found: Shapes = {}
    of = ShapeList(found)
    module: _Module = importlib.import_module(f"{__package__}.{arch.family}.shapes")
    module.encoder_shapes(arch, of.below("image_encoder"))
    _prompt_encoder(arch, of.below("prompt_encoder"))
    _mask_decoder(arch, of.below("mask_decoder"))
    return found


def count_parameters(arch: ArchSpec) -> tuple[int, int]:
    """Parameters of the image encoder, and of prompt encoder and mask decoder together."""
    counts = [0, 0]
    for name, shape in weight_shapes(arch).items():
        if not name.endswith(("running_mean", "running_var", "positional_encoding_gaussian_matrix")):
            size = 1
            for length in shape:
                size *= length
            counts[not name.startswith("image_encoder.")] += size
    return counts[0], counts[1]


def _prompt_encoder(arch: ArchSpec, of: ShapeList) -> None:
    dim, channels = arch.embed_dim, arch.decoder.mask_channels
    of.add("pe_layer.positional_encoding_gaussian_matrix", 2, dim // 2)
    for name in (*(f"point_embeddings.{i}" for i in range(4)), "not_a_point_embed", "no_mask_embed"):
        of.add(f"{name}.weight", 1, dim)
    masks = of.below("mask_downscaling")
    masks.conv("0", 1, channels // 4, 2)
    masks.norm("1", channels // 4)
    masks.conv("3", channels // 4, channels, 2)
    masks.norm("4", channels)
    masks.conv("6", channels, dim, 1)


def _mask_decoder(arch: ArchSpec, of: ShapeList) -> None:
    dim, spec = arch.embed_dim, arch.decoder
    inner, masks = dim // spec.attention_downsample, spec.multimask_outputs + 1
    for i in range(spec.depth):
        block = of.below(f"transformer.layers.{i}")
        _attention(block.below("self_attn"), dim, dim)
        _attention(block.below("cross_attn_token_to_image"), dim, inner)
        _attention(block.below("cross_attn_image_to_token"), dim, inner)
        block.mlp("mlp", dim, spec.mlp_dim)
        for number in range(1, 5):
            block.norm(f"norm{number}", dim)
    _attention(of.below("transformer.final_attn_token_to_image"), dim, inner)
    of.norm("transformer.norm_final_attn", dim)
    of.add("iou_token.weight", 1, dim)
    of.add("mask_tokens.weight", masks, dim)
    of.add("output_upscaling.0.weight", dim, dim // 4, 2, 2)
    of.add("output_upscaling.0.bias", dim // 4)
    of.norm("output_upscaling.1", dim // 4)
    of.add("output_upscaling.3.weight", dim // 4, dim // 8, 2, 2)
    of.add("output_upscaling.3.bias", dim // 8)
    for i in range(masks):
        _head(of.below(f"output_hypernetworks_mlps.{i}"), (dim, dim, dim, dim // 8))
    _head(of.below("iou_prediction_head"), (dim, *[spec.iou_hidden] * (spec.iou_depth - 1), masks))
    if arch.encoder.of_sam2:
        of.add("obj_score_token.weight", 1, dim)
        _head(of.below("pred_obj_score_head"), (dim, dim, dim, 1))


def _attention(of: ShapeList, dim: int, inner: int) -> None:
    for name in ("q_proj", "k_proj", "v_proj"):
        of.linear(name, dim, inner)
    of.linear("out_proj", inner, dim)


def _head(of: ShapeList, widths: tuple[int, ...]) -> None:
    for i, (before, after) in enumerate(itertools.pairwise(widths)):
        of.linear(f"layers.{i}", before, after)
