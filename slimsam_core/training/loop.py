"""The training loop: batches in, a run folder with events, checkpoints and the averaged weights out."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from slimsam_core.errors import Cancelled, OutOfMemory, OutputError, RecipeError, SlimSamError
from slimsam_core.files.runs import RunFolder
from slimsam_core.models.memory import ran_out_of_memory
from slimsam_core.models.placement import placed
from slimsam_core.models.processes import ALONE, Processes
from slimsam_core.models.sam import Sam
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.sentences import mark
from slimsam_core.training.batches import Batch, BatchSource, Order, prefetched
from slimsam_core.training.crops import CropPolicy
from slimsam_core.training.objective import PromptObjective
from slimsam_core.training.prompts import PromptPolicy
from slimsam_core.training.recipe import Stage, TrainingPrecision, TrainingRecipe
from slimsam_core.training.report import STEP

FINAL_RATE = 0.02
"""The cosine ends at this share of the learning rate."""


def set_image_size(model: Sam, size: int) -> None:
    """Let a model take squares of ``size`` pixels. Raises RecipeError where the weights fix the size."""
    if size == model.arch.image_size:
        return
    if not model.arch.encoder.any_size:
        raise RecipeError(
            "is {size}, but this model takes {image_size} only.",
            where="stages[].size",
            size=size,
            image_size=model.arch.image_size,
        )
    try:
        model.arch = replace(model.arch, image_size=size)
    except ValueError as error:
        raise RecipeError("{error}.", where="stages[].size", error=error) from error
    model.prompt_encoder.image_size = size
    for part in (model.prompt_encoder, model.mask_decoder):
        part.embedding_size = model.arch.embedding_size


def check_sizes(model: Sam, recipe: TrainingRecipe) -> None:
    """Raise RecipeError when a model cannot be trained at the sizes of all stages."""
    own = model.arch.image_size
    for size in dict.fromkeys(stage.size for stage in recipe.stages):
        set_image_size(model, size)
    set_image_size(model, own)


class Trainer:
    """One run: model, optimizer, averaged weights, and the step that it has reached."""

    def __init__(
        self,
        model: Sam,
        recipe: TrainingRecipe,
        source: BatchSource,
        run: RunFolder,
        processes: Processes = ALONE,
    ) -> None:
        self.model = model.train()
        self.recipe = recipe
        self.source = source
        self.run = run
        self.processes = processes
        self.step = self._saved = 0
        self._good = True
        self.image_size = model.arch.image_size
        self.device = next(model.parameters()).device
        check_sizes(model, recipe)
        self._prompts = PromptPolicy(recipe.box_share, recipe.both_share)
        self._trained = _freeze(model, recipe.frozen)
        placed(model, self.device)
        self._optimizer = _optimizer(model, recipe)
        self._average = [p.detach().clone() for p in self._trained]
        self._objective: nn.Module = PromptObjective(model).to(self.device)
        if processes.size > 1:
            self._objective = nn.parallel.DistributedDataParallel(
                self._objective, find_unused_parameters=True
            )

    def resume(self) -> bool:
        """Go on from the newest state of the run folder; False when there is none. Raises CheckpointError."""
        found = self.run.load_checkpoint()
        if found is None:
            return False
        state = found.state
        with self.run.going_on(), torch.no_grad():
            for p, value in zip(self._trained, state["weights"], strict=True):
                p.copy_(value)
            self._average = [value.to(self.device) for value in state["average"]]
            self._optimizer.load_state_dict(state["optimizer"])
            for reason in state.get("skipped", ()):  # states of older versions do not say
                self.source.skipped.add(reason)
        self.step = self._saved = found.step
        if self.processes.is_first:
            self.run.rewind(self.step)
        return True

    def fit(
        self, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None, until: int = 0
    ) -> None:
        """Train to the end of the recipe (or to step ``until``); the last good state is saved, also when
        something ends the training before.

        Raises Cancelled between two batches, OutOfMemory, FormatError when no picture can be used, and
        RecipeError when loss or gradients are no longer numbers.
        """
        last = min(until or self.recipe.steps, self.recipe.steps)
        batches = prefetched(self.source, self._plan(last))
        started = time.monotonic()
        try:
            while self.step < last:
                try:
                    values = self._one_step(batches)
                except (MemoryError, RuntimeError) as error:
                    if not ran_out_of_memory(error):
                        raise
                    raise _too_large(self.recipe.stage_at(self.step)) from error
                self.step += 1
                self._check(values)
                self._record(values, started)
                started = time.monotonic()
                progress(Progress("train", self.step, self.recipe.steps, f"loss {values['loss']:.4f}"))
                if self.step % self.recipe.checkpoint_every == 0 or self.step == last:
                    self.save()
                if cancel is not None:
                    cancel.raise_if_cancelled()
        except (SlimSamError, Cancelled):
            if self._good and self.step > self._saved:
                with suppress(OutputError):  # what ended it is told, not that a full disk takes nothing
                    self.save()
            raise
        finally:
            batches.close()

    def _check(self, values: dict[str, float]) -> None:
        """Raise RecipeError when a step has spoilt the weights."""
        self._good = math.isfinite(values["loss"]) and math.isfinite(values["norm"])
        if self._good:
            return
        hint = mark("Lower it; the last good state is kept in the run folder.")
        if not math.isfinite(values["loss"]):
            raise RecipeError(
                "the loss at step {step} is {loss}.",
                hint,
                "learning_rate",
                step=self.step,
                loss=values["loss"],
            )
        raise RecipeError(
            "the gradients at step {step} are no numbers.", hint, "learning_rate", step=self.step
        )

    def save(self) -> None:
        """Write the state to go on from. Raises OutputError."""
        self._saved = self.step
        if self.processes.is_first:
            state = {
                "weights": [p.detach() for p in self._trained],
                "average": self._average,
                "optimizer": self._optimizer.state_dict(),
                "skipped": list(dict.fromkeys(self.source.skipped.examples)),
            }
            self.run.save_checkpoint(self.step, state)

    def snapshot(self) -> Sam:
        """A copy of the model with the averaged weights, at its own image size; the training goes on."""
        copied = copy.deepcopy(self.model)
        names = [name for name, p in self.model.named_parameters() if p.requires_grad]
        parameters = dict(copied.named_parameters())
        with torch.no_grad():
            for name, value in zip(names, self._average, strict=True):
                parameters[name].copy_(value)
        set_image_size(copied, self.image_size)
        return copied.eval()

    def averaged(self) -> Sam:
        """The model with the averaged weights, at its own image size, ready to use; ends the training."""
        with torch.no_grad():
            for p, value in zip(self._trained, self._average, strict=True):
                p.copy_(value)
        set_image_size(self.model, self.image_size)
        return self.model.eval()

    def _plan(self, last: int) -> Iterator[Order]:
        """Which crops each batch of this process holds, numbered through the whole run."""
        number = sum(_crops(self.recipe.stage_at(step)) for step in range(self.step))
        for step in range(self.step, last):
            stage = self.recipe.stage_at(step)
            policy = CropPolicy(
                size=stage.size,
                masks=stage.masks,
                whole_share=stage.whole_share,
                zoom_share=stage.zoom_share,
                click_share=stage.click_share,
                jitter=self.recipe.jitter,
                fit=self.model.arch.fit,
            )
            for _ in range(stage.accumulate):
                numbers = range(number, number + stage.crops)
                yield Order(numbers[self.processes.rank :: self.processes.size], policy, stage.clicks)
                number += stage.crops

    def _one_step(self, batches: Iterator[Batch]) -> dict[str, float]:
        stage = self.recipe.stage_at(self.step)
        set_image_size(self.model, stage.size)
        rate = rate_at(self.step, self.recipe)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        self._optimizer.zero_grad(set_to_none=True)
        sums: dict[str, torch.Tensor] = {}
        bf16 = self.recipe.precision == TrainingPrecision.BF16
        for _ in range(stage.accumulate):
            batch = next(batches)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=bf16):
                found = self._objective(batch, stage.clicks, self._prompts)
            mean_count = self._mean_count(len(batch.masks_PSS))
            (found["loss"] / (mean_count * stage.accumulate)).backward()
            for name, value in found.items():
                sums[name] = sums[name] + value.detach() if name in sums else value.detach()
        norm = nn.utils.clip_grad_norm_(self._trained, self.recipe.max_gradient_norm)
        self._optimizer.step()
        self._update_average()
        totals = {name: float(value) for name, value in sums.items()}
        count = totals.pop("count")
        return {name: value / count for name, value in totals.items()} | {"norm": float(norm), "rate": rate}

    def _mean_count(self, count: int) -> float:
        """Prompts per process, so that the averaged gradients are those of one process with all crops."""
        return float(self.processes.mean(torch.tensor(float(count), device=self.device)))

    def _update_average(self) -> None:
        """Exponential moving average, with a shorter memory at the beginning."""
        keep = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self._average, [p.detach() for p in self._trained], 1 - keep)

    def _record(self, values: dict[str, float], started: float) -> None:
        if self.processes.is_first and (self.step % self.recipe.log_every == 0 or self.step == 1):
            seconds = time.monotonic() - started
            rounded: dict[str, Any] = {name: round(value, 6) for name, value in values.items()}
            self.run.log(STEP, step=self.step, **rounded, seconds=round(seconds, 3))


def _too_large(stage: Stage) -> OutOfMemory:
    return OutOfMemory(
        "There is not enough memory for a step of {crops} crops of {size} pixels.",
        "Give the stage fewer crops and as many more to accumulate, or close other programs.",
        crops=stage.crops,
        size=stage.size,
    )


def rate_at(step: int, recipe: TrainingRecipe) -> float:
    """Learning rate of step ``step`` (from 0): linear warm-up, then a cosine down to ``FINAL_RATE``."""
    if step < recipe.warmup:
        return recipe.learning_rate * (step + 1) / recipe.warmup
    done = (step - recipe.warmup) / max(1, recipe.steps - recipe.warmup)
    return recipe.learning_rate * (FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * done)) / 2)


def _crops(stage: Stage) -> int:
    return stage.crops * stage.accumulate


def _freeze(model: Sam, prefixes: Sequence[str]) -> list[nn.Parameter]:
    """Mark the frozen parameters and return the others. Raises RecipeError for a prefix that fits none."""
    names = [name for name, _ in model.named_parameters()]
    for prefix in prefixes:
        if not any(name.startswith(prefix) for name in names):
            raise RecipeError("{prefix!r} fits no parameter of this model.", where="frozen", prefix=prefix)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(tuple(prefixes)))
    trained = [p for p in model.parameters() if p.requires_grad]
    if not trained:
        raise RecipeError("leaves nothing to train.", where="frozen")
    return trained


def _optimizer(model: Sam, recipe: TrainingRecipe) -> torch.optim.AdamW:
    """AdamW; vectors (norms, biases, embeddings of one row) are not decayed, the encoder learns slower."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            rate = recipe.encoder_rate if name.startswith("image_encoder.") else 1.0
            decay = recipe.weight_decay if parameter.squeeze().ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "rate": rate, "weight_decay": decay} for (rate, decay), p in groups.items()],
        lr=recipe.learning_rate,
    )
