"""SAM's two-way transformer: prompt tokens look at the image and the image looks back (arXiv 2304.02643).

What depends on the image alone is computed by ``TwoWayTransformer.prepare`` and shared by many prompts.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.arch import DecoderSpec
from slimsam_core.families.layers import Mlp


class Attention(nn.Module):
    """Multi-head attention whose inner width is the outer one divided by ``downsample``."""

    def __init__(self, dim: int, heads: int, downsample: int = 1) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(dim, dim // downsample)
        self.k_proj = nn.Linear(dim, dim // downsample)
        self.v_proj = nn.Linear(dim, dim // downsample)
        self.out_proj = nn.Linear(dim // downsample, dim)

    def attend(self, q_BTc: torch.Tensor, k_BSc: torch.Tensor, v_BSc: torch.Tensor) -> torch.Tensor:
        """Attention among already projected inputs; a batch of 1 is shared by the others."""
        batch = max(q_BTc.shape[0], k_BSc.shape[0])
        q, k, v = (self._split(x, batch) for x in (q_BTc, k_BSc, v_BSc))
        x_BnTd = F.scaled_dot_product_attention(q, k, v)
        out: torch.Tensor = self.out_proj(x_BnTd.transpose(1, 2).flatten(2))
        return out

    def forward(self, q_BTC: torch.Tensor, k_BSC: torch.Tensor, v_BSC: torch.Tensor) -> torch.Tensor:
        """``B T C``."""
        return self.attend(self.q_proj(q_BTC), self.k_proj(k_BSC), self.v_proj(v_BSC))

    def _split(self, x_BTc: torch.Tensor, batch: int) -> torch.Tensor:
        own, count, width = x_BTc.shape
        x_BTnd = x_BTc.reshape(own, count, self.heads, width // self.heads)
        return x_BTnd.transpose(1, 2).expand(batch, -1, -1, -1)


@dataclass(frozen=True, kw_only=True)
class ImageTokens:
    """An image ready for decoding: its cells as tokens, their positions, and the first layer's projections of
    them, which no prompt changes. N = cells, C = embed_dim, c = inner width of the attention."""

    keys_BNC: torch.Tensor
    positions_1NC: torch.Tensor
    first_k_BNc: torch.Tensor
    first_v_BNc: torch.Tensor
    first_q_BNc: torch.Tensor
    fine: tuple[torch.Tensor, torch.Tensor] | None = None
    """Features of the cells' parts, ``B N 4 C/4`` and ``B N 16 C/8`` (``families.fine_features``)."""


class TwoWayBlock(nn.Module):
    """Self-attention of the tokens, tokens to image, MLP, image to tokens."""

    def __init__(self, dim: int, spec: DecoderSpec) -> None:
        super().__init__()
        self.self_attn = Attention(dim, spec.heads)
        self.norm1 = nn.LayerNorm(dim, eps=spec.norm_eps)
        self.cross_attn_token_to_image = Attention(dim, spec.heads, spec.attention_downsample)
        self.norm2 = nn.LayerNorm(dim, eps=spec.norm_eps)
        self.mlp = Mlp(dim, spec.mlp_dim, nn.ReLU())
        self.norm3 = nn.LayerNorm(dim, eps=spec.norm_eps)
        self.norm4 = nn.LayerNorm(dim, eps=spec.norm_eps)
        self.cross_attn_image_to_token = Attention(dim, spec.heads, spec.attention_downsample)

    def project(
        self, keys_BNC: torch.Tensor, positions_1NC: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What this block needs of the image: keys and values for the tokens, queries of the image."""
        placed = keys_BNC + positions_1NC
        to_image, to_token = self.cross_attn_token_to_image, self.cross_attn_image_to_token
        return to_image.k_proj(placed), to_image.v_proj(keys_BNC), to_token.q_proj(placed)

    def forward(
        self,
        tokens_BTC: torch.Tensor,
        prompt_BTC: torch.Tensor,
        keys_BNC: torch.Tensor,
        projected: tuple[torch.Tensor, torch.Tensor, torch.Tensor],
        first: bool,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """New tokens and keys. The first block's self-attention knows no positions and has no shortcut."""
        if first:
            tokens = self.self_attn(tokens_BTC, tokens_BTC, tokens_BTC)
        else:
            placed = tokens_BTC + prompt_BTC
            tokens = tokens_BTC + self.self_attn(placed, placed, tokens_BTC)
        tokens = self.norm1(tokens)
        k, v, image_q = projected
        to_image, to_token = self.cross_attn_token_to_image, self.cross_attn_image_to_token
        tokens = self.norm2(tokens + to_image.attend(to_image.q_proj(tokens + prompt_BTC), k, v))
        tokens = self.norm3(tokens + self.mlp(tokens))
        token_k, token_v = to_token.k_proj(tokens + prompt_BTC), to_token.v_proj(tokens)
        return tokens, self.norm4(keys_BNC + to_token.attend(image_q, token_k, token_v))


class TwoWayTransformer(nn.Module):
    """``depth`` two-way blocks and a last look of the tokens at the image."""

    def __init__(self, dim: int, spec: DecoderSpec) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TwoWayBlock(dim, spec) for _ in range(spec.depth))
        self.final_attn_token_to_image = Attention(dim, spec.heads, spec.attention_downsample)
        self.norm_final_attn = nn.LayerNorm(dim)

    def prepare(self, f_BChw: torch.Tensor, positions_1Chw: torch.Tensor) -> ImageTokens:
        """The prompt-independent part for image embeddings that include their dense prompt."""
        keys, positions = f_BChw.flatten(2).mT, positions_1Chw.flatten(2).mT
        first_k, first_v, first_q = self._block(0).project(keys, positions)
        return ImageTokens(
            keys_BNC=keys,
            positions_1NC=positions,
            first_k_BNc=first_k,
            first_v_BNc=first_v,
            first_q_BNc=first_q,
        )

    def forward(self, prompt_BTC: torch.Tensor, image: ImageTokens) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens ``B T C`` and image tokens ``B N C`` after they have seen each other. An image batch of 1
        serves all prompts."""
        tokens, keys = prompt_BTC, image.keys_BNC
        projected = (image.first_k_BNc, image.first_v_BNc, image.first_q_BNc)
        for i in range(len(self.layers)):
            block = self._block(i)
            if i:
                projected = block.project(keys, image.positions_1NC)
            tokens, keys = block(tokens, prompt_BTC, keys, projected, i == 0)
        final = self.final_attn_token_to_image(tokens + prompt_BTC, keys + image.positions_1NC, keys)
        return self.norm_final_attn(tokens + final), keys

    def _block(self, index: int) -> TwoWayBlock:
        block = self.layers[index]
        assert isinstance(block, TwoWayBlock)
        return block
