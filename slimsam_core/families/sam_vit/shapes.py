"""The weights of ``network``, by name and shape."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.families.sam_vit.spec import VitEncoder
from slimsam_core.families.weight_shapes import ShapeList


def encoder_shapes(arch: ArchSpec, of: ShapeList) -> None:
    """Add those of the image encoder."""
    spec, grid = arch.encoder, arch.embedding_size
    assert isinstance(spec, VitEncoder)
    of.conv("patch_embed.proj", 3, spec.width, spec.patch)
    of.add("pos_embed", 1, grid, grid, spec.width)
    for i, widths in enumerate(spec.blocks):
        block, side = of.below(f"blocks.{i}"), grid if i in spec.global_blocks else spec.window
        block.norm("norm1", spec.width)
        for part in "qkv":
            block.linear(f"attn.{part}", spec.width, widths.attention)
        block.linear("attn.proj", widths.attention, spec.width)
        for axis in "hw":
            block.add(f"attn.rel_pos_{axis}", 2 * side - 1, widths.attention // spec.heads)
        block.norm("norm2", spec.width)
        block.mlp("mlp", spec.width, widths.mlp)
    of.neck(spec.width, arch.embed_dim)
