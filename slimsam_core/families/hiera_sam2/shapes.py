"""The weights of ``network``, by name and shape."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.families.hiera_sam2.spec import PATCH, HieraEncoder
from slimsam_core.families.weight_shapes import ShapeList


def encoder_shapes(arch: ArchSpec, of: ShapeList) -> None:
    """Add those of the image encoder."""
    spec, dim = arch.encoder, arch.embed_dim
    assert isinstance(spec, HieraEncoder)
    first = spec.stages[0]
    of.conv("patch_embed.proj", 3, first.width, PATCH)
    of.add("pos_embed", 1, spec.background, spec.background, first.width)
    of.add("pos_embed_window", 1, first.window, first.window, first.width)
    before = first.width
    for s, stage in enumerate(spec.stages):
        for b, sizes in enumerate(stage.blocks):
            block = of.below(f"stages.{s}.{b}")
            block.norm("norm1", before)
            if s and not b:
                block.linear("shortcut", before, stage.width)
            for part in "qkv":
                block.linear(f"attn.{part}", before, sizes.attention)
            block.linear("attn.proj", sizes.attention, stage.width)
            block.norm("norm2", stage.width)
            block.mlp("mlp", stage.width, sizes.mlp)
            before = stage.width
    neck = of.below("neck")
    for i, (stage, out) in enumerate(zip(spec.stages, (*spec.fine, dim, dim), strict=True)):
        neck.conv(f"laterals.{i}", stage.width, out, 1)
    for i, (width, out) in enumerate(zip(spec.fine, (dim // 8, dim // 4), strict=True)):
        neck.conv(f"fine.{i}", width, out, 1)
    neck.add("no_memory", 1, dim, 1, 1)
