"""EfficientNet-Lite as SAM's image encoder, with a neck that fuses four resolutions at stride 16.

EfficientNet: arXiv 1905.11946; the Lite variants have no squeeze-excite and use ReLU6.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.early_late import EarlyLate
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder, LiteStage
from slimsam_core.families.layers import FrozenNorms, LayerNorm2d


def _batch_norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=1e-3)


class InvertedResidual(nn.Module):
    """Expand, depthwise convolution, project; ``skip`` adds the input."""

    def __init__(self, before: int, hidden: int, stage: LiteStage, stride: int, skip: bool) -> None:
        super().__init__()
        self.skip = skip
        self.expand = (
            nn.Sequential(nn.Conv2d(before, hidden, 1, bias=False), _batch_norm(hidden), nn.ReLU6())
            if stage.expand
            else nn.Identity()
        )
        padding = stage.kernel // 2
        self.dw = nn.Conv2d(hidden, hidden, stage.kernel, stride, padding, groups=hidden, bias=False)
        self.bn1 = _batch_norm(hidden)
        self.pw = nn.Conv2d(hidden, stage.width, 1, bias=False)
        self.bn2 = _batch_norm(stage.width)

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """``B width H' W'``."""
        y: torch.Tensor = self.bn2(self.pw(F.relu6(self.bn1(self.dw(self.expand(x_BCHW))))))
        return x_BCHW + y if self.skip else y


class EfficientNetLite(nn.Module):
    """The classifier's body; its stages are called one by one by the encoder."""

    def __init__(self, spec: LiteEncoder) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, spec.stem, 3, stride=2, padding=1, bias=False)
        self.bn = _batch_norm(spec.stem)
        self.stages = nn.ModuleList()
        before = spec.stem
        for stage in spec.stages:
            blocks = []
            for i, hidden in enumerate(stage.hidden):
                stride = 1 if i else stage.stride
                blocks.append(InvertedResidual(before, hidden, stage, stride, skip=i > 0))
                before = stage.width
            self.stages.append(nn.Sequential(*blocks))

    def first(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """The output of the first stage."""
        x: torch.Tensor = self.stages[0](F.relu6(self.bn(self.stem(x_B3SS))))
        return x

    def rest(self, x_BCHW: torch.Tensor) -> list[torch.Tensor]:
        """The output of every stage, from that of the first."""
        outputs = [x_BCHW]
        for stage in list(self.stages)[1:]:
            outputs.append(stage(outputs[-1]))
        return outputs


class Mix(nn.Sequential):
    """Depthwise 7x7, channel norm, and an MLP of 1x1 convolutions, added to the input."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__(
            nn.Conv2d(width, width, 7, padding=3, groups=width),
            LayerNorm2d(width),
            nn.Conv2d(width, hidden, 1),
            nn.GELU(),
            nn.Conv2d(hidden, width, 1),
        )

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        y = x_BCHW
        for layer in self:
            y = layer(y)
        return x_BCHW + y


class LiteSamEncoder(FrozenNorms, EarlyLate):
    """``x_B3SS`` to ``f_BChw``."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        spec = own(LiteEncoder, arch.encoder)
        dim = arch.embed_dim
        self.taps = spec.taps
        width = {stride: spec.stages[i].width for stride, i in spec.taps.items()}
        self.net = EfficientNetLite(spec)
        self.l4 = nn.Conv2d(width[4], spec.lateral4, 1)
        self.l8 = nn.Conv2d(width[8], spec.lateral8, 1)
        self.l16 = nn.Conv2d(width[16], dim, 1)
        self.l32 = nn.Conv2d(width[32], dim, 1)
        self.d4 = nn.Conv2d(spec.lateral4 * 16, dim, 1)
        self.d8 = nn.Conv2d(spec.lateral8 * 4, dim, 1)
        self.n1 = LayerNorm2d(dim)
        self.mix = nn.ModuleList(Mix(dim, hidden) for hidden in spec.mix)
        self.out = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
        self.n2 = LayerNorm2d(dim)

    def early(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """See ``EarlyLate.early``."""
        return self.net.first(x_B3SS)

    def late(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """See ``EarlyLate.late``."""
        stages = self.net.rest(x_BCHW)
        f4, f8, f16, f32 = (stages[self.taps[stride]] for stride in (4, 8, 16, 32))
        y = self.l16(f16)
        y = y + F.interpolate(self.l32(f32), size=y.shape[-2:], mode="bilinear", align_corners=False)
        y = y + self.d8(F.pixel_unshuffle(self.l8(f8), 2)) + self.d4(F.pixel_unshuffle(self.l4(f4), 4))
        y = self.n1(y)
        for mix in self.mix:
            y = mix(y)
        f_BChw: torch.Tensor = self.n2(self.out(y))
        return f_BChw


def image_encoder(arch: ArchSpec) -> LiteSamEncoder:
    """The encoder of an architecture of this family."""
    return LiteSamEncoder(arch)
