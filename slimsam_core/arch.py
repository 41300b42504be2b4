"""The architecture of a model as a value: family, sizes and every free width; no torch here.

A family describes its image encoder by a frozen dataclass registered with ``encoder_spec``; the rest of the
model (prompt encoder, mask decoder) is SAM's for every family. Pruning frees the widths: they are lists.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from slimsam_core import arch_limits as limits
from slimsam_core.errors import CheckpointError


class EncoderSpec(Protocol):
    """What every family's encoder description can say."""

    @property
    def light(self) -> bool:
        """Whether encoding is cheap enough to look at a part of the picture again for one prompt."""

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""

    def check(self, image_size: int) -> None:
        """Raise ValueError when a picture of this side would need more memory than any known model."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> EncoderSpec:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""


_S = TypeVar("_S")
_ENCODER_SPECS: dict[str, type[EncoderSpec]] = {}


def encoder_spec(family: str) -> Callable[[type[_S]], type[_S]]:
    """Class decorator: this dataclass describes the encoders of ``family``."""

    def register(cls: type[_S]) -> type[_S]:
        _ENCODER_SPECS[family] = cls  # type: ignore[assignment]
        return cls

    return register


@dataclass(frozen=True)
class VitBlock:
    """Free widths of one transformer block: query/key/value width and MLP width."""

    attention: int
    mlp: int


@encoder_spec("sam_vit")
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
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""
        return self.patch

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


@dataclass(frozen=True, kw_only=True)
class LiteStage:
    """One stage of inverted residual blocks: output width, kernel, stride of its first block, and the
    expanded width of every block. Without ``expand`` (the first stage) the expanded width is the input's."""

    width: int
    kernel: int
    stride: int
    hidden: tuple[int, ...]
    expand: bool = True


@encoder_spec("efficientnet_lite_sam")
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

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LiteEncoder:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""
        stages = tuple(LiteStage(**{**stage, "hidden": tuple(stage["hidden"])}) for stage in data["stages"])
        return cls(**{**data, "stages": stages, "mix": tuple(data["mix"])})


@dataclass(frozen=True, kw_only=True)
class DecoderSpec:
    """SAM's prompt encoder and two-way mask decoder. ``norm_eps`` is that of the transformer's blocks: 1e-5
    in SAM, 1e-6 in its port to ``transformers``."""

    depth: int = 2
    heads: int = 8
    mlp_dim: int = 2048
    attention_downsample: int = 2
    multimask_outputs: int = 3
    iou_depth: int = 3
    iou_hidden: int = 256
    mask_channels: int = 16
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        limits.whole(limits.MAX_LAYERS, depth=self.depth, iou_depth=self.iou_depth)
        limits.whole(limits.MAX_HEADS, heads=self.heads, attention_downsample=self.attention_downsample)
        limits.whole(limits.MAX_MASKS, multimask_outputs=self.multimask_outputs)
        limits.whole(limits.MAX_WIDTH, mlp_dim=self.mlp_dim, iou_hidden=self.iou_hidden)
        limits.whole(limits.MAX_WIDTH, mask_channels=self.mask_channels)
        if self.mask_channels % 4:
            raise ValueError(f"mask_channels must be a multiple of 4, not {self.mask_channels}")
        if not isinstance(self.norm_eps, float) or not 0 < self.norm_eps < 1:
            raise ValueError(f"norm_eps must be a small positive number, not {limits.short(self.norm_eps)}")


@dataclass(frozen=True, kw_only=True)
class ArchSpec:
    """Everything needed to build a model but its weights.

    ``image_size`` is the side of the square input in pixels, ``embed_dim`` the channels of the image
    embedding; ``pixel_mean`` and ``pixel_std`` are those of RGB in 0..255.
    """

    name: str
    family: str
    image_size: int
    encoder: EncoderSpec
    embed_dim: int = 256
    decoder: DecoderSpec = field(default_factory=DecoderSpec)
    pixel_mean: tuple[float, float, float] = (123.675, 116.28, 103.53)
    pixel_std: tuple[float, float, float] = (58.395, 57.12, 57.375)

    def __post_init__(self) -> None:
        limits.few(limits.MAX_NAME, name=self.name)
        limits.whole(limits.MAX_SIDE, image_size=self.image_size)
        limits.whole(limits.MAX_WIDTH, embed_dim=self.embed_dim)
        limits.pixels(self.pixel_mean, self.pixel_std)
        if self.image_size % self.encoder.stride:
            raise ValueError(f"image_size {self.image_size} is not a multiple of {self.encoder.stride}")
        internal = self.embed_dim // self.decoder.attention_downsample
        if not internal or internal % self.decoder.heads or self.embed_dim % 8:
            raise ValueError(
                f"embed_dim {self.embed_dim} does not divide by {self.decoder.heads} heads and 8"
            )
        self.encoder.check(self.image_size)
        limits.bounded(self.mask_size**2 * self.embed_dim // 8)

    @property
    def embedding_size(self) -> int:
        """Side of the image embedding's grid in cells."""
        return self.image_size // self.encoder.stride

    @property
    def mask_size(self) -> int:
        """Side of the low-resolution masks in pixels."""
        return 4 * self.embedding_size

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, the inverse of ``from_json``."""
        return {
            "name": self.name,
            "family": self.family,
            "image_size": self.image_size,
            "embed_dim": self.embed_dim,
            "encoder": self.encoder.to_json(),
            "decoder": dataclasses.asdict(self.decoder),
            "pixel_mean": list(self.pixel_mean),
            "pixel_std": list(self.pixel_std),
        }

    @staticmethod
    def from_json(data: Any) -> ArchSpec:
        """Read what ``to_json`` wrote. Raises CheckpointError that says what is wrong."""
        try:
            family = limits.text(data["family"])
            if family not in _ENCODER_SPECS:
                raise CheckpointError(
                    "The model's family is not known.",
                    "It may come from a newer version of this program.",
                    expected=" or ".join(sorted(_ENCODER_SPECS)),
                    found=family,
                )
            mean, std = (limits.three_numbers(data[key]) for key in ("pixel_mean", "pixel_std"))
            return ArchSpec(
                name=limits.text(data["name"]),
                family=family,
                image_size=data["image_size"],
                encoder=_ENCODER_SPECS[family].from_json(data["encoder"]),
                embed_dim=data["embed_dim"],
                decoder=DecoderSpec(**data["decoder"]),
                pixel_mean=mean,
                pixel_std=std,
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as e:
            raise CheckpointError(f"The architecture of the model cannot be read ({limits.told(e)}).") from e


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


def _tiny_test() -> ArchSpec:
    blocks = (VitBlock(24, 48), VitBlock(16, 40))
    encoder = VitEncoder(width=24, heads=2, blocks=blocks, global_blocks=(1,), window=3)
    decoder = DecoderSpec(heads=2, mlp_dim=32, iou_hidden=32, mask_channels=8)
    spec = ArchSpec(name="tiny_test", family="sam_vit", image_size=128, encoder=encoder, decoder=decoder)
    return replace(spec, embed_dim=32)


_PRESETS: dict[str, Callable[[], ArchSpec]] = {
    "sam_vit_b": lambda: sam_vit("sam_vit_b", 768, 3072),
    "sam_vit_l": lambda: sam_vit("sam_vit_l", 1024, 4096, depth=24, heads=16, global_every=6),
    "sam_vit_h": lambda: sam_vit("sam_vit_h", 1280, 5120, depth=32, heads=16, global_every=8),
    "slimsam_50": lambda: sam_vit("slimsam_50", 384, 1536),
    "slimsam_77": lambda: sam_vit("slimsam_77", 168, 696),
    **{f"efficientnet_lite{n}": partial(efficientnet_lite, n) for n in range(3)},
    "tiny_test": _tiny_test,
}


def preset_names() -> tuple[str, ...]:
    """The names that ``preset`` knows."""
    return tuple(_PRESETS)


def preset(name: str, *, rename: str = "") -> ArchSpec:
    """A known architecture, under another name if ``rename`` is given. Raises ValueError for unknown ones."""
    if name not in _PRESETS:
        raise ValueError(f"unknown architecture {name!r}; known: {', '.join(_PRESETS)}")
    arch = _PRESETS[name]()
    return replace(arch, name=rename) if rename else arch
