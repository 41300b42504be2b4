"""Pictures and regions in the memory of a device, and how windows of them are gathered from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional as F

from slimsam_core.datasets.labelled import LabelledImage
from slimsam_core.pixels import mask as masks
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import crop
from slimsam_core.training.crops import GREY, CropPlan, Tint

_BLUR_REACH = 4
"""Pixels on either side: three standard deviations of the strongest blur."""


class Collector:
    """Pictures and regions one after another, as flat arrays."""

    def __init__(self) -> None:
        self.pixels: list[np.ndarray] = []
        self.images: list[tuple[int, int, int]] = []
        """Start in the pixels, height, width."""
        self.bits: list[np.ndarray] = []
        self.regions: list[tuple[int, int, int, int, int]] = []
        """Start in the bits, then the box x, y, width, height."""
        self.objects: list[tuple[int, int]] = []
        """Region of the object, region that is ignored for it."""
        self.first_object: list[int] = []
        self._pixel_end = self._bit_end = 0

    def add(self, labels: LabelledImage, rgb: RgbImage) -> int:
        """Number of the picture."""
        self.images.append((self._pixel_end, *labels.size.hw))
        self.pixels.append(rgb.reshape(-1, 3))
        self._pixel_end += labels.size.height * labels.size.width
        self.first_object.append(len(self.objects))
        known: dict[tuple[int, int], int] = {}
        for one in labels.objects:
            ignored = [rle for rle in (labels.ignore, one.ignore) if rle is not None]
            key = (id(labels.ignore), id(one.ignore))
            if key not in known:
                known[key] = self._region(masks.union(ignored)) if ignored else self._region(None)
            self.objects.append((self._region(one.mask), known[key]))
        return len(self.images) - 1

    def stored(self, device: torch.device) -> Store:
        """Everything on a device; the arrays are given up."""
        pixels = torch.from_numpy(np.concatenate(self.pixels)).to(device)
        self.pixels = []
        bits = np.concatenate([*self.bits, np.zeros(1, np.uint8)])
        return Store(
            pixels_N3=pixels,
            images_I3=torch.tensor(self.images, device=device),
            bits_N=torch.from_numpy(bits).to(device),
            regions_R5=torch.tensor(self.regions, device=device),
            objects_O2=torch.tensor(self.objects, device=device),
            first_object=self.first_object,
        )

    def _region(self, rle: Rle | None) -> int:
        box = rle.bbox_xywh if rle is not None and rle.area else (0, 0, 0, 0)
        self.regions.append((self._bit_end, *box))
        if rle is not None and box[2] * box[3]:
            part = crop(rle, *box).view(np.uint8).ravel()
            self.bits.append(part)
            self._bit_end += part.size
        return len(self.regions) - 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Store:
    """``pixels_N3`` and ``bits_N`` uint8; the other tensors as the lists of ``Collector``."""

    pixels_N3: torch.Tensor
    images_I3: torch.Tensor
    bits_N: torch.Tensor
    regions_R5: torch.Tensor
    objects_O2: torch.Tensor
    first_object: list[int]

    def pictures(self, planned: Sequence[tuple[int, CropPlan]], grid: CropGrid) -> torch.Tensor:
        """Crops without change of colour, float32 (B, S, S, 3)."""
        images_B3 = self.images_I3[torch.tensor([i for i, _ in planned], device=self.pixels_N3.device)]
        total: torch.Tensor | float = 0.0
        for x_BS, y_BS in grid.places():
            total = total + self._pixels_at(images_B3, x_BS, y_BS, grid)
        assert isinstance(total, torch.Tensor)
        return total / grid.samples**2

    def regions(self, numbers_P: torch.Tensor, grid: CropGrid) -> torch.Tensor:
        """Shares of the pixels that regions cover, float32 (P, S, S)."""
        regions_P5 = self.regions_R5[numbers_P]
        total: torch.Tensor | float = 0.0
        for x_PS, y_PS in grid.places():
            for (row_PS, down_PS), (column_PS, across_PS) in _neighbours(y_PS, x_PS, grid):
                weight = down_PS[:, :, None] * across_PS[:, None, :]
                total = total + weight * self._bits_at(regions_P5, row_PS, column_PS)
        assert isinstance(total, torch.Tensor)
        return total / grid.samples**2

    def _pixels_at(
        self, images_B3: torch.Tensor, x_BS: torch.Tensor, y_BS: torch.Tensor, grid: CropGrid
    ) -> torch.Tensor:
        start_B11, width_B11 = images_B3[:, 0, None, None], images_B3[:, 2, None, None]
        value: torch.Tensor | float = 0.0
        for (row_BS, down_BS), (column_BS, across_BS) in _neighbours(y_BS, x_BS, grid):
            index = start_B11 + row_BS[:, :, None] * width_B11 + column_BS[:, None, :]
            weight = (down_BS[:, :, None] * across_BS[:, None, :])[..., None]
            value = value + weight * self.pixels_N3[index]
        assert isinstance(value, torch.Tensor)
        return value

    def _bits_at(
        self, regions_P5: torch.Tensor, row_PS: torch.Tensor, column_PS: torch.Tensor
    ) -> torch.Tensor:
        start, x, y, width, height = (regions_P5[:, i, None] for i in range(5))
        column_PS, row_PS = column_PS - x, row_PS - y
        in_x, in_y = (column_PS >= 0) & (column_PS < width), (row_PS >= 0) & (row_PS < height)
        inside = in_y[:, :, None] & in_x[:, None, :]
        index = start[..., None] + row_PS[:, :, None] * width[..., None] + column_PS[:, None, :]
        return self.bits_N[torch.where(inside, index, 0)] * inside


@dataclass(frozen=True, eq=False, kw_only=True)
class CropGrid:
    """Where the pixels of crops lie in their pictures: windows ``x, y, width, height`` and shown sizes
    ``height, width``, float32; ``flip_B`` bool; ``samples`` places a side are averaged to a pixel."""

    windows_B4: torch.Tensor
    shown_B2: torch.Tensor
    flip_B: torch.Tensor
    size: int
    samples: int

    @staticmethod
    def of(plans: Sequence[CropPlan], samples: int, device: torch.device) -> CropGrid:
        windows = [(p.window.x, p.window.y, p.window.size.width, p.window.size.height) for p in plans]
        return CropGrid(
            windows_B4=torch.tensor(windows, dtype=torch.float32, device=device),
            shown_B2=torch.tensor([p.shown.hw for p in plans], dtype=torch.float32, device=device),
            flip_B=torch.tensor([p.flip for p in plans], device=device),
            size=plans[0].size,
            samples=samples,
        )

    def taken(self, rows: torch.Tensor) -> CropGrid:
        return replace(
            self, windows_B4=self.windows_B4[rows], shown_B2=self.shown_B2[rows], flip_B=self.flip_B[rows]
        )

    def places(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Column and row indices in the picture, float (B, S), of each of the averaged places of a pixel."""
        along_S = torch.arange(self.size, device=self.flip_B.device)
        offsets = [(k + 0.5) / self.samples for k in range(self.samples)]
        x, y, width, height = (self.windows_B4[:, i, None] for i in range(4))
        shown_height, shown_width = self.shown_B2[:, 0, None], self.shown_B2[:, 1, None]
        down = [y + (along_S + offset) * height / shown_height - 0.5 for offset in offsets]
        across = []
        for offset in offsets:
            place = along_S + offset
            place = torch.where(self.flip_B[:, None], shown_width - place, place)
            across.append(x + place * width / shown_width - 0.5)
        return [(column, row) for row in down for column in across]

    def inside(self) -> torch.Tensor:
        """The pixels that show the picture, bool (B, S, S)."""
        along_S = torch.arange(self.size, device=self.flip_B.device)
        rows_BS, columns_BS = along_S < self.shown_B2[:, :1], along_S < self.shown_B2[:, 1:]
        return rows_BS[:, :, None] & columns_BS[:, None, :]


def tinted(x_BSS3: torch.Tensor, plans: Sequence[CropPlan]) -> torch.Tensor:
    """Crops with their change of colours, whole numbers in 0..255; zero beyond the picture."""
    device = x_BSS3.device
    plain = Tint(saturation=1.0, contrast=1.0, gains=(1.0, 1.0, 1.0), blur=0.0)
    tints = [plan.tint or plain for plan in plans]
    saturation, contrast = (
        torch.tensor([getattr(t, name) for t in tints], device=device)[:, None, None, None]
        for name in ("saturation", "contrast")
    )
    gains = torch.tensor([t.gains for t in tints], device=device)[:, None, None, :]
    pixels_B = torch.tensor([plan.shown.height * plan.shown.width for plan in plans], device=device)
    grey = (x_BSS3.round() * torch.tensor(GREY, device=device)).sum(-1, keepdim=True)
    mean = grey.sum((1, 2, 3), keepdim=True) / pixels_B[:, None, None, None]
    x = grey + saturation * (x_BSS3.round() - grey)
    x = (mean + contrast * (x - mean)) * gains
    inside = CropGrid.of(plans, 1, device).inside()[..., None]
    blurred = [i for i, tint in enumerate(tints) if tint.blur]
    if blurred:
        sigma = torch.tensor([tints[i].blur for i in blurred], device=device)
        x[blurred] = _blurred(x[blurred], inside[blurred], sigma)
    return x.round().clamp(0, 255) * inside


def _blurred(x_BSS3: torch.Tensor, inside_BSS1: torch.Tensor, sigma_B: torch.Tensor) -> torch.Tensor:
    """Gaussian blur of each crop by its own number of pixels; what lies beyond the picture has no say."""
    along = torch.arange(-_BLUR_REACH, _BLUR_REACH + 1, device=x_BSS3.device)
    kernel_BK = torch.exp(-0.5 * (along / sigma_B[:, None]) ** 2)
    kernel_BK = kernel_BK / kernel_BK.sum(1, keepdim=True)
    count, side = x_BSS3.shape[:2]
    weighted = torch.cat([x_BSS3 * inside_BSS1, inside_BSS1.float()], -1).permute(3, 0, 1, 2)
    down = F.conv2d(weighted, kernel_BK[:, None, :, None], padding=(_BLUR_REACH, 0), groups=count)
    both = F.conv2d(down, kernel_BK[:, None, None, :], padding=(0, _BLUR_REACH), groups=count)
    result = both.permute(1, 2, 3, 0)
    assert result.shape == (count, side, side, 4)
    return result[..., :3] / result[..., 3:].clamp(min=1e-3)


def _neighbours(
    rows_BS: torch.Tensor, columns_BS: torch.Tensor, grid: CropGrid
) -> list[tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]]:
    """The four pixels around each place as ``(row, its weight), (column, its weight)``; edges repeat."""
    x, y, width, height = (grid.windows_B4[:, i, None] for i in range(4))
    down, across = _between(rows_BS, y, height), _between(columns_BS, x, width)
    return [(row, column) for row in down for column in across]


def _between(
    places_BS: torch.Tensor, start_B1: torch.Tensor, length_B1: torch.Tensor
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    last = start_B1 + length_B1 - 1
    clamped = torch.minimum(torch.maximum(places_BS, start_B1), last)
    lower = clamped.floor()
    share = clamped - lower
    upper = torch.minimum(lower + 1, last)
    return [(lower.long(), 1 - share), (upper.long(), share)]
