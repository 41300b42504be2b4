"""How near a student is to its teacher on pictures that it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch

from slimsam_core.compression.learning.distillation import Teachers
from slimsam_core.compression.learning.prompting import mask_agreement
from slimsam_core.compression.precision import autocast
from slimsam_core.compression.supply.loader import PictureBatch
from slimsam_core.devices import DeviceKind
from slimsam_core.models import Sam
from slimsam_core.models.processes import Processes
from slimsam_core.progress import CancelToken

Judge = Callable[[Sam, CancelToken], float]
"""Mean IoU of one click at each object of annotated pictures, 0..1. Raises Cancelled."""


def nearness(
    student: Sam,
    teachers: Teachers,
    batches: Iterable[PictureBatch],
    processes: Processes,
    *,
    bf16: bool,
    by_masks: bool,
) -> tuple[float, float | None]:
    """The alignment error: squared distance to the original's embeddings over their squared length;
    and with ``by_masks`` the mean IoU of both models' masks (``mask_agreement``).

    ``batches`` are this process's share of the pictures; the result is that of all.
    """
    encoder = student.image_encoder.eval()
    device = next(encoder.parameters()).device
    sums = torch.zeros(4, dtype=torch.float64)
    for batch in batches:
        x_B3SS = batch.x_B3SS.to(device, memory_format=torch.channels_last)
        wanted_BChw = teachers.original(x_B3SS, batch.keys)
        with torch.no_grad(), autocast(bf16, device):
            found_BChw = encoder(x_B3SS).float()
        sums[0] += (found_BChw - wanted_BChw).square().sum().double().cpu()
        sums[1] += wanted_BChw.square().sum().double().cpu()
        for i, size in enumerate(batch.sizes if by_masks else ()):
            pair = wanted_BChw[i : i + 1], found_BChw[i : i + 1]
            sums[2] += mask_agreement(teachers.model, student, pair, size)
            sums[3] += 1
    totals = processes.mean(sums.to(device) if device.type == DeviceKind.CUDA else sums)
    error = float(totals[0] / totals[1].clamp_min(1e-30))
    return error, float(totals[2] / totals[3].clamp_min(1e-30)) if by_masks else None
