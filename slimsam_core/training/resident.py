"""Crops cut out on the device that trains: all pictures and masks are decoded once and lie there as bytes.

A GPU then waits for no file, no decoder and no resize: a batch is gathered from memory with its scale, flips
and colours. ``fits`` tells whether data sets are small enough; on a CPU it saves decoding large photographs
again and again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from slimsam_core.datasets.labelled import MOST_REASONS, LabelledImage, MaskDataset, Skipped
from slimsam_core.devices import DeviceKind
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.inference.transforms import resize_longest
from slimsam_core.pixels import mask as masks
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.square_fit import SquareFit, resized_size
from slimsam_core.training.batches import TRIES, Batch, Draw, Order
from slimsam_core.training.crops import CropPlan, CropPolicy, plan_crop, usable
from slimsam_core.training.store import Collector, CropGrid, Store, tinted
from slimsam_core.visible_text import some_of

LONGEST = 2048
"""Larger pictures are reduced to this longest side: a window of a quarter still fills 512 pixels."""
MOST_PICTURES = 20_000
MOST_BYTES = {"cpu": 2 << 30, "cuda": 24 << 30}
"""What pixels and masks may take: a share of what such machines have."""
MOST_OF_FREE = 0.5
"""And of what a GPU has free: the rest is for the model, its gradients and the batches."""
MOST_SAMPLES = 4
"""A pixel of a reduced crop is the mean of at most this number squared of places."""


class ResidentSource:
    """Data sets whose pictures and masks lie in the memory of a device."""

    def __init__(
        self,
        datasets: Sequence[MaskDataset],
        weights: Mapping[str, float],
        seed: int,
        device: torch.device | str = "cpu",
    ) -> None:
        """Reads everything. Raises FormatError when nothing is left to draw from."""
        self.device = torch.device(device)
        self.skipped = Skipped(most=MOST_REASONS)
        self._draw = Draw(datasets, weights, seed)
        self._labels: list[list[LabelledImage | None]] = []
        self._places: list[list[int]] = []
        store = Collector()
        for dataset in self._draw.datasets:
            read = [self._read(dataset, index) for index in range(len(dataset))]
            self._places.append([store.add(*one) if one is not None else -1 for one in read])
            self._labels.append([one[0] if one is not None else None for one in read])
        if not store.pixels:
            raise FormatError("no picture could be used", some_of(self.skipped.examples))
        self._store = store.stored(self.device)

    def prepare(self, order: Order) -> _Planned:
        """Plan the crops with these numbers. Raises FormatError when no picture can be used."""
        planned = [self._plan(number, order.policy) for number in order.numbers]
        counts = [len(plan.objects) for _, plan in planned]
        chances = [
            self._draw.chances(number, count, order.clicks)
            for number, count in zip(order.numbers, counts, strict=True)
        ]
        return _Planned(self._store, planned, torch.cat(chances))

    def _plan(self, number: int, policy: CropPolicy) -> tuple[int, CropPlan]:
        rng = self._draw.random(number)
        for _ in range(TRIES):
            which, index = self._draw.picture(rng)
            labels = self._labels[which][index]
            if labels is None or not labels.objects:
                continue
            plan = plan_crop(labels, policy, rng)
            if plan is not None:
                return self._places[which][index], plan
        raise FormatError(
            "none of {tries} drawn pictures could be used", some_of(self.skipped.examples), tries=TRIES
        )

    def _read(self, dataset: MaskDataset, index: int) -> tuple[LabelledImage, RgbImage] | None:
        try:
            labels = dataset.labels(index)
            rgb = read_image(labels.path).rgb
        except (FormatError, ImageReadError) as error:
            self.skipped.add(error)
            return None
        if rgb.shape[:2] != labels.size.hw:
            self.skipped.add(f"{labels.path} is not of the size that its labels say")
            return None
        self.skipped.note(labels.left_out)
        if max(labels.size.hw) <= LONGEST:
            return labels, rgb
        return reduced(labels, LONGEST), resize_longest(rgb, LONGEST)


def fits(datasets: Sequence[MaskDataset], device: torch.device) -> bool:
    """Whether all pictures fit into the device's memory as ``ResidentSource`` keeps them.

    Judged by their number and the size that a few of them have.
    """
    count = sum(len(dataset) for dataset in datasets)
    if not 0 < count <= MOST_PICTURES:
        return False
    sizes = []
    for dataset in datasets:
        for index in {0, len(dataset) // 2, len(dataset) - 1} if len(dataset) else ():
            try:
                labels = dataset.labels(index)
            except (FormatError, ImageReadError):
                continue
            sizes.append(_bytes_of(labels))
    return bool(sizes) and count * float(np.mean(sizes)) <= _room(device)


def _bytes_of(labels: LabelledImage) -> float:
    """A byte for each colour, for what is ignored, and for each mask's pixels in its box."""
    size = labels.size
    shown = size if max(size.hw) <= LONGEST else resized_size(size, LONGEST)
    boxes = (one.mask.bbox_xywh for one in labels.objects if one.mask.area)
    return (4 * size.area + sum(width * height for _, _, width, height in boxes)) * shown.area / size.area


def _room(device: torch.device) -> float:
    most = float(MOST_BYTES.get(device.type, MOST_BYTES["cpu"]))
    if device.type != DeviceKind.CUDA:
        return most
    free, _ = torch.cuda.mem_get_info(device)
    return min(most, MOST_OF_FREE * free)


def reduced(labels: LabelledImage, longest: int) -> LabelledImage:
    """Labels of the picture reduced to a longest side; objects that vanish are left out."""
    size = resized_size(labels.size, longest)

    def smaller(rle: Rle | None) -> Rle | None:
        return masks.encode(masks.resized(rle.decode(), size)) if rle is not None else None

    objects = []
    for one in labels.objects:
        small = smaller(one.mask)
        if small is not None and small.area:
            objects.append(replace(one, mask=small, ignore=smaller(one.ignore)))
    return replace(labels, size=size, objects=tuple(objects), ignore=smaller(labels.ignore))


@dataclass(frozen=True, eq=False)
class _Planned:
    """Crops that are yet to be cut out, with the chances of all objects that are asked for."""

    store: Store
    planned: Sequence[tuple[int, CropPlan]]
    chances_PK: torch.Tensor

    def finish(self) -> Batch:
        """The batch on the store's device; objects with too few pixels are left out."""
        device = self.store.pixels_N3.device
        plans = [plan for _, plan in self.planned]
        image_P = torch.tensor([b for b, plan in enumerate(plans) for _ in plan.objects], device=device)
        numbers = [self.store.first_object[i] + n for i, plan in self.planned for n in plan.objects]
        objects_P2 = self.store.objects_O2[torch.tensor(numbers, device=device)]
        size, count = plans[0].size, len(plans)
        x_BSS3 = torch.zeros(count, size, size, 3, device=device)
        masks_PSS = torch.zeros(len(numbers), size, size, dtype=torch.bool, device=device)
        scored_PSS = torch.ones_like(masks_PSS)
        samples = np.array([_samples(plan) for plan in plans])
        for number in np.unique(samples):  # crops that are made smaller cost more
            rows = torch.from_numpy(np.flatnonzero(samples == number)).to(device)
            members = [self.planned[int(i)] for i in np.flatnonzero(samples == number)]
            grid = CropGrid.of([plan for _, plan in members], int(number), device)
            x_BSS3[rows] = self.store.pictures(members, grid) * grid.inside()[..., None]
            prompts = torch.nonzero(torch.isin(image_P, rows))[:, 0]
            within = torch.searchsorted(rows, image_P[prompts])
            finer, shown = grid.taken(within), grid.inside()[within]
            masks_PSS[prompts] = (self.store.regions(objects_P2[prompts, 0], finer) > 0.5) & shown
            scored_PSS[prompts] = (self.store.regions(objects_P2[prompts, 1], finer) <= 0.5) & shown
        x_BSS3 = tinted(x_BSS3, plans)
        kept = self._kept(masks_PSS, plans)
        inside_B2 = torch.tensor([plan.shown.hw for plan in plans], device=device)
        chances_PK = self.chances_PK.to(device)
        return Batch(
            x_BSS3=x_BSS3,
            masks_PSS=masks_PSS[kept],
            image_P=image_P[kept],
            inside_B2=inside_B2,
            scored_PSS=scored_PSS[kept],
            chances_PK=chances_PK[kept],
        )

    @staticmethod
    def _kept(masks_PSS: torch.Tensor, plans: Sequence[CropPlan]) -> torch.Tensor:
        counts = masks_PSS.flatten(1).sum(1).cpu().numpy()
        ends = np.cumsum([len(plan.objects) for plan in plans])
        parts = np.split(counts, ends[:-1])
        kept = np.concatenate([usable(part, plan) for part, plan in zip(parts, plans, strict=True)])
        return torch.from_numpy(np.flatnonzero(kept)).to(masks_PSS.device)


def _samples(plan: CropPlan) -> int:
    """Places a side that are averaged to a pixel of the crop."""
    window, shown = plan.window.size, plan.shown
    if plan.fit is SquareFit.STRETCHED:
        shrinks = max(window.width / shown.width, window.height / shown.height)
    else:
        shrinks = plan.window.side / max(shown.hw)
    return 1 if shrinks <= 1 else min(MOST_SAMPLES, 1 + int(np.ceil(shrinks)))
