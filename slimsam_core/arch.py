"""The architecture of a model as a value: family, sizes and every free width; no torch here.

A family describes its image encoder by a frozen dataclass in its folder of ``slimsam_core.families``; the
rest of the model (prompt encoder, mask decoder) is SAM's or, with small differences, SAM 2's. Pruning frees
the widths: they are lists.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Protocol

from slimsam_core import arch_limits as limits
from slimsam_core.pixels.square_fit import SquareFit


class EncoderSpec(Protocol):
    """What every family's encoder description can say."""

    @property
    def light(self) -> bool:
        """Whether encoding is cheap enough to look at a part of the picture again for one prompt."""

    @property
    def stride(self) -> int:
        """Input pixels per cell of the embedding."""

    @property
    def any_size(self) -> bool:
        """Whether the weights take squares of other sizes than the one they were trained on."""

    @property
    def graph_of_any_size(self) -> bool:
        """Whether an exported graph can leave the size open: its operations are the same for every size."""

    @property
    def fit(self) -> SquareFit:
        """How pictures come into the square input."""

    @property
    def of_sam2(self) -> bool:
        """Whether the rest of the model is SAM 2's: finer features for the decoder, a token and a head for
        whether there is an object, predicted IoU by a sigmoid, a padding token after boxes too."""

    def check(self, image_size: int) -> None:
        """Raise ValueError when a picture of this side would need more memory than any known model."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> EncoderSpec:
        """The inverse of ``to_json``. Raises KeyError, TypeError or ValueError on other content."""


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
    def fit(self) -> SquareFit:
        """How pictures come into the square input."""
        return self.encoder.fit

    @property
    def embedding_size(self) -> int:
        """Side of the image embedding's grid in cells."""
        return self.image_size // self.encoder.stride

    @property
    def feature_channels(self) -> int:
        """Channels of what the image encoder gives: the embedding's, and finer features packed into its cells
        (``families.fine_features``)."""
        return 4 * self.embed_dim if self.encoder.of_sam2 else self.embed_dim

    @property
    def mask_size(self) -> int:
        """Side of the low-resolution masks in pixels."""
        return 4 * self.embedding_size

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, which ``families.read_arch`` reads."""
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
