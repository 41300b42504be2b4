"""The weights of ``network``, by name and shape."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.families.tiny_vit.spec import TinyVitEncoder
from slimsam_core.families.weight_shapes import ShapeList


def encoder_shapes(arch: ArchSpec, of: ShapeList) -> None:
    """Add those of the image encoder."""
    spec = arch.encoder
    assert isinstance(spec, TinyVitEncoder)
    _conv(of, "patch_embed.0", 3, spec.stem, 3)
    _conv(of, "patch_embed.2", spec.stem, spec.width, 3)
    for i, hidden in enumerate(spec.hidden):
        _squeezed(of.below(f"convolutions.{i}"), spec.width, hidden, spec.width)
    before = spec.width
    for i, stage in enumerate(spec.stages):
        part = of.below(f"stages.{i}")
        _squeezed(part.below("merge"), before, stage.merge, stage.width)
        before = stage.width
        for j, sizes in enumerate(stage.blocks):
            block, attention = part.below(f"blocks.{j}"), sizes.heads * spec.head_width
            block.norm("attn.norm", stage.width)
            for name in "qkv":
                block.linear(f"attn.{name}", stage.width, attention)
            block.linear("attn.proj", attention, stage.width)
            block.add("attn.biases", sizes.heads, stage.window**2)
            _conv(block, "local", 1, stage.width, 3)
            block.norm("norm", stage.width)
            block.mlp("mlp", stage.width, sizes.mlp)
    of.neck(before, arch.embed_dim)


def _conv(of: ShapeList, name: str, before: int, after: int, kernel: int) -> None:
    of.conv(f"{name}.0", before, after, kernel, bias=False)
    of.batch_norm(f"{name}.1", after)


def _squeezed(of: ShapeList, before: int, hidden: int, after: int) -> None:
    _conv(of, "expand", before, hidden, 1)
    _conv(of, "depthwise", 1, hidden, 3)
    _conv(of, "project", hidden, after, 1)
