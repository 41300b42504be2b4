"""The weights of ``network``, by name and shape."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder
from slimsam_core.families.weight_shapes import ShapeList


def encoder_shapes(arch: ArchSpec, of: ShapeList) -> None:
    """Add those of the image encoder."""
    spec, dim = arch.encoder, arch.embed_dim
    assert isinstance(spec, LiteEncoder)
    net = of.below("net")
    net.conv("stem", 3, spec.stem, 3, bias=False)
    net.batch_norm("bn", spec.stem)
    before = spec.stem
    for s, stage in enumerate(spec.stages):
        for b, hidden in enumerate(stage.hidden):
            block = net.below(f"stages.{s}.{b}")
            if stage.expand:
                block.conv("expand.0", before, hidden, 1, bias=False)
                block.batch_norm("expand.1", hidden)
            block.conv("dw", 1, hidden, stage.kernel, bias=False)
            block.batch_norm("bn1", hidden)
            block.conv("pw", hidden, stage.width, 1, bias=False)
            block.batch_norm("bn2", stage.width)
            before = stage.width
    width = {stride: spec.stages[i].width for stride, i in spec.taps.items()}
    of.conv("l4", width[4], spec.lateral4, 1)
    of.conv("l8", width[8], spec.lateral8, 1)
    of.conv("l16", width[16], dim, 1)
    of.conv("l32", width[32], dim, 1)
    of.conv("d4", spec.lateral4 * 16, dim, 1)
    of.conv("d8", spec.lateral8 * 4, dim, 1)
    of.norm("n1", dim)
    for i, hidden in enumerate(spec.mix):
        mix = of.below(f"mix.{i}")
        mix.conv("0", 1, dim, 7)
        mix.norm("1", dim)
        mix.conv("2", dim, hidden, 1)
        mix.conv("4", hidden, dim, 1)
    of.conv("out", dim, dim, 3, bias=False)
    of.norm("n2", dim)
