"""TinyViT as SAM's image encoder, with free widths in every block (arXiv 2207.10666, 2306.14289)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.layers import FrozenNorms, LayerNorm2d, Mlp, in_windows
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage


class ConvNorm(nn.Sequential):
    """A convolution without bias and a batch norm: ``0`` and ``1``."""

    def __init__(self, before: int, after: int, kernel: int, *, stride: int = 1, depthwise: bool = False):
        groups = after if depthwise else 1
        super().__init__(
            nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(after),
        )


class InvertedBottleneck(nn.Module):
    """Expand, depthwise convolution, project; the input is added before the last activation."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.expand = ConvNorm(width, hidden, 1)
        self.depthwise = ConvNorm(hidden, hidden, 3, depthwise=True)
        self.project = ConvNorm(hidden, width, 1)

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        y = F.gelu(self.depthwise(F.gelu(self.expand(x_BCHW))))
        return F.gelu(x_BCHW + self.project(y))


class Merge(nn.Module):
    """Patches become fewer or wider: three convolutions, the middle one depthwise and with the stride."""

    def __init__(self, before: int, hidden: int, after: int, stride: int) -> None:
        super().__init__()
        self.expand = ConvNorm(before, hidden, 1)
        self.depthwise = ConvNorm(hidden, hidden, 3, stride=stride, depthwise=True)
        self.project = ConvNorm(hidden, after, 1)

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """``B after H/stride W/stride``."""
        y: torch.Tensor = self.project(F.gelu(self.depthwise(F.gelu(self.expand(x_BCHW)))))
        return y


class WindowAttention(nn.Module):
    """Self-attention within a window; ``biases`` has a value for each head and each distance in rows and
    columns, row by row."""

    def __init__(self, width: int, heads: int, head_width: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        attention = heads * head_width
        self.norm = nn.LayerNorm(width)
        self.q = nn.Linear(width, attention)
        self.k = nn.Linear(width, attention)
        self.v = nn.Linear(width, attention)
        self.proj = nn.Linear(attention, width)
        self.biases = nn.Parameter(torch.zeros(heads, window**2))

    def forward(self, x_BWWC: torch.Tensor) -> torch.Tensor:
        """Same shape as given, for windows of ``window`` x ``window`` cells."""
        x = self.norm(x_BWWC.flatten(1, 2))
        q, k, v = (torch.unflatten(layer(x), -1, (self.heads, -1)) for layer in (self.q, self.k, self.v))
        y_BnNd = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=self._bias()
        )
        out: torch.Tensor = self.proj(y_BnNd.transpose(1, 2).flatten(2))
        return torch.unflatten(out, 1, (self.window, self.window))

    def _bias(self) -> torch.Tensor:
        """``n N N``: what the distance of two cells adds to their score."""
        index = torch.arange(self.window, device=self.biases.device)
        rows, columns = index.repeat_interleave(self.window), index.repeat(self.window)
        distance_NN = self.window * (rows[:, None] - rows).abs() + (columns[:, None] - columns).abs()
        return self.biases[:, distance_NN]


class WindowBlock(nn.Module):
    """Attention in windows, a depthwise convolution, then an MLP."""

    def __init__(self, width: int, sizes: TinyVitBlock, head_width: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = WindowAttention(width, sizes.heads, head_width, window)
        self.local = ConvNorm(width, width, 3, depthwise=True)
        self.norm = nn.LayerNorm(width)
        self.mlp = Mlp(width, sizes.mlp, nn.GELU())

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """Same shape as given."""
        x_BHWC = x_BCHW.permute(0, 2, 3, 1)
        x_BHWC = x_BHWC + in_windows(x_BHWC, self.window, self.attn)
        x_BHWC = self.local(x_BHWC.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        out: torch.Tensor = x_BHWC + self.mlp(self.norm(x_BHWC))
        return out.permute(0, 3, 1, 2)


class WindowStage(nn.Module):
    """Merging, then blocks: ``merge`` and ``blocks``."""

    def __init__(self, before: int, stage: TinyVitStage, head_width: int) -> None:
        super().__init__()
        self.merge = Merge(before, stage.merge, stage.width, stage.stride)
        self.blocks = nn.Sequential(
            *(WindowBlock(stage.width, block, head_width, stage.window) for block in stage.blocks)
        )

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        """``B width H/stride W/stride``."""
        y: torch.Tensor = self.blocks(self.merge(x_BCHW))
        return y


class TinyVitSamEncoder(FrozenNorms):
    """``x_B3SS`` to ``f_BChw``."""

    def __init__(self, arch: ArchSpec) -> None:
        super().__init__()
        spec = own(TinyVitEncoder, arch.encoder)
        self.patch_embed = nn.Sequential(
            ConvNorm(3, spec.stem, 3, stride=2), nn.GELU(), ConvNorm(spec.stem, spec.width, 3, stride=2)
        )
        self.convolutions = nn.Sequential(*(InvertedBottleneck(spec.width, hidden) for hidden in spec.hidden))
        widths = [spec.width, *(stage.width for stage in spec.stages)]
        pairs = zip(widths, spec.stages, strict=False)  # each stage with the width before it
        self.stages = nn.Sequential(*(WindowStage(before, stage, spec.head_width) for before, stage in pairs))
        self.neck = nn.Sequential(
            nn.Conv2d(widths[-1], arch.embed_dim, 1, bias=False),
            LayerNorm2d(arch.embed_dim),
            nn.Conv2d(arch.embed_dim, arch.embed_dim, 3, padding=1, bias=False),
            LayerNorm2d(arch.embed_dim),
        )

    def forward(self, x_B3SS: torch.Tensor) -> torch.Tensor:
        """``f_BChw``."""
        f_BChw: torch.Tensor = self.neck(self.stages(self.convolutions(self.patch_embed(x_B3SS))))
        return f_BChw


def image_encoder(arch: ArchSpec) -> TinyVitSamEncoder:
    """The encoder of an architecture of this family."""
    return TinyVitSamEncoder(arch)
