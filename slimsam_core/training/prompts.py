"""Prompts as people give them: a click inside, a click in the middle, a box drawn by a shaky hand.

All prompts of a batch are drawn together on the device of its masks. What is drawn by chance comes as numbers
in 0..1 with each prompt, so that a prompt does not depend on what else is in its batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

FIRST_CHANCES, CLICK_CHANCES = 9, 4
"""How many numbers a first prompt and each corrective click take."""
CENTRAL, NEAR = 0.35, 0.3
"""Shares of clicks at the deepest place of a region and near it; the others are uniform in the region."""
NEAR_SPREAD = 0.4
"""Standard deviation of a click near the deepest place, as a share of the depth there."""
BOX_NOISE = 0.08
"""Standard deviation of a box edge as a share of the box's side; at most three of them and ``MOST_NOISE``."""
MOST_NOISE = 20.0
WIDE = 256
"""From this width on the deepest places are found more coarsely: to 4 pixels, in a sixth of the time."""
STEADY = 0.2
"""Share of boxes that are tight."""


@dataclass(frozen=True)
class PromptPolicy:
    """Shares of the kinds of first prompts; the rest is a point alone."""

    box_share: float = 0.4
    both_share: float = 0.1


@dataclass(frozen=True, eq=False)
class FirstPrompts:
    """``points_P2`` x, y and ``boxes_P4`` x0, y0, x1, y1 in pixel indices of the crops, float32;
    ``has_point_P`` and ``has_box_P`` say which of them are given."""

    points_P2: torch.Tensor
    boxes_P4: torch.Tensor
    has_point_P: torch.Tensor
    has_box_P: torch.Tensor

    def forms(self) -> list[torch.Tensor]:
        """Indices of the prompts of each form that occurs: points, boxes, both."""
        kinds_P = self.has_point_P.long() + 2 * self.has_box_P.long()
        groups = (torch.nonzero(kinds_P == kind)[:, 0] for kind in (1, 2, 3))
        return [group for group in groups if len(group)]


def first_prompts(
    masks_PSS: torch.Tensor, inside_P2: torch.Tensor, policy: PromptPolicy, chances_PK: torch.Tensor
) -> FirstPrompts:
    """First prompts for masks, bool, with at least one pixel each; ``inside_P2`` = height and width of the
    pictures' parts, in which boxes stay; ``chances_PK``: ``FIRST_CHANCES`` numbers or more in 0..1 a prompt.
    """
    kind_P = chances_PK[:, 0]
    has_box_P = kind_P < policy.box_share + policy.both_share
    has_point_P = kind_P >= policy.box_share
    points_P2 = clicks_in(masks_PSS, chances_PK[:, 1:5])
    return FirstPrompts(
        points_P2, _noisy_boxes(masks_PSS, inside_P2, chances_PK[:, 4:9]), has_point_P, has_box_P
    )


def corrective_clicks(
    target_Phw: torch.Tensor, shown_Phw: torch.Tensor, scored_Phw: torch.Tensor, chances_PK: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """``x, y`` (P, 2) in indices of the given grid and whether positive (P,): in the deeper one of what is
    missing and what is too much; when nothing is wrong, in the object. ``chances_PK``: ``CLICK_CHANCES``.
    """
    missing_Phw = target_Phw & ~shown_Phw & scored_Phw
    extra_Phw = shown_Phw & ~target_Phw & scored_Phw
    both_2P = torch.cat([missing_Phw, extra_Phw])
    depth_2P = deepest(both_2P)[1] + 1e-3 * both_2P.flatten(1).sum(1) / both_2P[0].numel()
    positive_P = depth_2P[: len(target_Phw)] >= depth_2P[len(target_Phw) :]
    region_Phw = torch.where(positive_P[:, None, None], missing_Phw, extra_Phw)
    nothing_P = ~region_Phw.flatten(1).any(1)
    region_Phw = torch.where(nothing_P[:, None, None], target_Phw, region_Phw)
    return clicks_in(region_Phw, chances_PK), positive_P


def clicks_in(regions_Phw: torch.Tensor, chances_PK: torch.Tensor) -> torch.Tensor:
    """A place in each region, bool, float32 ``x, y`` (P, 2): central, near the centre, or anywhere; of four
    chances the first decides which. An empty region gives (0, 0).
    """
    width = regions_Phw.shape[2]
    centre_P, depth_P = deepest(regions_Phw)
    anywhere_P = pixel_at(regions_Phw, chances_PK[:, 1])
    angle_P, far_P = 2 * torch.pi * chances_PK[:, 1], _normal(0.5 + 0.5 * chances_PK[:, 2]) * NEAR_SPREAD
    x_P = (centre_P % width) + far_P * depth_P * angle_P.cos()
    y_P = (centre_P // width) + far_P * depth_P * angle_P.sin()
    x_P, y_P = x_P.round().long().clamp(0, width - 1), y_P.round().long().clamp(0, regions_Phw.shape[1] - 1)
    near_P = y_P * width + x_P
    near_P = torch.where(regions_Phw.flatten(1).gather(1, near_P[:, None])[:, 0], near_P, centre_P)
    chosen_P = torch.where(chances_PK[:, 0] < CENTRAL + NEAR, near_P, anywhere_P)
    chosen_P = torch.where(chances_PK[:, 0] < CENTRAL, centre_P, chosen_P)
    return torch.stack([chosen_P % width, chosen_P // width], 1).float()


def pixel_at(regions_Phw: torch.Tensor, share_P: torch.Tensor) -> torch.Tensor:
    """Index of the pixel of each region, bool, that comes after ``share_P`` (0..1) of the others; 0 in an
    empty one."""
    ranks = regions_Phw.flatten(1).cumsum(1, dtype=torch.int32)
    count_P = ranks[:, -1]
    wanted_P = (share_P * count_P).long().clamp(max=(count_P.long() - 1).clamp(min=0)) + 1
    found = torch.searchsorted(ranks, wanted_P[:, None].int())[:, 0]
    return found.clamp(max=ranks.shape[1] - 1) * (count_P > 0)


def deepest(regions_Phw: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Index (P,) of a pixel far from each region's outside, and how far (P,) in pixels, about; 0 and 0 when
    it is empty.

    The region is worn off by a square and a cross in turn, which is nearly a disk, in blocks of 2x2 pixels
    (4x4 on a grid of ``WIDE``); beyond the grid is outside. A region that has no such block has depth 0.5, at
    its middle pixel.
    """
    count, height, width = regions_Phw.shape
    block = 4 if width >= WIDE else 2
    even = F.pad(regions_Phw.float(), (0, -width % block, 0, -height % block))
    left_P1hw = -F.max_pool2d(-even[:, None], block)
    depth_P1hw = left_P1hw.clone()
    for turn in range(max(left_P1hw.shape[2:])):
        out = F.pad(1 - left_P1hw, (1, 1, 1, 1), value=1.0)
        if turn % 2:
            worn = F.max_pool2d(out, 3, 1)
        else:
            down, across = out[..., 1:-1], out[..., 1:-1, :]
            worn = torch.maximum(F.max_pool2d(down, (3, 1), 1), F.max_pool2d(across, (1, 3), 1))
        left_P1hw = 1 - worn
        if turn % 4 == 3 and not bool(left_P1hw.any()):  # asking a GPU each time would make it wait
            break
        depth_P1hw = depth_P1hw + left_P1hw
    small = depth_P1hw.shape[3]
    most_P, at_P = depth_P1hw.flatten(1).max(1)
    row_P, column_P = (block * part_P + (block - 1) // 2 for part_P in (at_P // small, at_P % small))
    place_P = row_P * width + column_P
    middle_P = pixel_at(regions_Phw, torch.full((count,), 0.5, device=regions_Phw.device))
    thin_P = most_P < 0.5
    depth_P = torch.where(thin_P, 0.5 * regions_Phw.flatten(1).any(1), block * (most_P - 0.25))
    return torch.where(thin_P, middle_P, place_P), depth_P


def _noisy_boxes(masks_PSS: torch.Tensor, inside_P2: torch.Tensor, chances_P5: torch.Tensor) -> torch.Tensor:
    """The masks' boxes with each edge moved; edges as in ``geometry``, minus 0.5 for the model's frame."""
    x0_P, x1_P = _ends(masks_PSS.any(1))
    y0_P, y1_P = _ends(masks_PSS.any(2))
    edges_P4 = torch.stack([x0_P, y0_P, x1_P, y1_P], 1).float()
    sides_P4 = torch.stack([x1_P - x0_P, y1_P - y0_P] * 2, 1)
    shift_P4 = _normal(chances_P5[:, 1:]).clamp(-3, 3) * BOX_NOISE * sides_P4
    shift_P4 = shift_P4.clamp(-MOST_NOISE, MOST_NOISE) * (chances_P5[:, :1] >= STEADY)
    limit_P4 = inside_P2.flip(1).repeat(1, 2).float()
    return torch.minimum((edges_P4 + shift_P4).clamp(min=0), limit_P4) - 0.5


def _ends(found_PS: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First and last + 1 true index of each row."""
    found = found_PS.int()
    return found.argmax(1), found.shape[1] - found.flip(1).argmax(1)


def _normal(chance: torch.Tensor) -> torch.Tensor:
    """Standard normal numbers from uniform ones."""
    normal: torch.Tensor = torch.special.ndtri(chance.clamp(1e-4, 1 - 1e-4))
    return normal
