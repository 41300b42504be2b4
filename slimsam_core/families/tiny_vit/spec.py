"""TinyViT as SAM's image encoder, as values: the free widths of every block, and MobileSAM."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any

from slimsam_core import arch_limits as limits
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families.declaration import Downloadable, Family
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.sentences import sentence


@dataclass(frozen=True)
class TinyVitBlock:
    """Free sizes of one transformer block: attention heads and MLP width."""

    heads: int
    mlp: int


@dataclass(frozen=True, kw_only=True)
class TinyVitStage:
    """A merging of patches and the transformer blocks behind it.

    ``merge`` is the width inside the merging, ``stride`` 2 or 1; ``window`` the side of the attention windows
    in cells.
    """

    width: int
    merge: int
    stride: int
    window: int
    blocks: tuple[TinyVitBlock, ...]


@dataclass(frozen=True, kw_only=True)
class TinyVitEncoder:
    """Two convolutions of stride 2, inverted residual blocks, then stages of attention in windows.

    ``stem`` is the width between the two convolutions, ``width`` that of the inverted residual blocks and
    ``hidden`` their expanded widths; every head of every block has ``head_width`` channels.
    """

    stem: int
    width: int
    hidden: tuple[int, ...]
    stages: tuple[TinyVitStage, ...]
    head_width: int = 32

    def __post_init__(self) -> None:
        limits.whole(limits.MAX_WIDTH, stem=self.stem, width=self.width, head_width=self.head_width)
        limits.few(limits.MAX_STAGES, stages=self.stages, hidden=self.hidden)
        limits.whole(limits.MAX_WIDTH, **{f"hidden[{i}]": width for i, width in enumerate(self.hidden)})
        if not self.stages:
            raise ValueError("an encoder needs at least one stage")
        for i, stage in enumerate(self.stages):
            where = f"stages[{i}]"
            limits.whole(limits.MAX_WIDTH, **{f"{where}.width": stage.width, f"{where}.merge": stage.merge})
            limits.whole(limits.MAX_SIDE, **{f"{where}.window": stage.window})
            limits.whole(2, **{f"{where}.stride": stage.stride})
            limits.few(limits.MAX_BLOCKS, **{f"{where}.blocks": stage.blocks})
            if not stage.blocks:
                raise ValueError(f"{where} needs at least one block")
            for j, block in enumerate(stage.blocks):
                limits.whole(limits.MAX_HEADS, **{f"{where}.blocks[{j}].heads": block.heads})
                limits.whole(limits.MAX_WIDTH, **{f"{where}.blocks[{j}].mlp": block.mlp})

    def check(self, image_size: int) -> None:
        """See ``EncoderSpec.check``."""
        limits.bounded((image_size // 2) ** 2 * self.stem)
        side = image_size // 4
        limits.bounded(side**2 * max(self.width, *self.hidden, self.stages[0].merge))
        for stage in self.stages:
            limits.bounded(side**2 * stage.merge)
            side //= stage.stride
            cells = side + stage.window  # a window over the edge is filled up
            widest = max(max(b.mlp, 3 * b.heads * self.head_width) for b in stage.blocks)
            limits.bounded(cells**2 * max(stage.width, widest))
            heads = max(block.heads for block in stage.blocks)
            if 4 * heads * max(cells**2, stage.window**2) * stage.window**2 > limits.MAX_ATTENTION_BYTES:
                raise ValueError(f"{heads} heads cannot attend over windows of {stage.window}")

    @property
    def light(self) -> bool:
        """No: at 1024 px it takes 0.4 s of a CPU's time in bfloat16, 0.7 s in float32."""
        return False

    @property
    def any_size(self) -> bool:
        """Yes: positions count within windows alone."""
        return True

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""
        return 4 * math.prod(stage.stride for stage in self.stages)

    @property
    def graph_of_any_size(self) -> bool:
        """No: how many windows there are is decided when the graph is made."""
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
        """Plain JSON values; blocks as ``[heads, mlp]``."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        for stage, values in zip(self.stages, data["stages"], strict=True):
            values["blocks"] = [[block.heads, block.mlp] for block in stage.blocks]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TinyVitEncoder:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""
        stages = tuple(
            TinyVitStage(**{**stage, "blocks": tuple(TinyVitBlock(*sizes) for sizes in stage["blocks"])})
            for stage in data["stages"]
        )
        return cls(**{**data, "hidden": tuple(data["hidden"]), "stages": stages})


def tiny_vit_5m(name: str = "tiny_vit_5m", *, image_size: int = 1024) -> ArchSpec:
    """TinyViT-5M with SAM's decoder: 2 inverted residual blocks, then 2, 6 and 2 transformer blocks. The last
    merging does not stride, so that the embedding has SAM's 64 x 64 cells at 1024 px."""
    stages = [(128, 4, 2, 7, 2), (160, 5, 2, 14, 6), (320, 10, 1, 7, 2)]
    return ArchSpec(
        name=name,
        family="tiny_vit",
        image_size=image_size,
        encoder=TinyVitEncoder(
            stem=32,
            width=64,
            hidden=(256, 256),
            stages=tuple(
                TinyVitStage(
                    width=width,
                    merge=width,
                    stride=stride,
                    window=window,
                    blocks=(TinyVitBlock(heads, 4 * width),) * depth,
                )
                for width, heads, stride, window, depth in stages
            ),
        ),
        decoder=DecoderSpec(),
    )


FAMILY = Family(
    name="tiny_vit",
    encoder=TinyVitEncoder,
    presets={"mobile_sam": lambda: tiny_vit_5m("mobile_sam")},
    published=(
        Downloadable(
            name="mobile-sam",
            title=sentence("MobileSAM: SAM with TinyViT-5M"),
            repo="dhkim2810/MobileSAM",
            licence="Apache-2.0",  # of the authors' repository, ChaoningZhang/MobileSAM
            preset="mobile_sam",
            files={"mobile_sam.pt": 100_000_000},  # has 41 MB
            weights="mobile_sam.pt",
        ),
    ),
)
