"""How often the class that is suggested for a new object is right, on labelled pictures of any format.

``python tests/benchmarks/class_suggestion.py PATH... [--model lite2] [--orders 20]``

Each data set is labelled in several random orders of its pictures, as a person would: after 5, 20 and 100
objects the classes of the following ones (at most 300, of other pictures) are guessed, whether or not their
class was met before. Written are the shares of right guesses among the 50, 80 and 95 % with the largest
margins, then what the program does by itself: from the 100th to the 400th object, how many get a suggestion
and how many of those are right. Brackets: what 95 % of the orders lie between.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.datasets.labelled import MaskDataset, Skipped, iterate
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.image_io import read_image
from slimsam_core.suggesting.class_memory import ClassMemory
from slimsam_core.suggesting.description import Describer, Description

LEARNT, COVERAGES = (5, 20, 100), (0.5, 0.8, 0.95)
TESTED, WATCHED = 300, (100, 400)
Shown = tuple[int, int, Description]
"""Picture, class, description."""


def described(dataset: MaskDataset, predictor: Predictor) -> tuple[list[Shown], dict[str, int], float]:
    """Every object with a class; the classes; mean processor milliseconds to describe an object."""
    found: list[Shown] = []
    classes: dict[str, int] = {}
    seconds = 0.0
    for number, (_, labelled) in enumerate(iterate(dataset, Skipped())):
        rgb = read_image(labelled.path).rgb
        embedding = predictor.embed(rgb)
        start = time.process_time()
        describer = Describer(embedding, rgb)
        for one in labelled.objects:
            description = describer.mask(one.mask)
            if one.category and description is not None:
                found.append((number, classes.setdefault(one.category, len(classes) + 1), description))
        seconds += time.process_time() - start
    return found, classes, 1000 * seconds / max(1, len(found))


def in_order(found: list[Shown], seed: int) -> list[Shown]:
    """The objects, picture by picture, the pictures in a random order."""
    pictures = sorted({picture for picture, _, _ in found})
    places = dict(zip(pictures, np.random.default_rng(seed).permutation(len(pictures)).tolist(), strict=True))
    return sorted(found, key=lambda one: places[one[0]])


def accuracies(found: list[Shown], learnt: int) -> list[float]:
    """Share of right guesses at each coverage after the first ``learnt`` objects."""
    memory = ClassMemory(found[0][2].encoder_of)
    for number, (_, category, description) in enumerate(found[:learnt], 1):
        memory.learn(number, category, description)
    last = found[learnt - 1][0]
    tested = [one for one in found[learnt:] if one[0] != last][:TESTED]
    guessed = [(memory.guess(description), category) for _, category, description in tested]
    margins = np.array([guess.margin if guess else 0.0 for guess, _ in guessed])
    right = np.array([guess is not None and guess.category_id == category for guess, category in guessed])
    order = np.argsort(-margins, kind="stable")
    return [float(right[order[: max(1, round(share * len(order)))]].mean()) for share in COVERAGES]


def as_shipped(found: list[Shown]) -> tuple[float, float, float]:
    """Share of objects with a suggestion, of right ones among those (nan: none), processor ms for one."""
    memory = ClassMemory(found[0][2].encoder_of)
    offered = right = 0
    start = time.process_time()
    for number, (_, category, description) in enumerate(found[: WATCHED[1]], 1):
        guess = memory.suggest(description)
        if guess is not None and number > WATCHED[0]:
            offered, right = offered + 1, right + (guess.category_id == category)
        memory.learn(number, category, description)
    count = min(len(found), WATCHED[1])
    ms = 1000 * (time.process_time() - start) / max(1, count)
    return offered / max(1, count - WATCHED[0]), right / offered if offered else float("nan"), ms


def words(values: NDArray[np.floating]) -> str:
    """Mean and interval."""
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return f"{np.nanmean(values):.2f} [{low:.2f}, {high:.2f}]"


def main(argv: list[str] | None = None) -> int:
    """Print a table of every data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--model", default=ModelLibrary().default().name)
    parser.add_argument("--orders", type=int, default=20)
    args = parser.parse_args(argv)
    predictor = Predictor.load(ModelLibrary().resolve(args.model))
    for path in args.paths:
        for dataset in open_datasets(path):
            found, classes, describing = described(dataset, predictor)
            print(
                f"{path}: {len(found)} objects of {len(classes)} classes, {describing:.1f} ms to describe one"
            )
            orders = [in_order(found, seed) for seed in range(args.orders)]
            for learnt in LEARNT:
                scores = np.array([accuracies(order, learnt) for order in orders])
                cells = "   ".join(words(column) for column in scores.T)
                print(f"  after {learnt:3d}   at 50, 80, 95 %: {cells}")
            shipped = np.array([as_shipped(order) for order in orders])
            print(
                f"  suggested {words(shipped[:, 0])}, right {words(shipped[:, 1])},"
                f" {shipped[:, 2].mean():.2f} ms to guess and learn one"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
