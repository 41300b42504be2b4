"""Features finer than the embedding's grid, packed into its cells, so that an embedding stays one array.

SAM 2's mask decoder adds features of twice and four times the resolution while it enlarges the masks. Packed
they are ``f_BChw`` with C = 4 D: the D channels of the embedding, D/4 channels of each of a cell's 2 x 2
parts, D/8 of each of its 4 x 4 parts. The parts come first, in the decoder's own order: those of the first
doubling by row and column, then those of the second.
"""

from __future__ import annotations

import torch


def packed(f_BDhw: torch.Tensor, double_BdHW: torch.Tensor, fourfold_BcHW: torch.Tensor) -> torch.Tensor:
    """``B 4D h w`` from the embedding, ``B D/4 2h 2w`` and ``B D/8 4h 4w``."""
    h, w = f_BDhw.shape[2:]
    double = torch.unflatten(torch.unflatten(double_BdHW, 3, (w, 2)), 2, (h, 2))  # B d h y w x
    double = double.permute((0, 3, 5, 1, 2, 4)).flatten(1, 3)
    fourfold = torch.unflatten(torch.unflatten(fourfold_BcHW, 3, (w, 2, 2)), 2, (h, 2, 2))  # B c h y Y w x X
    fourfold = fourfold.permute((0, 3, 6, 4, 7, 1, 2, 5)).flatten(1, 5)
    return torch.cat([f_BDhw, double, fourfold], dim=1)


def unpacked(f_BChw: torch.Tensor, dim: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The embedding ``B D h w``, and a token a part: ``B N 4 D/4`` and ``B N 16 D/8``, N = h * w cells."""
    f_BDhw, double, fourfold = torch.split(f_BChw, [dim, dim, 2 * dim], dim=1)
    double_BN4d = torch.unflatten(double.flatten(2).mT, 2, (4, -1))
    fourfold_BN16c = torch.unflatten(fourfold.flatten(2).mT, 2, (16, -1))
    return f_BDhw, double_BN4d, fourfold_BN16c


def apart(parts_BNPc: torch.Tensor, side: int) -> torch.Tensor:
    """4 or 16 parts of each cell as a grid of ``side`` x ``side`` cells, ``B c H W``."""
    doublings = 1 if parts_BNPc.shape[2] == 4 else 2
    x = torch.unflatten(torch.unflatten(parts_BNPc, 1, (side, side)), 3, (2, 2) * doublings)
    order = (0, -1, 1, 3, 2, 4) if doublings == 1 else (0, -1, 1, 3, 5, 2, 4, 6)
    rows = doublings + 1
    return x.permute(order).flatten(2, 1 + rows).flatten(3)
