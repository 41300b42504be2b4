"""One stage's learning: the student, the models it is compared with, and a step on a batch."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

from slimsam_core.compression.learning.losses import (
    Terms,
    bottleneck_aligning,
    embedding_aligning,
    embedding_loss,
)
from slimsam_core.compression.learning.prompting import PromptLoss
from slimsam_core.compression.learning.schedules import aligning_share
from slimsam_core.compression.learning.taps import Features, recording
from slimsam_core.compression.precision import autocast, compiles
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.stages import CutStage, StageKind
from slimsam_core.compression.supply.loader import PictureBatch
from slimsam_core.compression.supply.teacher_cache import TeacherCache
from slimsam_core.devices import DeviceKind
from slimsam_core.errors import OutOfMemory, RecipeError
from slimsam_core.families.cutting import Tap, TapGroup, prunable_family
from slimsam_core.models import Sam
from slimsam_core.models.processes import Processes


@dataclass(frozen=True)
class StepResult:
    """Means over the batch and all processes."""

    loss: float
    terms: dict[str, float]


class Teachers:
    """The original model and the model before this stage, frozen; each runs at most once a batch."""

    def __init__(self, original: Sam, former: Sam | None, cache: TeacherCache, bf16: bool) -> None:
        self._original = original.eval().requires_grad_(False)
        self._former = original if former is None else former.eval().requires_grad_(False)
        self._cache = cache
        self._bf16 = bf16

    @property
    def model(self) -> Sam:
        """The original model."""
        return self._original

    def original(self, x_B3SS: Tensor, keys: Sequence[str]) -> Tensor:
        """The original's embedding, float32, from the cache when it holds the whole batch."""
        arch = self._original.arch
        shape = (arch.feature_channels, arch.embedding_size, arch.embedding_size)
        found = [self._cache.get(key, shape) for key in keys]
        kept = [item for item in found if item is not None]
        if len(kept) == len(keys):
            return torch.stack(kept).to(x_B3SS.device).float()
        return self._remembered(self._run(self._original, x_B3SS, ())[0], keys)

    def both(
        self, x_B3SS: Tensor, keys: Sequence[str], taps: Sequence[Tap]
    ) -> tuple[Tensor, Tensor, Features]:
        """Embeddings of the original and of the former model, and the former's features."""
        former_BChw, features = self._run(self._former, x_B3SS, taps)
        if self._former is self._original:
            former_BChw = self._remembered(former_BChw, keys)
            return former_BChw, former_BChw, features
        return self.original(x_B3SS, keys), former_BChw, features

    def _run(self, model: Sam, x_B3SS: Tensor, taps: Sequence[Tap]) -> tuple[Tensor, Features]:
        with torch.no_grad(), autocast(self._bf16, x_B3SS.device):
            with recording(model.image_encoder, taps) as features:
                embedding_BChw = model.image_encoder(x_B3SS)
            return embedding_BChw.float(), features

    def _remembered(self, embedding_BChw: Tensor, keys: Sequence[str]) -> Tensor:
        """Rounded to float16 when there is a cache, so that a first and a later look are the same."""
        if not self._cache.enabled:
            return embedding_BChw
        for key, embedding_Chw in zip(keys, embedding_BChw, strict=True):
            self._cache.put(key, embedding_Chw)
        return embedding_BChw.half().float()


class Distillation:
    """A student in training. ``micro_batch`` falls when memory runs out; a batch stays a batch."""

    def __init__(
        self,
        student: Sam,
        teachers: Teachers,
        stage: CutStage,
        recipe: Recipe,
        processes: Processes,
        *,
        bf16: bool,
    ) -> None:
        family = prunable_family(student.arch.family)
        self.student = student
        self.micro_batch = recipe.performance.micro_batch or recipe.optimiser.batch
        self._teachers = teachers
        self._stage = stage
        self._recipe = recipe
        self._processes = processes
        self._bf16 = bf16
        self._device = next(student.parameters()).device
        student.requires_grad_(False)
        self._encoder = student.image_encoder
        self._trained: nn.Module = student.mask_decoder if stage.kind is StageKind.DECODER else self._encoder
        parameters = list(self._trained.requires_grad_(True).parameters())
        self._prompts: PromptLoss | None = None
        if stage.by_masks:
            self._prompts = PromptLoss(teachers.model, student, recipe.prompt_stage, recipe.seed)
        self.optimiser = torch.optim.Adam(parameters, lr=recipe.optimiser.learning_rate)
        self._groups: tuple[TapGroup, ...] = ()
        if stage.kind is StageKind.EMBEDDING:
            self._groups = family.bottleneck_taps(student.arch, recipe.mends)
        elif stage.kind is StageKind.BOTTLENECK:
            self._groups = family.embedding_taps(student.arch)
        if recipe.performance.activation_checkpointing:
            recompute_activations(family.checkpointed(self._encoder))
        self._module: nn.Module = self._encoder
        if processes.size > 1 and self._trained is self._encoder:
            devices = [self._device.index] if self._device.type == DeviceKind.CUDA else None
            self._module = DistributedDataParallel(self._encoder, device_ids=devices)
        wanted = compiles(recipe.performance.compile, self._device)
        self._fast: nn.Module = torch.compile(self._module) if wanted else self._module  # type: ignore[assignment]

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return float(self.optimiser.param_groups[0]["lr"])

    def set_learning_rate(self, value: float) -> None:
        """For the following steps."""
        for group in self.optimiser.param_groups:
            group["lr"] = value

    def require_finite(self, loss: float, epoch: int) -> None:
        """Raise RecipeError for a loss, or an error on held-back pictures, that is no number."""
        if not math.isfinite(loss):
            raise RecipeError(
                "the loss became {loss} in epoch {epoch} of stage {index}.",
                "Start anew with a lower learning rate, or with precision fp32.",
                "optimiser.learning_rate",
                loss=loss,
                epoch=epoch + 1,
                index=self._stage.index + 1,
            )

    def step(self, batch: PictureBatch, epoch: int, between: Callable[[], None] = lambda: None) -> StepResult:
        """Learn from a batch. Raises RecipeError for a loss that is not finite, before any weight moves.

        ``between`` is called between two micro-batches; what it raises leaves the weights as before.

        Raises MemoryError (or torch's own) when memory runs out; the weights are then as before.
        """
        self.student.eval()
        self._trained.train()
        self.optimiser.zero_grad(set_to_none=True)
        count = len(batch.keys)
        sums: dict[str, Tensor] = {}
        starts = range(0, count, self.micro_batch)
        for start in starts:
            if start:
                between()
            part = slice(start, start + self.micro_batch)
            keys = batch.keys[part]
            last = start == starts[-1]
            quiet = (
                self._module.no_sync()
                if isinstance(self._module, DistributedDataParallel) and not last
                else nullcontext()
            )
            with quiet:
                terms = self._terms(batch, part, epoch)
                share = len(keys) / count
                torch.autograd.backward(torch.stack(list(terms.values())).sum() * share)
            for name, term in terms.items():
                sums[name] = sums.get(name, torch.zeros((), device=self._device)) + term.detach() * share
        means = self._processes.mean(torch.stack(list(sums.values())).float())
        result = StepResult(float(means.sum()), dict(zip(sums, means.tolist(), strict=True)))
        self.require_finite(result.loss, epoch)
        if self._trained is not self._encoder:
            for parameter in self._trained.parameters():
                if parameter.grad is not None:
                    parameter.grad = self._processes.mean(parameter.grad)
        if self._recipe.optimiser.gradient_clip is not None:
            nn.utils.clip_grad_norm_(self._trained.parameters(), self._recipe.optimiser.gradient_clip)
        self.optimiser.step()
        return result

    def halve_micro_batch(self, error: BaseException) -> None:
        """After memory ran out. Raises OutOfMemory when there is nothing left to halve."""
        self.optimiser.zero_grad(set_to_none=True)
        if self.micro_batch == 1 or self._processes.size > 1:
            raise OutOfMemory(
                "There is not enough memory for {micro_batch} pictures a pass: {error}",
                "Lower performance.micro_batch, switch on performance.activation_checkpointing, or slim a "
                "smaller model.",
                micro_batch=self.micro_batch,
                error=error,
            ) from error
        self.micro_batch = (self.micro_batch + 1) // 2
        if self._device.type == DeviceKind.CUDA:
            torch.cuda.empty_cache()

    def _aligning_share(self, epoch: int) -> float:
        """How much the inner features count in this epoch; 0 when they need not be computed."""
        if not self._groups:
            return 0.0
        if self._stage.kind is StageKind.EMBEDDING:
            return float(epoch < self._stage.align_epochs)
        return aligning_share(epoch, self._stage.align_epochs)

    def _terms(self, batch: PictureBatch, part: slice, epoch: int) -> Terms:
        x_B3SS, keys = batch.x_B3SS[part], batch.keys[part]
        x_B3SS = x_B3SS.to(self._device, memory_format=torch.channels_last, non_blocking=True)
        if self._prompts is not None:
            return self._mask_terms(self._prompts, x_B3SS, batch, part, epoch)
        share = self._aligning_share(epoch)
        if share == 0.0:
            original_BChw = self._teachers.original(x_B3SS, keys)
            with autocast(self._bf16, self._device):
                student_BChw = self._fast(x_B3SS)
            return bottleneck_aligning(student_BChw, original_BChw, {}, {}, (), aligning=False)
        taps = tuple(tap for group in self._groups for tap in group.taps)
        original_BChw, former_BChw, former = self._teachers.both(x_B3SS, keys, taps)
        with recording(self._encoder, taps) as features, autocast(self._bf16, self._device):
            student_BChw = self._module(x_B3SS)
        student = dict(features)
        if self._stage.kind is StageKind.EMBEDDING:
            return bottleneck_aligning(
                student_BChw, original_BChw, student, former, self._groups, aligning=True
            )
        return embedding_aligning(
            student_BChw, original_BChw, former_BChw, student, former, groups=self._groups, share=share
        )

    def _mask_terms(
        self, prompts: PromptLoss, x_B3SS: Tensor, batch: PictureBatch, part: slice, epoch: int
    ) -> Terms:
        original_BChw = self._teachers.original(x_B3SS, batch.keys[part])
        learns = self._trained is self._encoder
        with torch.set_grad_enabled(learns), autocast(self._bf16, self._device):
            student_BChw = self._fast(x_B3SS).float()
        terms = prompts.terms(
            student_BChw, original_BChw, batch.positions[part], batch.sizes[part], epoch=epoch
        )
        if learns:
            weight = self._recipe.prompt_stage.embedding
            terms["embedding"] = weight * embedding_loss(student_BChw, original_BChw)
        return terms


def recompute_activations(modules: Sequence[nn.Module]) -> None:
    """Let these modules forget their inner activations and compute them again for the gradient."""
    for module in modules:
        module.forward = functools.partial(checkpoint, module.forward, use_reentrant=False)
