"""The mask decoder with its sums in another order: the same function with less than half the arithmetic.

There are thousands of image cells and about ten prompt tokens. Projecting every cell to keys, values or
queries costs more than moving those projections to the few tokens: ``q (K x)`` becomes ``(q K) x``, the
weighted sum of ``V x`` as ``V`` of the weighted sum of ``x``. The upscaling stays channels-last, since its
transposed convolutions with kernel = stride are matrix products; only the finished logits are rearranged.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from slimsam_core.models.mask_decoder import MaskDecoder
from slimsam_core.models.transformer import Attention, ImageTokens, TwoWayBlock


def lean_decode(
    decoder: MaskDecoder, image: ImageTokens, sparse_BTC: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """What ``decoder(image, sparse_BTC)`` returns: logits ``B M 4h 4w`` and predicted IoU ``B M``."""
    prompt_BTC = torch.cat(
        [decoder.own_tokens()[None].expand(sparse_BTC.shape[0], -1, -1), sparse_BTC], dim=1
    )
    tokens, keys = _two_way(decoder, image, prompt_BTC)
    final = decoder.transformer.final_attn_token_to_image
    seen = _look(final, tokens + prompt_BTC, keys + image.positions_1NC, keys)
    tokens = decoder.transformer.norm_final_attn(tokens + seen)
    hyper_BMc, iou_BM = decoder.from_tokens(tokens)
    return _masks(decoder, keys, image.fine, hyper_BMc.mT), iou_BM


def _two_way(
    decoder: MaskDecoder, image: ImageTokens, prompt_BTC: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens ``B T C`` and cells ``B N C`` after the two-way blocks."""
    tokens, keys = prompt_BTC, image.keys_BNC
    for index, block in enumerate(decoder.transformer.layers):
        assert isinstance(block, TwoWayBlock)
        first = index == 0
        placed = tokens if first else tokens + prompt_BTC
        attended = block.self_attn(placed, placed, tokens)
        tokens = block.norm1(attended if first else tokens + attended)
        look, answer = block.cross_attn_token_to_image, block.cross_attn_image_to_token
        if first:
            seen = look.attend(look.q_proj(tokens + prompt_BTC), image.first_k_BNc, image.first_v_BNc)
        else:
            seen = _look(look, tokens + prompt_BTC, keys + image.positions_1NC, keys)
        tokens = block.norm2(tokens + seen)
        tokens = block.norm3(tokens + block.mlp(tokens))
        placed_k = tokens + prompt_BTC
        if first:
            scores_BNnT = _scores_of_queries(answer, image.first_q_BNc, placed_k)
        else:
            scores_BNnT = _scores_of_cells(answer, keys + image.positions_1NC, placed_k)
        keys = block.norm4(keys + _answer(answer, scores_BNnT, tokens))
    return tokens, keys


def _heads(layer: nn.Linear, heads: int) -> torch.Tensor:
    """Weight of a projection as ``n d C``."""
    return torch.unflatten(layer.weight, 0, (heads, -1))


def _look(
    attention: Attention, tokens_BTC: torch.Tensor, placed_BNC: torch.Tensor, cells_BNC: torch.Tensor
) -> torch.Tensor:
    """Tokens attend to cells, ``B T C``. The keys' bias shifts all scores of a token alike: no effect."""
    n = attention.heads
    q_BTnd = torch.unflatten(attention.q_proj(tokens_BTC), -1, (n, -1))
    q_BnTC = torch.einsum("btnd,ndc->bntc", q_BTnd, _heads(attention.k_proj, n)) * q_BTnd.shape[-1] ** -0.5
    weights_BSN = (q_BnTC.flatten(1, 2) @ placed_BNC.mT).softmax(-1)
    seen_BnTC = torch.unflatten(weights_BSN @ cells_BNC, 1, (n, -1))
    out_BTnd = torch.einsum("bntc,ndc->btnd", seen_BnTC, _heads(attention.v_proj, n))
    out: torch.Tensor = attention.out_proj(out_BTnd.flatten(2) + attention.v_proj.bias)
    return out


def _scores_of_queries(attention: Attention, q_BNc: torch.Tensor, placed_BTC: torch.Tensor) -> torch.Tensor:
    """Scores ``B N n T`` of cells whose queries are known."""
    n = attention.heads
    k_BnTd = torch.unflatten(attention.k_proj(placed_BTC), -1, (n, -1)).transpose(1, 2)
    q_BnNd = torch.unflatten(q_BNc, -1, (n, -1)).transpose(1, 2)
    scores_BnNT: torch.Tensor = q_BnNd @ k_BnTd.mT * k_BnTd.shape[-1] ** -0.5
    return scores_BnNT.transpose(1, 2)


def _scores_of_cells(attention: Attention, cells_BNC: torch.Tensor, placed_BTC: torch.Tensor) -> torch.Tensor:
    """Scores ``B N n T`` of cells, the projection of their queries moved to the tokens."""
    n = attention.heads
    k_BTnd = torch.unflatten(attention.k_proj(placed_BTC), -1, (n, -1))
    k_BTnd = k_BTnd * k_BTnd.shape[-1] ** -0.5
    k_BnTC = torch.einsum("btnd,ndc->bntc", k_BTnd, _heads(attention.q_proj, n))
    shift_BnT = torch.einsum("btnd,nd->bnt", k_BTnd, torch.unflatten(attention.q_proj.bias, 0, (n, -1)))
    scores_BNS = cells_BNC @ k_BnTC.flatten(1, 2).mT + shift_BnT.flatten(1)[:, None]
    return torch.unflatten(scores_BNS, -1, (n, -1))


def _answer(attention: Attention, scores_BNnT: torch.Tensor, tokens_BTC: torch.Tensor) -> torch.Tensor:
    """Cells attend to tokens, ``B N C``, with the output projection moved to the tokens' values."""
    n = attention.heads
    v_BTnd = torch.unflatten(attention.v_proj(tokens_BTC), -1, (n, -1))
    out_Cnd = torch.unflatten(attention.out_proj.weight, 1, (n, -1))
    v_BSC = torch.einsum("btnd,cnd->bntc", v_BTnd, out_Cnd).flatten(1, 2)
    return scores_BNnT.softmax(-1).flatten(2) @ v_BSC + attention.out_proj.bias


def _masks(
    decoder: MaskDecoder,
    keys_BNC: torch.Tensor,
    fine: tuple[torch.Tensor, torch.Tensor] | None,
    hyper_BcM: torch.Tensor,
) -> torch.Tensor:
    """Logits ``B M 4h 4w``: two doublings of the grid, channels last, then the dot product with each mask."""
    first, norm, act1, second, act2 = decoder.output_upscaling
    assert isinstance(first, nn.ConvTranspose2d)
    assert isinstance(second, nn.ConvTranspose2d)
    assert isinstance(norm, nn.LayerNorm)
    x = torch.unflatten(_doubled(first, keys_BNC), -1, (4, -1))
    if fine is not None:
        x = x + fine[0]
    x = _doubled(second, act1(nn.LayerNorm.forward(norm, x)))
    x = torch.unflatten(x, -1, (4, -1)).flatten(2, 3)
    if fine is not None:
        x = x + fine[1]
    x = act2(x)
    side = decoder.embedding_size
    logits = x.flatten(1, 2) @ hyper_BcM
    logits = torch.unflatten(logits, 1, (side, side, 2, 2, 2, 2))  # B h w, then y x of either doubling, M
    return logits.permute(0, 7, 1, 3, 5, 2, 4, 6).flatten(5, 7).flatten(2, 4)


def _doubled(layer: nn.ConvTranspose2d, x: torch.Tensor) -> torch.Tensor:
    """A transposed convolution with kernel = stride = 2, ``[..., C]`` to ``[..., 4c]``: upper left, upper
    right, lower left, lower right."""
    bias = None if layer.bias is None else layer.bias.repeat(4)
    return F.linear(x, layer.weight.permute(2, 3, 1, 0).flatten(0, 2), bias)
