"""One compression run from the teacher to the slim model: cutting, learning, judging, and going on later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from slimsam_core.checkpoints import save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.cutting.decoder import with_narrower_mlps
from slimsam_core.compression.cutting.importance import Gatherer
from slimsam_core.compression.cutting.prices import agreed_spending
from slimsam_core.compression.cutting.pruning import prune
from slimsam_core.compression.cutting.targets import cost_of
from slimsam_core.compression.events import (
    BEFORE_LEARNING,
    BatchHalved,
    CheckpointSaved,
    ImportanceStep,
    Paused,
    Pruned,
    Resumed,
    StageStarted,
    TrainStep,
    Validated,
)
from slimsam_core.compression.learning.distillation import Distillation, Teachers
from slimsam_core.compression.learning.learnt import Weights, learnt_weights, with_weights
from slimsam_core.compression.learning.schedules import Plateau, cosine_share
from slimsam_core.compression.learning.validation import Judge, nearness
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.recipe import OptimiserSettings, Recipe, Schedule
from slimsam_core.compression.record import RunRecord
from slimsam_core.compression.stages import CutStage
from slimsam_core.compression.supply.data import PictureSource, epoch_batches
from slimsam_core.compression.supply.loader import PictureBatch, load_batches
from slimsam_core.compression.supply.teacher_cache import TeacherCache
from slimsam_core.errors import Cancelled, OutOfMemory
from slimsam_core.families import read_arch
from slimsam_core.families.cutting import prunable_family
from slimsam_core.models import Sam, build_model
from slimsam_core.models.memory import ran_out_of_memory
from slimsam_core.models.placement import placed
from slimsam_core.models.processes import Processes
from slimsam_core.progress import CancelToken

Look = Callable[[Sam], None]


@dataclass(frozen=True)
class Position:
    """Where a run stands: in a stage, before or after its cut, with ``batches`` of an epoch done."""

    stage: int = 0
    cut: bool = False
    epoch: int = 0
    batches: int = 0


@dataclass(frozen=True)
class Controls:
    """How others reach into a running job."""

    cancel: CancelToken
    pause: PauseToken
    look: Look | None = None
    """Is shown the student, in evaluation mode, whenever an epoch was judged."""


@dataclass(frozen=True, kw_only=True)
class RunSetting:
    """Everything that stays the same during a run."""

    recipe: Recipe
    original: Sam
    stages: tuple[CutStage, ...]
    train: PictureSource
    validation: PictureSource
    cache: TeacherCache
    judge: Judge | None
    processes: Processes
    bf16: bool
    identity: dict[str, Any]
    """What a resumed run must find unchanged; part of every checkpoint."""


class Job:
    """Runs the stages of a setting from a position on."""

    def __init__(self, setting: RunSetting, record: RunRecord, controls: Controls) -> None:
        self._setting = setting
        self._recipe = setting.recipe
        self._record = record
        self._controls = controls
        self._device = next(setting.original.parameters()).device

    def run(self, state: dict[str, Any] | None) -> Sam:
        """The slim model, on the CPU. ``state`` is a checkpoint's. Raises SlimSamError, Cancelled."""
        with self._record.folder.going_on():
            position = Position(**state["position"]) if state else Position()
        if state is None:
            self._write(position, {})
        model = self._setting.original
        if position.stage > 0:
            model = self._load_stage(position.stage - 1)
        for stage in self._setting.stages[position.stage :]:
            former = None if stage.index == 0 else model
            resumed = state if state is not None and position.stage == stage.index and position.cut else None
            model = self._run_stage(stage, former, resumed)
        return model.cpu()

    def _run_stage(self, stage: CutStage, former: Sam | None, state: dict[str, Any] | None) -> Sam:
        total = len(self._setting.stages)
        self._record.emit(StageStarted(stage.index, total, stage.round, stage.title))
        if state is None:
            student = self._to_device(self._cut(stage, former or self._setting.original))
        else:
            with self._record.folder.going_on():
                arch = read_arch(state["arch"])
                student = self._to_device(with_weights(arch, self._setting.original, state["student"]))
        teachers = Teachers(self._setting.original, former, self._setting.cache, self._setting.bf16)
        setting = self._setting
        distilled = Distillation(student, teachers, stage, self._recipe, setting.processes, bf16=setting.bf16)
        learning = _Learning(distilled, teachers, stage)
        if state is not None:
            with self._record.folder.going_on():
                learning.restore(state)
        else:
            if stage.by_masks:  # it begins with a whole model, and never gives a worse one back
                learning.epoch = BEFORE_LEARNING
                self._validate(learning)
            self._save(learning)
        try:
            self._learn(learning)
        except Cancelled:
            self._save(learning)
            raise
        return self._finish_stage(stage, learning)

    def _cut(self, stage: CutStage, model: Sam) -> Sam:
        if stage.by_masks:
            return with_narrower_mlps(model, stage.arch.decoder.mlp_dim)
        chosen = criterion(self._recipe.criterion.name)
        seed = int(np.random.SeedSequence([self._recipe.seed, stage.index]).generate_state(1)[0])
        if chosen.saliency is None:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                student = build_model(stage.arch)
            fresh = {k: v for k, v in student.state_dict().items() if k.startswith("image_encoder.")}
            weights = {name.removeprefix("image_encoder."): value for name, value in fresh.items()}
            student = with_weights(stage.arch, model, weights)
        else:
            gathered: Weights = {}
            if chosen.objective is not None:
                gatherer = Gatherer(model, chosen, self._recipe.criterion.noise, seed, self._setting.bf16)
                for batch in self._importance_batches(stage, seed):
                    self._gather(gatherer, batch)
                gathered = gatherer.gathered
                self._setting.processes.add_up(gathered.values())
            student = prune(
                model,
                stage.cuts,
                stage.widths,
                criterion=chosen,
                gathered=gathered,
                ranking=self._recipe.ranking,
                mends=self._recipe.mends,
                removed=stage.removed,
                seed=seed,
                spending=agreed_spending(
                    self._recipe, stage, model, self._setting.processes, bf16=self._setting.bf16
                ),
            )
        cost = cost_of(student.arch)
        groups = prunable_family(student.arch.family).channel_groups(student.arch)
        widths = {group.name: group.width for group in groups}
        self._record.emit(Pruned(stage.index, widths, cost.parameters, cost.macs))
        return student

    def _gather(self, gatherer: Gatherer, batch: PictureBatch) -> None:
        try:
            gatherer.add(batch)
        except (RuntimeError, MemoryError) as error:
            if not ran_out_of_memory(error):
                raise
            if len(batch.keys) == 1:
                raise OutOfMemory(
                    "There is not enough memory for the gradients of one picture: {error}",
                    "Slim a smaller model, or use a criterion without gradients, such as magnitude.",
                    error=error,
                ) from error
            self._record.emit(BatchHalved((len(batch.keys) + 1) // 2))
            for half in batch.halves():
                self._gather(gatherer, half)

    def _importance_batches(self, stage: CutStage, seed: int) -> Iterator[PictureBatch]:
        order = np.random.default_rng(seed).permutation(len(self._setting.train))
        order = order[: self._recipe.criterion.images]
        size = self._recipe.performance.micro_batch or self._recipe.optimiser.batch
        done = 0
        for batch in self._shared(self._setting.train, order, size):
            yield batch
            done += len(batch.keys) * self._setting.processes.size
            self._record.emit(ImportanceStep(stage.index, min(done, len(order)), len(order)))

    def _learn(self, learning: _Learning) -> None:
        stage, settings = learning.stage, self._recipe.optimiser
        processes = self._setting.processes
        for epoch in range(learning.epoch, stage.epochs):
            rows = epoch_batches(
                len(self._setting.train), settings.batch, [self._recipe.seed, stage.index, epoch]
            )
            mine = rows[learning.batches :, processes.rank :: processes.size]
            for batch in self._load(self._setting.train, mine):
                self._check()
                self._step(learning, batch, len(rows))
                waited = self._record.seconds_since_save
                if waited >= self._recipe.performance.checkpoint_seconds and learning.batches < len(rows):
                    self._save(learning)
            self._validate(learning)
            self._save(learning)

    def _step(self, learning: _Learning, batch: PictureBatch, steps: int) -> None:
        distillation, stage = learning.distillation, learning.stage
        alone = self._setting.processes.size == 1  # several processes check together, before each batch
        distillation.set_learning_rate(learning.rate(self._recipe.optimiser, steps))
        start = time.perf_counter()
        while True:
            try:
                result = distillation.step(batch, learning.epoch, *([self._check] if alone else []))
                break
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
                distillation.halve_micro_batch(error)
                self._record.emit(BatchHalved(distillation.micro_batch))
        learning.batches += 1
        self._record.emit(
            TrainStep(
                stage=stage.index,
                epoch=learning.epoch,
                iteration=learning.epoch * steps + learning.batches,
                iterations=stage.epochs * steps,
                loss=result.loss,
                terms=result.terms,
                learning_rate=distillation.learning_rate,
                images_per_second=self._recipe.optimiser.batch / (time.perf_counter() - start),
            )
        )

    def _validate(self, learning: _Learning) -> None:
        setting, settings = self._setting, self._recipe.optimiser
        student, epoch, stage = learning.distillation.student, learning.epoch, learning.stage
        order = np.arange(len(setting.validation))
        batches = self._shared(setting.validation, order, learning.distillation.micro_batch)
        error, agreement = nearness(
            student, learning.teachers, batches, setting.processes, bf16=setting.bf16, by_masks=stage.by_masks
        )
        learning.distillation.require_finite(error, epoch)
        miou = None
        if setting.judge is not None:
            miou = setting.judge(student.eval(), self._controls.cancel)
        if self._recipe.data.masks:
            shared = torch.tensor(miou or 0.0, dtype=torch.float64, device=self._device)
            miou = float(setting.processes.mean(shared)) * setting.processes.size
        score = next(known for known in (miou, agreement, -error) if known is not None)
        patience = stage.patience or settings.patience
        learning.plateau = learning.plateau.after(
            epoch, score, patience, settings.factor, any_gain=self._recipe.mends.any_gain
        )
        best = learning.plateau.best_epoch == epoch
        if best:
            learning.best = learnt_weights(student, stage)
        learning.epoch, learning.batches = epoch + 1, 0
        told = Validated(
            stage=stage.index,
            epoch=epoch,
            epochs=stage.epochs,
            alignment_error=error,
            miou=miou,
            best=best,
            agreement=agreement,
        )
        self._record.emit(told)
        if self._controls.look is not None:
            self._controls.look(student.eval())

    def _finish_stage(self, stage: CutStage, learning: _Learning) -> Sam:
        student = learning.distillation.student
        weights = learning.best if learning.best is not None else learnt_weights(student, stage)
        model = with_weights(student.arch, self._setting.original, weights)
        if self._setting.processes.is_first:
            save_model(model, self._record.stage_file(stage.index))
        self._write(Position(stage=stage.index + 1), {})
        self._setting.processes.wait()
        return self._to_device(model)

    def _load_stage(self, index: int) -> Sam:
        return self._to_device(load_model(self._record.stage_file(index)))

    def _save(self, learning: _Learning) -> None:
        self._write(Position(learning.stage.index, True, learning.epoch, learning.batches), learning.state())

    def _write(self, position: Position, state: dict[str, Any]) -> None:
        event = CheckpointSaved(position.stage, position.epoch, position.batches)
        whole = {"position": asdict(position), "identity": self._setting.identity, **state}
        self._record.save(whole, event)

    def _load(
        self, source: PictureSource, rows: Sequence[NDArray[np.int64]] | NDArray[np.int64]
    ) -> Iterator[PictureBatch]:
        performance = self._recipe.performance
        return load_batches(
            source,
            rows,
            self._setting.original.arch,
            threads=performance.loader_threads,
            prefetch=performance.prefetch,
            area_resize=self._recipe.mends.area_resize,
        )

    def _shared(self, source: PictureSource, order: NDArray[np.int64], size: int) -> Iterator[PictureBatch]:
        """This process's share of the pictures, ``size`` at a time; all processes check equally often."""
        rank, count = self._setting.processes.rank, self._setting.processes.size
        rounds = [order[start : start + size * count] for start in range(0, len(order), size * count)]
        rows = [pictures[rank::count] for pictures in rounds]
        loaded = self._load(source, [row for row in rows if len(row)])
        for row in rows:
            self._check()
            if len(row):
                yield next(loaded)

    def _check(self) -> None:
        """Wait while paused. Raises Cancelled, in all processes when it is so in one."""
        cancel, pause = self._controls.cancel, self._controls.pause
        if pause.paused and not cancel.cancelled:
            self._record.emit(Paused())
            pause.wait(cancel)
            self._record.emit(Resumed())
        pause.give_way(cancel)
        if self._setting.processes.size > 1:
            asked = self._setting.processes.mean(torch.tensor(float(cancel.cancelled), device=self._device))
            if float(asked) > 0:
                raise Cancelled
        cancel.raise_if_cancelled()

    def _to_device(self, model: Sam) -> Sam:
        return placed(model, self._device)


class _Learning:
    """What changes while a stage learns."""

    def __init__(self, distillation: Distillation, teachers: Teachers, stage: CutStage) -> None:
        self.distillation = distillation
        self.teachers = teachers
        self.stage = stage
        self.plateau = Plateau(learning_rate=distillation.learning_rate)
        self.best: Weights | None = None
        self.epoch = 0
        self.batches = 0

    def rate(self, settings: OptimiserSettings, steps: int) -> float:
        """Learning rate of the next step when an epoch has ``steps``."""
        if settings.schedule == Schedule.PLATEAU:
            return self.plateau.learning_rate
        done = (self.epoch * steps + self.batches) / (self.stage.epochs * steps)
        return settings.learning_rate * cosine_share(done)

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "arch": self.distillation.student.arch.to_json(),
            "student": learnt_weights(self.distillation.student, self.stage),
            "optimiser": self.distillation.optimiser.state_dict(),
            "plateau": asdict(self.plateau),
            "best": self.best,
            "micro_batch": self.distillation.micro_batch,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint, bit by bit."""
        position = Position(**state["position"])
        self.epoch, self.batches = position.epoch, position.batches
        self.plateau = Plateau(**state["plateau"])
        self.best = state["best"]
        self.distillation.micro_batch = state["micro_batch"]
        optimiser = self.distillation.optimiser
        optimiser.load_state_dict(state["optimiser"])
        for parameter, moments in optimiser.state.items():
            for name, value in moments.items():
                if value.shape == parameter.shape and value.ndim:
                    moments[name] = torch.empty_like(parameter).copy_(value)  # the parameter's memory layout
