"""Hiera as SAM 2's image encoder, as values: the free widths of every block, and the four published sizes."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from slimsam_core import arch_limits as limits
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families.declaration import Downloadable, Family
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.sentences import sentence

PATCH, PATCH_STRIDE = 7, 4
"""Kernel and stride of the convolution that makes cells of pixels, in every Hiera of SAM 2."""
STAGES = 4
"""Of 4, 8, 16 and 32 pixels a cell; the mask decoder looks at the first three."""


@dataclass(frozen=True)
class HieraBlock:
    """Free sizes of one transformer block: the channels of q, k and v (all heads), and the MLP width."""

    attention: int
    mlp: int


@dataclass(frozen=True, kw_only=True)
class HieraStage:
    """Blocks at one resolution. From the second stage on the first block halves the grid: it attends within
    windows of the stage before, and pools its queries.

    ``window`` is the side of the other blocks' windows in cells; those in ``global_blocks`` (by index within
    the stage) attend to everything.
    """

    width: int
    heads: int
    window: int
    blocks: tuple[HieraBlock, ...]
    global_blocks: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HieraEncoder:
    """Four stages, and a pyramid that joins the last two and hands on the first two.

    ``background`` is the side of the table of positions that is stretched over the grid; a table as large as
    the first stage's window is repeated over it. ``fine`` are the widths between the two convolutions that
    the features of the first and the second stage go through.
    """

    stages: tuple[HieraStage, ...]
    background: int = 7
    fine: tuple[int, int] = (256, 256)

    def __post_init__(self) -> None:
        limits.whole(limits.MAX_SIDE, background=self.background)
        if len(self.stages) != STAGES or len(self.fine) != 2:
            raise ValueError(
                f"{STAGES} stages and 2 fine widths are needed, not {len(self.stages)} and {len(self.fine)}"
            )
        limits.whole(limits.MAX_WIDTH, **{f"fine[{i}]": width for i, width in enumerate(self.fine)})
        for i, stage in enumerate(self.stages):
            _check_stage(f"stages[{i}]", stage)
            if i + 1 < STAGES and stage.window % 2:
                raise ValueError(
                    f"windows of stages[{i}] are halved by the next stage; {stage.window} is odd"
                )
            if i and 0 in stage.global_blocks:
                raise ValueError(f"the first block of stages[{i}] pools within windows")

    def check(self, image_size: int) -> None:
        """See ``EncoderSpec.check``."""
        if image_size % 32:
            raise ValueError(f"image_size {image_size} is not a multiple of 32")
        side, before = image_size // PATCH_STRIDE, self.stages[0]
        limits.bounded(side**2 * max(self.fine))
        for index, stage in enumerate(self.stages):
            for place, block in enumerate(stage.blocks):
                pools = index > 0 and place == 0
                grid = 2 * side if pools else side
                window = before.window if pools else 0 if place in stage.global_blocks else stage.window
                cells = grid + window  # a window over the edge is filled up
                limits.bounded(cells**2 * max(stage.width, 3 * block.attention, block.mlp))
                if 4 * stage.heads * max(cells**2, window**2) * (window or grid) ** 2 > _MOST_ATTENTION:
                    raise ValueError(
                        f"{stage.heads} heads cannot attend over {window or grid} x {grid} cells"
                    )
            side, before = side // 2, stage

    @property
    def light(self) -> bool:
        """No: the smallest takes several times the arithmetic of the bundled models."""
        return False

    @property
    def any_size(self) -> bool:
        """Yes: the table of positions is stretched over any grid."""
        return True

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding, which is the third stage's grid."""
        return 16

    @property
    def graph_of_any_size(self) -> bool:
        """No: how many windows there are is decided when the graph is made."""
        return False

    @property
    def fit(self) -> SquareFit:
        """Stretched, as in the public code of SAM 2."""
        return SquareFit.STRETCHED

    @property
    def of_sam2(self) -> bool:
        """See ``EncoderSpec.of_sam2``."""
        return True

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; blocks as ``[attention, mlp]``."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        for stage, values in zip(self.stages, data["stages"], strict=True):
            values["blocks"] = [[block.attention, block.mlp] for block in stage.blocks]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> HieraEncoder:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""
        stages = tuple(
            HieraStage(
                **{
                    **stage,
                    "blocks": tuple(HieraBlock(*sizes) for sizes in stage["blocks"]),
                    "global_blocks": tuple(stage["global_blocks"]),
                }
            )
            for stage in data["stages"]
        )
        return cls(**{**data, "stages": stages, "fine": tuple(data["fine"])})


_MOST_ATTENTION = limits.MAX_ATTENTION_BYTES


def _check_stage(where: str, stage: HieraStage) -> None:
    limits.whole(limits.MAX_WIDTH, **{f"{where}.width": stage.width})
    limits.whole(limits.MAX_HEADS, **{f"{where}.heads": stage.heads})
    limits.whole(limits.MAX_SIDE, **{f"{where}.window": stage.window})
    limits.few(limits.MAX_BLOCKS, **{f"{where}.blocks": stage.blocks})
    if not stage.blocks:
        raise ValueError(f"{where} needs at least one block")
    for j, block in enumerate(stage.blocks):
        sizes = {"attention": block.attention, "mlp": block.mlp}
        limits.whole(
            limits.MAX_WIDTH, **{f"{where}.blocks[{j}].{name}": size for name, size in sizes.items()}
        )
        if block.attention % stage.heads:
            raise ValueError(
                f"{where}.blocks[{j}].attention {block.attention} does not divide by {stage.heads} heads"
            )
    places = stage.global_blocks
    if len(set(places)) != len(places) or not all(
        type(place) is int and 0 <= place < len(stage.blocks) for place in places
    ):
        raise ValueError(f"{where}.global_blocks must be different indices of its blocks")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the shapes of a published model's weights do not tell."""

    heads: int
    """Of the first stage; each stage has twice as many as the one before."""
    windows: tuple[int, int, int, int]
    global_blocks: tuple[int, ...]
    """Within the third stage."""


LAYOUTS = {
    (1, 2, 7, 2): Layout(heads=1, windows=(8, 4, 14, 7), global_blocks=(2, 4, 6)),
    (1, 2, 11, 2): Layout(heads=1, windows=(8, 4, 14, 7), global_blocks=(4, 7, 10)),
    (2, 3, 16, 3): Layout(heads=2, windows=(8, 4, 14, 7), global_blocks=(7, 11, 15)),
    (2, 6, 36, 4): Layout(heads=2, windows=(8, 4, 16, 8), global_blocks=(15, 25, 35)),
}
"""By the number of blocks in each stage: tiny, small, base plus and large."""


def hiera(
    name: str, depths: tuple[int, int, int, int], width: int, *, background: int = 7, image_size: int = 1024
) -> ArchSpec:
    """A published layout with ``width`` channels in the first stage and twice as many in each further one.

    Raises KeyError for depths that are not in ``LAYOUTS``.
    """
    layout = LAYOUTS[depths]
    stages = tuple(
        HieraStage(
            width=width << s,
            heads=layout.heads << s,
            window=layout.windows[s],
            blocks=(HieraBlock(width << s, 4 * width << s),) * depth,
            global_blocks=layout.global_blocks if s == 2 else (),
        )
        for s, depth in enumerate(depths)
    )
    return ArchSpec(
        name=name,
        family="hiera_sam2",
        image_size=image_size,
        encoder=HieraEncoder(stages=stages, background=background),
        decoder=DecoderSpec(),
    )


_PUBLISHED = {
    "tiny": ((1, 2, 7, 2), 96, 7),
    "small": ((1, 2, 11, 2), 96, 7),
    "base_plus": ((2, 3, 16, 3), 112, 14),
    "large": ((2, 6, 36, 4), 144, 7),
}
"""Depths, width of the first stage and side of the table of positions."""

FAMILY = Family(
    name="hiera_sam2",
    encoder=HieraEncoder,
    presets={
        f"sam2_hiera_{size}": partial(hiera, f"sam2_hiera_{size}", depths, width, background=background)
        for size, (depths, width, background) in _PUBLISHED.items()
    },
    published=tuple(
        Downloadable(
            name=f"sam2.1-{size.replace('_', '-')}",
            title=sentence("SAM 2.1 with Hiera ({size}), for still pictures", size=size.replace("_", " ")),
            repo=f"facebook/sam2.1-hiera-{size.replace('_', '-')}",
            licence="Apache-2.0",
            preset=f"sam2_hiera_{size}",
            files={f"sam2.1_hiera_{size}.pt": most},
            weights=f"sam2.1_hiera_{size}.pt",
        )
        for size, most in {
            "tiny": 300_000_000,  # twice the 39 million parameters in float32, as for the others
            "small": 400_000_000,
            "base_plus": 700_000_000,
            "large": 1_800_000_000,
        }.items()
    ),
)
