"""SAM's image encoder as values: the free widths of every block, and the known architectures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Any

from slimsam_core import arch_limits as limits
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families.declaration import Downloadable, Family
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.sentences import sentence


@dataclass(frozen=True)
class VitBlock:
    """Free widths of one transformer block: query/key/value width and MLP width."""

    attention: int
    mlp: int


@dataclass(frozen=True, kw_only=True)
class VitEncoder:
    """SAM's image encoder (arXiv 2304.02643): one residual width, free widths in every block.

    ``window`` is the side of the attention windows in cells; the blocks in ``global_blocks`` see everything.
    """

    width: int
    heads: int
    blocks: tuple[VitBlock, ...]
    global_blocks: tuple[int, ...]
    window: int = 14
    patch: int = 16

    def __post_init__(self) -> None:
        limits.whole(limits.MAX_WIDTH, width=self.width)
        limits.whole(limits.MAX_HEADS, heads=self.heads)
        limits.whole(limits.MAX_PATCH, patch=self.patch)
        limits.whole(limits.MAX_SIDE, window=self.window)
        limits.few(limits.MAX_BLOCKS, blocks=self.blocks, global_blocks=self.global_blocks)
        if not self.blocks:
            raise ValueError("an encoder needs at least one block")
        for i, block in enumerate(self.blocks):
            limits.whole(limits.MAX_WIDTH, **{f"blocks[{i}].attention": block.attention})
            limits.whole(limits.MAX_WIDTH, **{f"blocks[{i}].mlp": block.mlp})
            if block.attention % self.heads:
                raise ValueError(
                    f"blocks[{i}].attention = {block.attention} is not a multiple of {self.heads} heads"
                )
        if any(type(i) is not int or not 0 <= i < len(self.blocks) for i in self.global_blocks):
            raise ValueError(f"global_blocks name blocks beyond 0..{len(self.blocks) - 1}")

    def check(self, image_size: int) -> None:
        """See ``EncoderSpec.check``."""
        grid = max(image_size // self.patch, self.window)
        limits.bounded(grid**2 * max(self.width, *(max(b.attention, b.mlp) for b in self.blocks)))
        if 4 * self.heads * grid**4 > limits.MAX_ATTENTION_BYTES:
            raise ValueError(f"{self.heads} heads cannot attend over {grid} x {grid} cells")

    @property
    def light(self) -> bool:
        """No: a transformer at 1024 px takes seconds on a CPU."""
        return False

    @property
    def any_size(self) -> bool:
        """No: its position table has one entry a cell."""
        return False

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""
        return self.patch

    @property
    def graph_of_any_size(self) -> bool:
        """No: as ``any_size``."""
        return False

    @property
    def fit(self) -> SquareFit:
        """Padded right and below, as in SAM."""
        return SquareFit.LETTERBOX

    @property
    def of_sam2(self) -> bool:
        """No."""
        return False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; blocks as ``[attention, mlp]``."""
        data = dataclasses.asdict(self)
        data["blocks"] = [[b.attention, b.mlp] for b in self.blocks]
        data["global_blocks"] = list(self.global_blocks)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> VitEncoder:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""
        blocks = tuple(VitBlock(attention, mlp) for attention, mlp in data["blocks"])
        return cls(**{**data, "blocks": blocks, "global_blocks": tuple(data["global_blocks"])})


def sam_vit(
    name: str, width: int, mlp: int, *, depth: int = 12, heads: int = 12, global_every: int = 3
) -> ArchSpec:
    """A uniform SAM ViT at 1024 px; every ``global_every``-th block attends globally."""
    return ArchSpec(
        name=name,
        family="sam_vit",
        image_size=1024,
        encoder=VitEncoder(
            width=width,
            heads=heads,
            blocks=(VitBlock(width, mlp),) * depth,
            global_blocks=tuple(range(global_every - 1, depth, global_every)),
        ),
    )


def _tiny_test() -> ArchSpec:
    blocks = (VitBlock(24, 48), VitBlock(16, 40))
    encoder = VitEncoder(width=24, heads=2, blocks=blocks, global_blocks=(1,), window=3)
    decoder = DecoderSpec(heads=2, mlp_dim=32, iou_hidden=32, mask_channels=8)
    spec = ArchSpec(name="tiny_test", family="sam_vit", image_size=128, encoder=encoder, decoder=decoder)
    return replace(spec, embed_dim=32)


FAMILY = Family(
    name="sam_vit",
    encoder=VitEncoder,
    presets={
        "sam_vit_b": lambda: sam_vit("sam_vit_b", 768, 3072),
        "sam_vit_l": lambda: sam_vit("sam_vit_l", 1024, 4096, depth=24, heads=16, global_every=6),
        "sam_vit_h": lambda: sam_vit("sam_vit_h", 1280, 5120, depth=32, heads=16, global_every=8),
        "slimsam_50": lambda: sam_vit("slimsam_50", 384, 1536),
        "slimsam_77": lambda: sam_vit("slimsam_77", 168, 696),
        "tiny_test": _tiny_test,
    },
    published=(
        Downloadable(
            name="slimsam-77",
            title=sentence("SlimSAM-77: SAM-B compressed by 77 %"),
            repo="Zigeng/SlimSAM-uniform-77",
            licence="Apache-2.0",
            preset="slimsam_77",
        ),
        Downloadable(
            name="slimsam-50",
            title=sentence("SlimSAM-50: SAM-B compressed by 50 %"),
            repo="Zigeng/SlimSAM-uniform-50",
            licence="Apache-2.0",
            preset="slimsam_50",
        ),
    ),
)
