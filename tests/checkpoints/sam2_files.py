"""Files as SAM 2's public code saves them: its names and shapes, of any width, with made-up weights."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
import torch

from slimsam_core.families.hiera_sam2.spec import LAYOUTS

TINY = (1, 2, 7, 2)
Named = tuple[str, tuple[int, ...]]


def both(name: str, *shape: int) -> Iterator[Named]:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape[:1]


def trunk(depths: tuple[int, ...], width: int, background: int, window: int) -> Iterator[Named]:
    yield from both("patch_embed.proj", width, 3, 7, 7)
    yield "pos_embed", (1, width, background, background)
    yield "pos_embed_window", (1, width, window, window)
    number, before = 0, width
    for stage, depth in enumerate(depths):
        after = width << stage
        for place in range(depth):
            block = f"blocks.{number}"
            yield from both(f"{block}.norm1", before)
            yield from both(f"{block}.attn.qkv", 3 * after, before)
            yield from both(f"{block}.attn.proj", after, after)
            yield from both(f"{block}.norm2", after)
            yield from both(f"{block}.mlp.layers.0", 4 * after, after)
            yield from both(f"{block}.mlp.layers.1", after, 4 * after)
            if stage and not place:
                yield from both(f"{block}.proj", after, before)
            number, before = number + 1, after


def decoder(dim: int, mlp: int) -> Iterator[Named]:
    attentions = []
    for i in range(2):
        layer = f"transformer.layers.{i}"
        attentions += [(f"{layer}.self_attn", dim)]
        attentions += [
            (f"{layer}.cross_attn_{way}", dim // 2) for way in ("token_to_image", "image_to_token")
        ]
        for number in range(1, 5):
            yield from both(f"{layer}.norm{number}", dim)
        yield from both(f"{layer}.mlp.layers.0", mlp, dim)
        yield from both(f"{layer}.mlp.layers.1", dim, mlp)
    for name, inner in [*attentions, ("transformer.final_attn_token_to_image", dim // 2)]:
        for part in "qkv":
            yield from both(f"{name}.{part}_proj", inner, dim)
        yield from both(f"{name}.out_proj", dim, inner)
    yield from both("transformer.norm_final_attn", dim)
    for token, count in (("iou_token", 1), ("mask_tokens", 4), ("obj_score_token", 1)):
        yield f"{token}.weight", (count, dim)
    yield "output_upscaling.0.weight", (dim, dim // 4, 2, 2)
    yield "output_upscaling.0.bias", (dim // 4,)
    yield from both("output_upscaling.1", dim // 4)
    yield "output_upscaling.3.weight", (dim // 4, dim // 8, 2, 2)
    yield "output_upscaling.3.bias", (dim // 8,)
    yield from both("conv_s0", dim // 8, dim, 1, 1)
    yield from both("conv_s1", dim // 4, dim, 1, 1)
    heads = [(f"output_hypernetworks_mlps.{i}", dim // 8) for i in range(4)]
    for head, out in [*heads, ("iou_prediction_head", 4), ("pred_obj_score_head", 1)]:
        for i, rows in enumerate((dim, dim, out)):
            yield from both(f"{head}.layers.{i}", rows, dim)


def prompts(dim: int) -> Iterator[Named]:
    yield "pe_layer.positional_encoding_gaussian_matrix", (2, dim // 2)
    for name in (*(f"point_embeddings.{i}" for i in range(4)), "not_a_point_embed", "no_mask_embed"):
        yield f"{name}.weight", (1, dim)
    yield from both("mask_downscaling.0", 4, 1, 2, 2)
    yield from both("mask_downscaling.1", 4)
    yield from both("mask_downscaling.3", 16, 4, 2, 2)
    yield from both("mask_downscaling.4", 16)
    yield from both("mask_downscaling.6", dim, 16, 1, 1)


def published_shapes(
    depths: tuple[int, int, int, int] = TINY, width: int = 96, *, background: int = 7, mlp: int = 2048
) -> Iterator[Named]:
    """Names and shapes of the public code's model, with some of the part for videos."""
    window, dim = LAYOUTS[depths].windows[0], 256
    for name, shape in trunk(depths, width, background, window):
        yield f"image_encoder.trunk.{name}", shape
    for i in range(4):
        yield from both(f"image_encoder.neck.convs.{i}.conv", dim, width << (3 - i), 1, 1)
    for name, shape in prompts(dim):
        yield f"sam_prompt_encoder.{name}", shape
    for name, shape in decoder(dim, mlp):
        yield f"sam_mask_decoder.{name}", shape
    yield "no_mem_embed", (1, 1, dim)
    yield "no_mem_pos_enc", (1, 1, dim)
    yield "maskmem_tpos_enc", (7, 1, 1, 64)
    yield "no_obj_ptr", (1, dim)
    yield "no_obj_embed_spatial", (1, 64)
    yield from both("mask_downsample", 1, 1, 4, 4)
    yield from both("obj_ptr_tpos_proj", 64, dim)
    yield from both("obj_ptr_proj.layers.0", dim, dim)
    yield from both("memory_attention.layers.0.linear1", 16, dim)
    yield from both("memory_encoder.pix_feat_proj", dim, dim, 1, 1)


def value(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Numbers that depend on the name alone, of realistic size."""
    x = 2 * np.random.RandomState(zlib.crc32(name.encode())).random_sample(shape) - 1
    if len(shape) == 1:
        x = 0.2 * x + (1.0 if name.endswith("weight") else 0.0)
    elif not name.endswith(("embed", "embed_window", "matrix")) and "token" not in name:
        x = x * (3 / x[0].size) ** 0.5
    return torch.from_numpy(x).float()


def sam2_state(width: int = 8) -> dict[str, torch.Tensor]:
    """A whole narrow model with the smallest layout."""
    return {name: value(name, shape) for name, shape in published_shapes(width=width, mlp=32)}


_THEIR_NAMES = (
    ("sam_", ""), ("image_encoder.trunk.", "vision_encoder.backbone."),
    ("image_encoder.", "vision_encoder."), ("convs.0.conv", "convs.0"), ("convs.1.conv", "convs.1"),
    ("convs.2.conv", "convs.2"), ("convs.3.conv", "convs.3"),
    ("patch_embed.proj", "patch_embed.projection"), (".norm_", ".layer_norm_"), (".norm", ".layer_norm"),
    (".mlp.layers.0", ".mlp.proj_in"), (".mlp.layers.1", ".mlp.proj_out"), (".out_proj", ".o_proj"),
    ("mask_downscaling.0", "mask_embed.conv1"), ("mask_downscaling.1", "mask_embed.layer_norm1"),
    ("mask_downscaling.3", "mask_embed.conv2"), ("mask_downscaling.4", "mask_embed.layer_norm2"),
    ("mask_downscaling.6", "mask_embed.conv3"), ("output_upscaling.0", "upscale_conv1"),
    ("output_upscaling.1", "upscale_layer_norm"), ("output_upscaling.3", "upscale_conv2"),
    ("no_mem_embed", "no_memory_embedding"),
)  # fmt: skip


def as_transformers_names(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same weights as ``transformers.Sam2Model`` saves them."""
    renamed: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        theirs = name
        for ours, new in _THEIR_NAMES:
            if "layer_norm" not in theirs or "norm" not in ours:
                theirs = theirs.replace(ours, new)
        if "_mlps." in theirs or "_head." in theirs:
            for i, place in enumerate(("proj_in", "layers.0", "proj_out")):
                if f".layers.{i}." in name:
                    theirs = theirs.replace(f".layers.{i}.", f".{place}.")
        renamed[theirs] = tensor
    kinds = [renamed.pop(f"prompt_encoder.point_embeddings.{i}.weight") for i in range(4)]
    renamed["prompt_encoder.point_embed.weight"] = torch.cat(kinds)
    matrix = renamed.pop("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix")
    for name in ("shared_image_embedding", "prompt_encoder.shared_embedding"):
        renamed[f"{name}.positional_embedding"] = matrix.clone()
    return renamed
