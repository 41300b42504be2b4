"""Gathering what a criterion needs from pictures: gradients, or their squares, of an unlabelled objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers, Probe
from slimsam_core.compression.precision import autocast
from slimsam_core.compression.supply.loader import PictureBatch
from slimsam_core.models import Sam

POINTS_PER_PICTURE = 4


class Gatherer:
    """Sums over pictures what ``criterion`` gathers, by parameter of the image encoder.

    The model's weights, mode and ``requires_grad`` are as before after each ``add``; noise and points come
    from ``seed`` and the picture's position alone, so batches and processes may share the pictures at will.
    """

    def __init__(self, model: Sam, criterion: Criterion, noise: float, seed: int, bf16: bool) -> None:
        self._model = model
        self._criterion = criterion
        self._noise = noise
        self._seed = seed
        self._bf16 = bf16
        self._device = next(model.parameters()).device
        self.gathered: dict[str, Tensor] = {
            name: torch.zeros_like(parameter) for name, parameter in model.image_encoder.named_parameters()
        }

    def add(self, batch: PictureBatch) -> float:
        """Add a batch; returns the objective's value."""
        objective = self._criterion.objective
        if objective is None:
            raise ValueError(f"{self._criterion.name} gathers nothing")
        parameters = dict(self._model.image_encoder.named_parameters())
        x_B3SS = batch.x_B3SS.to(self._device)
        with _requiring_gradients(list(parameters.values())), autocast(self._bf16, self._device):
            embedding_BChw = self._model.image_encoder(x_B3SS)
            value = objective(self._probe(batch, embedding_BChw))
            gradients = torch.autograd.grad(value, list(parameters.values()), allow_unused=True)
        for name, gradient in zip(parameters, gradients, strict=True):
            if gradient is not None:
                self.gathered[name] += (
                    gradient.square() if self._criterion.gathers is Gathers.SQUARES else gradient
                )
        return float(value.detach())

    def _probe(self, batch: PictureBatch, embedding_BChw: Tensor) -> Probe:
        noise, points = [], []
        for position, size in zip(batch.positions, batch.sizes, strict=True):
            seed = int(np.random.SeedSequence([self._seed, position]).generate_state(1, np.uint64)[0] >> 1)
            generator = torch.Generator().manual_seed(seed)
            noise.append(torch.randn(embedding_BChw.shape[1:], generator=generator) * self._noise)
            share = torch.rand(POINTS_PER_PICTURE, 2, generator=generator)
            points.append(share * torch.tensor([size.width - 1.0, size.height - 1.0]))
        return Probe(
            self._model,
            embedding_BChw.float(),
            torch.stack(noise).to(self._device),
            torch.stack(points).to(self._device),
        )


@contextmanager
def _requiring_gradients(parameters: Sequence[torch.nn.Parameter]) -> Iterator[None]:
    before = [parameter.requires_grad for parameter in parameters]
    try:
        for parameter in parameters:
            parameter.requires_grad_(True)
        yield
    finally:
        for parameter, required in zip(parameters, before, strict=True):
            parameter.requires_grad_(required)
