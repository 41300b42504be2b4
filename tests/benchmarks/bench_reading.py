"""What it costs to read objects with their proofs: ``pytest -m bench -s tests/benchmarks/bench_reading.py``.

Processor time of one thread; the three ways take turns in one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, Provenance
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.project import Edit, Project, decoding
from slimsam_core.project.decoding import selection, source
from slimsam_core.project.proved import ProvedRows
from slimsam_core.project.tables import ANNOTATIONS, decode_with_good_mask, mask_size
from tests.benchmarks.bench_project import SIZE, ellipses

IMAGES, OBJECTS, REPEATS = 50, 10, 31


def ragged(count: int) -> list[mask.Rle]:
    """Masks with a hundred times as many runs as an ellipse has."""
    rng = np.random.default_rng(1)
    fields = (rng.random((60, 80)).astype(np.float32) for _ in range(count))
    return [
        mask.encode(cv2.resize(field, (SIZE.width, SIZE.height), interpolation=cv2.INTER_CUBIC) > 0.62)
        for field in fields
    ]


def content(masks: list[mask.Rle]) -> Iterator[Edit]:
    yield Edit(None, Category(id=1, name="leaf"))
    for image in range(1, IMAGES + 1):
        yield Edit(None, ImageEntry(id=image, root_id=1, path=f"{image}.jpg", size=SIZE))
        for number in range(image * OBJECTS, (image + 1) * OBJECTS):
            origin = Provenance(
                source="model",
                prompts=PromptSet((PointPrompt(number + 0.5, 20.5),)),
                model_name="SlimSAM",
                model_hash="0123456789abcdef",
                predicted_iou=0.5,
                time_spent_s=2.5,
            )
            yield Edit(
                None,
                Annotation(
                    id=number,
                    image_id=image,
                    category_id=1,
                    mask=masks[number % len(masks)],
                    provenance=origin,
                ),
            )


def microseconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1e6 / (IMAGES * OBJECTS)


@pytest.mark.bench
@pytest.mark.parametrize("name", ["usual", "long"])
def test_reading(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    masks = ellipses(500) if name == "usual" else ragged(100)
    path = tmp_path / "p.slimsam"
    with Project.create(path, [tmp_path]) as project:
        project.apply("Make", content(masks))
    count = len(ANNOTATIONS.columns)
    sql = (
        f"SELECT {selection(ANNOTATIONS)} FROM {source(ANNOTATIONS)} ORDER BY image_id, layer, annotation.id"
    )
    times: dict[str, list[float]] = {"without proofs": [], "first time": [], "again": []}
    with Project.open(path, read_only=True) as project:

        def plain() -> object:
            rows = [row[:count] for row in project.ask(sql)]
            return [decode_with_good_mask(row, mask_size(*row[3:5])) for row in rows]

        def proved() -> object:
            return decoding.decode_rows(ANNOTATIONS, project.ask(sql))

        for _ in range(REPEATS):
            monkeypatch.setattr(decoding, "PROVED", ProvedRows())
            times["without proofs"].append(microseconds(plain))
            times["first time"].append(microseconds(proved))
            times["again"].append(microseconds(proved))
    chars = statistics.mean(len(rle.counts) for rle in masks)
    print(f"\n{name}, {chars:,.0f} characters a code; us an object, median of {REPEATS} (best)")
    for way, found in times.items():
        print(f"  {way:<16} {statistics.median(found):6.1f} ({min(found):.1f})")
