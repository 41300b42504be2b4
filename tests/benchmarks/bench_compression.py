"""Distillation beside the published way: ``pytest -m bench -s tests/benchmarks/bench_compression.py``.

The reference loop is restated from its description: one picture at a time in float32, gradients of four added
up before a step, the frozen teacher run twice for each picture (once for its embedding, once for its inner
features), pictures decoded when needed. Ours does what ``slimsam compress`` does. Both learn stage 1 of
the same half-width student from the same pictures, half of the epochs with inner features, half without.

``SLIMSAM_BENCH_TEACHER`` (a model's name or file, default: the bundled one), ``SLIMSAM_BENCH_IMAGES`` (24),
``SLIMSAM_BENCH_DEVICE`` (auto).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.cutting.pruning import prune
from slimsam_core.compression.learning.distillation import Distillation, Teachers
from slimsam_core.compression.learning.losses import bottleneck_aligning
from slimsam_core.compression.learning.taps import recording
from slimsam_core.compression.precision import uses_bf16
from slimsam_core.compression.recipe import Ranking, Recipe, StageSettings
from slimsam_core.compression.stages import CutStage, Ratios, planned_stages
from slimsam_core.compression.supply.data import ImageList, PictureSource, epoch_batches, list_images
from slimsam_core.compression.supply.loader import load_batches
from slimsam_core.compression.supply.teacher_cache import TeacherCache
from slimsam_core.families.cutting import prunable_family
from slimsam_core.inference.chosen_device import chosen_device
from slimsam_core.inference.transforms import model_input
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.models import Sam
from slimsam_core.models.placement import placed
from slimsam_core.models.processes import Processes
from slimsam_core.pixels.image_io import read_image

IMAGES = int(os.environ.get("SLIMSAM_BENCH_IMAGES", "24"))
TEACHER = os.environ.get("SLIMSAM_BENCH_TEACHER", "")
DEVICE = chosen_device(os.environ.get("SLIMSAM_BENCH_DEVICE", "auto"))
BATCH = 4


@dataclass
class Clock:
    """Wall and processor seconds a picture."""

    pictures: int = 0
    wall: float = 0.0
    processor: float = 0.0

    def timed(self, steps: Iterator[int]) -> Clock:
        """Run to the end; each step says how many pictures it took."""
        _finish()
        wall, processor = time.perf_counter(), time.process_time()
        for count in steps:
            self.pictures += count
        _finish()
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        return self


def _finish() -> None:
    if DEVICE.type == "cuda":
        torch.cuda.synchronize(DEVICE)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> ImageList:
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    for index in range(IMAGES):
        small = random.integers(0, 256, (12, 16, 3), np.uint8)
        picture = Image.fromarray(small).resize((640, 480), Image.Resampling.BICUBIC)
        picture.save(folder / f"{index}.jpg", quality=92)
    return list_images([folder])


def teacher() -> Sam:
    library = ModelLibrary()
    return load_model((library.resolve(TEACHER) if TEACHER else library.default()).path).to(DEVICE)


def half(original: Sam, recipe: Recipe) -> tuple[Sam, CutStage]:
    stage = planned_stages(recipe, original.arch, Ratios(0.5, 0.5))[0]
    student = prune(
        original,
        stage.cuts,
        stage.widths,
        criterion=criterion("magnitude"),
        gathered={},
        ranking=Ranking.LOCAL,
        mends=recipe.mends,
        seed=0,
    )
    return student, stage


def reference_epoch(
    original: Sam, student: Sam, images: Sequence[Path], recipe: Recipe, aligning: bool
) -> Clock:
    """One epoch as published."""
    arch = original.arch
    optimiser = torch.optim.Adam(student.image_encoder.parameters(), lr=1e-4)
    groups = prunable_family(arch.family).bottleneck_taps(student.arch, recipe.mends)
    taps = tuple(tap for group in groups for tap in group.taps)

    def steps() -> Iterator[int]:
        for index, path in enumerate(images):
            x = torch.from_numpy(model_input(read_image(path).rgb, arch)).to(DEVICE)
            with torch.no_grad():
                wanted = original.image_encoder(x)
                with recording(original.image_encoder, taps) as theirs:
                    original.image_encoder(x)
            with recording(student.image_encoder, taps) as ours:
                found = student.image_encoder(x)
            terms = bottleneck_aligning(found, wanted, ours, theirs, groups, aligning=aligning)
            (torch.stack(list(terms.values())).sum() / BATCH).backward()
            float(terms["embedding"].detach())
            if index % BATCH == BATCH - 1:
                optimiser.step()
                optimiser.zero_grad()
            yield 1

    return Clock().timed(steps())


def our_epoch(distillation: Distillation, images: ImageList, recipe: Recipe, epoch: int) -> Clock:
    source = PictureSource(images, range(len(images)), lambda path, _error: pytest.fail(str(path)))

    def steps() -> Iterator[int]:
        rows = epoch_batches(len(images), BATCH, [epoch])
        performance = recipe.performance
        for batch in load_batches(
            source,
            rows,
            distillation.student.arch,
            threads=performance.loader_threads,
            prefetch=performance.prefetch,
        ):
            distillation.step(batch, epoch)
            yield len(batch.keys)

    return Clock().timed(steps())


@pytest.mark.bench
@pytest.mark.timeout(0)
def test_images_per_second_beside_the_reference_loop(images: ImageList, tmp_path: Path) -> None:
    recipe = Recipe(embedding_stage=StageSettings(3, 2))
    bf16 = uses_bf16("auto", DEVICE)
    original = teacher()
    student, stage = half(original, recipe)
    cache = TeacherCache(tmp_path / "cache", 1 << 40)
    ours = placed(half(original, recipe)[0], DEVICE)
    frozen = placed(teacher(), DEVICE)
    distillation = Distillation(
        ours, Teachers(frozen, None, cache, bf16), stage, recipe, Processes(), bf16=bf16
    )
    paths = [images[index] for index in range(len(images))]
    original.eval().requires_grad_(False)
    student.to(DEVICE).requires_grad_(True)
    reference_epoch(original, student, paths[:BATCH], recipe, aligning=True)  # warms up
    clocks = {
        "reference, with inner features": reference_epoch(original, student, paths, recipe, aligning=True),
        "ours, with inner features": our_epoch(distillation, images, recipe, 0),
        "reference, embedding alone": reference_epoch(original, student, paths, recipe, aligning=False),
        "ours, embedding alone": our_epoch(distillation, images, recipe, 2),
    }
    print(
        f"\n{original.arch.name} on {DEVICE}, {'bf16' if bf16 else 'fp32'}, {torch.get_num_threads()} threads"
    )
    for name, clock in clocks.items():
        rate, work = clock.pictures / clock.wall, clock.processor / clock.pictures
        print(f"{name:<34} {rate:8.3f} pictures/s {work:8.3f} processor seconds a picture")
    for side in ("wall", "processor"):
        reference, mine = (
            sum(getattr(clock, side) for name, clock in clocks.items() if name.startswith(who))
            for who in ("reference", "ours")
        )
        print(f"{side} time: {reference / mine:.2f} times faster")
