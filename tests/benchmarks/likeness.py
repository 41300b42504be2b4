"""How good the proposals of *Find more like these* are, on labelled pictures of any format.

``python tests/benchmarks/likeness.py PATH... [--learnt 15] [--tested 20] [--model lite2] [--orders 1]``

Of each data set some pictures are learnt from, as if a person had labelled them, and others are searched.
Every class with enough objects is looked for; objects without a class name are one class. Written are
precision and recall at an IoU of 0.5 above the bar where the slider stands at first, what the program said
that its precision is there (measured on pictures that were held back while it learnt), the same at half the
confidence, and how many objects were among the masks that it looked at.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.likeness.cells import views_of
from slimsam_core.likeness.finds import finds_in, without_doubles
from slimsam_core.likeness.learning import (
    LEAST_OBJECTS,
    LabelledExample,
    LearntClass,
    NotYet,
    SearchedPicture,
    learn_class,
    searched_picture,
    truths_of,
)
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.suggesting.description import Describer
from tests.benchmarks.carrying import outcome

ONE_CLASS = "object"


def examples(images: Iterable[LabelledImage], classes: dict[str, int]) -> list[LabelledExample]:
    """As a project's pictures are learnt from."""
    return [
        LabelledExample(
            partial(_pixels, image.path),
            tuple(
                (classes.setdefault(one.category or ONE_CLASS, len(classes) + 1), one.mask)
                for one in image.objects
            ),
            tuple(ignored for ignored in (image.ignore, *(o.ignore for o in image.objects)) if ignored),
        )
        for image in images
    ]


def _pixels(path: Path) -> RgbImage:
    return read_image(path).rgb


def drawn(dataset: MaskDataset, seed: int, count: int) -> list[LabelledImage]:
    """Pictures in a random order."""
    order = np.random.default_rng(seed).permutation(len(dataset))[:count]
    return [dataset.labels(int(i)) for i in order]


def proposals(
    predictor: Predictor, learnt: LearntClass, example: LabelledExample
) -> tuple[list[tuple[float, bool]], SearchedPicture, int]:
    """Confidence and truth of each proposal; the picture; how many objects were among the masks."""
    rgb = example.read()
    embedding = predictor.embed(rgb)
    seen = outcome(searched_picture(predictor, predictor.embed, example, learnt.category_id))
    views = list(views_of(predictor, embedding, rgb))
    found = finds_in(predictor, views, learnt.cells, Describer(embedding, rgb))
    finds = [find for find in found if find is not None]
    reached = sum(value is True for value in truths_of(seen, finds))
    if not finds:
        return [], seen, reached
    scores = learnt.judge.scores(np.stack([find.vector for find in finds]))
    kept = without_doubles(finds, scores)
    sure = learnt.sigmoid(scores[kept])
    truths = truths_of(seen, [finds[i] for i in kept])
    return [(float(c), t) for c, t in zip(sure, truths, strict=True) if t is not None], seen, reached


def shares(found: Sequence[tuple[float, bool]], bar: float, objects: int) -> str:
    """Precision with counts, and recall."""
    above = [right for confidence, right in found if confidence >= bar]
    precision = sum(above) / len(above) if above else float("nan")
    return f"{precision:.2f} ({sum(above)} of {len(above)}), found {sum(above) / max(1, objects):.2f}"


def main(argv: list[str] | None = None) -> int:
    """Print a line a class and order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--model", default=ModelLibrary().default().name)
    parser.add_argument("--learnt", type=int, default=15, help="pictures")
    parser.add_argument("--tested", type=int, default=20, help="pictures")
    parser.add_argument("--orders", type=int, default=1)
    args = parser.parse_args(argv)
    predictor = Predictor.load(ModelLibrary().resolve(args.model))
    for path in args.paths:
        for dataset in open_datasets(path):
            for seed in range(args.orders):
                classes: dict[str, int] = {}
                found = examples(drawn(dataset, seed, args.learnt + args.tested), classes)
                _measure(predictor, f"{path} {seed}", found, args.learnt, classes)
    return 0


def _measure(
    predictor: Predictor,
    title: str,
    found: Sequence[LabelledExample],
    learnt_from: int,
    classes: dict[str, int],
) -> None:
    learnt_pictures, tested = found[:learnt_from], found[learnt_from:]
    for name, category_id in classes.items():
        objects = sum(i == category_id for one in learnt_pictures for i, _ in one.objects)
        if objects < LEAST_OBJECTS:
            continue
        began = time.process_time()
        learnt = outcome(learn_class(predictor, predictor.embed, learnt_pictures, category_id))
        learning = time.process_time() - began
        if isinstance(learnt, NotYet):
            print(
                f"{title} {name}: not yet ({learnt.why}; {learnt.objects} objects,"
                f" {learnt.right} of {learnt.found} right)",
                flush=True,
            )
            continue
        began = time.process_time()
        made = [proposals(predictor, learnt, one) for one in tested]
        seconds = (time.process_time() - began) / max(1, len(tested))
        every = [pair for pairs, _, _ in made for pair in pairs]
        total = sum(len(seen.own) for _, seen, _ in made)
        looked_at = sum(reached for _, _, reached in made) / max(1, total)
        finds, right = learnt.measured.at(learnt.bar)
        said = f"said {right / max(1, finds):.2f} ({right} of {finds})"
        print(
            f"{title} {name}: {objects} objects learnt in {learning:.0f} s; bar {learnt.bar:.2f},"
            f" {said}, is {shares(every, learnt.bar, total)};"
            f" at {learnt.bar / 2:.2f}: {shares(every, learnt.bar / 2, total)};"
            f" {looked_at:.2f} looked at; {seconds:.1f} s a picture",
            flush=True,
        )


if __name__ == "__main__":
    raise SystemExit(main())
