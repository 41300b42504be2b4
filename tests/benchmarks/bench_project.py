"""Measures a project of 100,000 pictures and 1,000,000 objects: ``pytest -m bench -s tests/benchmarks``.

``SLIMSAM_BENCH_IMAGES`` and ``SLIMSAM_BENCH_OBJECTS`` set other numbers of pictures, and of objects in each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, Provenance
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.project import Edit, ImageFilter, Project

IMAGES = int(os.environ.get("SLIMSAM_BENCH_IMAGES", "100000"))
OBJECTS_PER_IMAGE = int(os.environ.get("SLIMSAM_BENCH_OBJECTS", "10"))
CATEGORIES = 80
SIZE = Size(480, 640)


def timed(name: str, work: Callable[[], object], repeat: int = 1) -> None:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    report(name, times)


def report(name: str, times_s: list[float]) -> None:
    median, best = sorted(times_s)[len(times_s) // 2], min(times_s)
    print(f"{name:<58} {median * 1000:>12,.1f} ms, best {best * 1000:>10,.1f}")


def ellipses(count: int) -> list[mask.Rle]:
    rng = np.random.default_rng(0)
    masks = []
    for _ in range(count):
        pixels = np.zeros(SIZE.hw, np.uint8)
        centre = (int(rng.integers(60, 580)), int(rng.integers(60, 420)))
        axes = (int(rng.integers(5, 80)), int(rng.integers(5, 80)))
        cv2.ellipse(pixels, centre, axes, float(rng.integers(0, 180)), 0, 360, 1, -1)
        masks.append(mask.encode(pixels.astype(bool)))
    return masks


def content() -> Iterator[Edit]:
    shapes = ellipses(500)
    states = list(ImageState)
    for number in range(1, CATEGORIES + 1):
        yield Edit(None, Category(id=number, name=f"class {number}"))
    for number in range(1, IMAGES + 1):
        path = f"batch_{number // 1000}/IMG_{number}.jpg"
        yield Edit(
            None,
            ImageEntry(
                id=number,
                root_id=1,
                path=path,
                size=SIZE,
                content_hash=f"{number:032x}",
                state=states[number % 5],
            ),
        )
        if number % 100 == 0:
            continue  # one picture in a hundred has no object
        for index in range(OBJECTS_PER_IMAGE):
            annotation_id = number * OBJECTS_PER_IMAGE + index
            origin = Provenance(
                source="model",
                prompts=PromptSet((PointPrompt(100.5, 200.5),)),
                model_name="SlimSAM",
                model_hash="0123456789abcdef",
                predicted_iou=(annotation_id % 1000) / 1000,
                time_spent_s=2.5,
            )
            category = annotation_id * 7919 % CATEGORIES + 1
            yield Edit(
                None,
                Annotation(
                    id=annotation_id,
                    image_id=number,
                    category_id=category,
                    mask=shapes[annotation_id % 500],
                    provenance=origin,
                ),
            )


MEMORY = """
import re, sys
from pathlib import Path
from slimsam_core.project import ImageFilter, Project
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
start = peak()
with Project.open(sys.argv[1]) as project:
    project.images(limit=100)
    opened = peak()
    ids = project.image_ids()
    project.count_images(ImageFilter(category_ids=frozenset({7})))
    listed = peak()
    objects = sum(len(found) for _, found in project.labelled_images())
print(f"{start:.0f} MiB after import, {opened:.0f} after opening, {listed:.0f} after listing and filtering,"
      f" {peak():.0f} after reading all {objects:,} objects")
"""


@pytest.mark.bench
@pytest.mark.timeout(3600)
def test_large_project(tmp_path: Path) -> None:
    path = tmp_path / "large.slimsam"
    print()
    with Project.create(path, [tmp_path]) as project:
        timed(
            f"create {IMAGES:,} pictures, {IMAGES * OBJECTS_PER_IMAGE:,} objects",
            lambda: project.apply("Import", content()),
        )
    print(f"{'file size':<58} {path.stat().st_size / 2**20:>12,.0f} MiB")
    timed("open", lambda: Project.open(path).close(), 5)
    with Project.open(path) as project:
        middle = IMAGES // 2
        timed("first page of 100", lambda: project.images(limit=100), 5)
        timed("page in the middle", lambda: project.images(offset=middle, limit=100), 5)
        timed("all ids in natural order", lambda: project.image_ids(), 5)
        for name, wanted in (
            ("class", ImageFilter(category_ids=frozenset({7}))),
            ("three classes", ImageFilter(category_ids=frozenset({7, 8, 9}))),
            ("state", ImageFilter(states=frozenset({ImageState.DONE}))),
            ("unlabelled", ImageFilter(unlabelled=True)),
            ("text", ImageFilter(text="img_77")),
            ("score below 0.1", ImageFilter(score_max=0.1)),
            ("area below 32x32", ImageFilter(area_max=1024)),
            (
                "class, state, score and text",
                ImageFilter(
                    states=frozenset({ImageState.DONE}),
                    category_ids=frozenset({7}),
                    score_min=0.5,
                    text="batch_7",
                ),
            ),
        ):
            timed(f"filter by {name}: first page", lambda wanted=wanted: project.images(wanted, limit=100), 5)
            timed(f"filter by {name}: count", lambda wanted=wanted: project.count_images(wanted), 5)
            timed(f"filter by {name}: ids", lambda wanted=wanted: project.image_ids(wanted), 5)
        timed("objects by class", project.objects_by_class, 5)
        timed("pictures by state", project.images_by_state, 5)
        timed("statistics", project.statistics, 3)
        timed("objects of one picture", lambda: project.annotations(middle + 1), 5)
        image = project.image(middle)
        times = []
        for state in (ImageState.DONE, ImageState.NEW) * 10:
            start = time.perf_counter()
            project.apply("State", [Edit(image, replace(image, state=state))])
            times.append(time.perf_counter() - start)
            image = project.image(middle)
        report("one command, on the disk", times)
        timed("undo one command", project.undo)
    memory = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True
    )
    print("memory:", memory.stdout.strip())
