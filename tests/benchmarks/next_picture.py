"""What *Next image to label* is worth, on labelled pictures with classes of any format.

``python tests/benchmarks/next_picture.py PATH... [--pictures 120] [--tested 40] [--splits 20]``

Of at most so many pictures of a set some are held back at random, and the others are labelled one by one:
in the order of their names, in a random one, and each time the one that the program would choose (nothing
was proposed in them, so that the difference alone counts). After 10, 20 and 40 pictures the classes of all
objects in the held-back pictures are guessed, classes not met before included. Written are the medians over
the splits with the objects that were labelled till then, and the paired differences to the other orders with
what 95 % of the splits lie between.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.datasets.labelled import MaskDataset, Skipped, iterate
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.likeness.next_picture import looks, most_telling
from slimsam_core.pixels.image_io import read_image
from slimsam_core.suggesting.class_memory import ClassMemory
from slimsam_core.suggesting.description import Describer, Description

STEPS = (10, 20, 40)
"""Labelled pictures after which the held-back ones are guessed."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture: what it looks like as a whole, and its objects with their classes."""

    looks: FloatArray
    objects: tuple[tuple[int, Description], ...]


Choose = Callable[[list[int], list[int]], int]
"""From the numbers of the waiting pictures, in the order of names, and the labelled ones: the next."""


def seen_pictures(dataset: MaskDataset, predictor: Predictor, most: int) -> list[Seen]:
    """At most so many pictures with objects, evenly over the order of their names."""
    labelled = sorted((one for _, one in iterate(dataset, Skipped())), key=lambda one: str(one.path))
    step = max(1.0, len(labelled) / most)
    classes: dict[str, int] = {}
    found = []
    for one in (labelled[int(i * step)] for i in range(min(most, len(labelled)))):
        rgb = read_image(one.path).rgb
        embedding = predictor.embed(rgb)
        describer = Describer(embedding, rgb)
        described = [(o.category, describer.mask(o.mask)) for o in one.objects if o.category]
        objects = tuple(
            (classes.setdefault(name, len(classes) + 1), what) for name, what in described if what is not None
        )
        found.append(Seen(looks(embedding), objects))
    return found


def by_name(waiting: list[int], _: list[int]) -> int:
    """As the list of pictures has them."""
    return waiting[0]


def at_random(seed: int) -> Choose:
    """Any."""
    generator = np.random.default_rng(seed)
    return lambda waiting, _: int(generator.choice(waiting))


def by_gain(pictures: Sequence[Seen]) -> Choose:
    """As the program chooses; it begins with the first picture, which somebody has open."""

    def choose(waiting: list[int], labelled: list[int]) -> int:
        if not labelled:
            return waiting[0]
        best = most_telling(
            {i: pictures[i].looks for i in waiting}, [pictures[i].looks for i in labelled], {}
        )
        assert best is not None
        return best

    return choose


def labelled_in_turn(pictures: Sequence[Seen], pool: list[int], tested: list[int], choose: Choose) -> Values:
    """Accuracy on the held-back pictures and objects labelled, after each of ``STEPS``; (steps, 2)."""
    memory = ClassMemory(pictures[0].objects[0][1].encoder_of)
    waiting, done, number, rows = list(pool), list[int](), 0, []
    while waiting and len(done) < STEPS[-1]:
        chosen = choose(waiting, done)
        waiting.remove(chosen)
        done.append(chosen)
        for category, description in pictures[chosen].objects:
            number += 1
            memory.learn(number, category, description)
        if len(done) in STEPS:
            rows.append((accuracy(memory, [pictures[i] for i in tested]), float(number)))
    return np.array(rows)


Values = NDArray[np.float64]


def accuracy(memory: ClassMemory, tested: Sequence[Seen]) -> float:
    """Share of the objects whose class is guessed, without abstaining."""
    guesses = [(memory.guess(what), category) for one in tested for category, what in one.objects]
    return float(
        np.mean([guess is not None and guess.category_id == category for guess, category in guesses])
    )


def interval(values: Values) -> str:
    """Median, and what 95 % lie between."""
    low, high = np.percentile(values, (2.5, 97.5))
    return f"{np.median(values):+.3f} [{low:+.3f}, {high:+.3f}]"


def main(argv: list[str] | None = None) -> int:
    """Print a table of every data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--model", default=ModelLibrary().default().name)
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--tested", type=int, default=40)
    parser.add_argument("--splits", type=int, default=20)
    args = parser.parse_args(argv)
    predictor = Predictor.load(ModelLibrary().resolve(args.model))
    for path in args.paths:
        for dataset in open_datasets(path):
            pictures = seen_pictures(dataset, predictor, args.pictures)
            _measure(path, pictures, args.tested, args.splits)
    return 0


def _measure(path: str, pictures: list[Seen], held_back: int, splits: int) -> None:
    found: dict[str, list[Values]] = {"names": [], "random": [], "gain": []}
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(len(pictures)).tolist()
        tested, pool = order[:held_back], sorted(order[held_back:])
        ways: dict[str, Choose] = {"names": by_name, "random": at_random(seed), "gain": by_gain(pictures)}
        for name, choose in ways.items():
            found[name].append(labelled_in_turn(pictures, pool, tested, choose))
    tables = {name: np.stack(rows) for name, rows in found.items()}
    objects = sum(len(one.objects) for one in pictures)
    print(f"{path}: {len(pictures)} pictures, {objects} objects, {splits} splits", flush=True)
    for place, count in enumerate(STEPS):
        medians = {name: np.median(table[:, place], axis=0) for name, table in tables.items()}
        cells = ", ".join(f"{n} {m[0]:.3f} ({m[1]:.0f} objects)" for n, m in medians.items())
        gain = tables["gain"][:, place, 0]
        names, random = (interval(gain - tables[other][:, place, 0]) for other in ("names", "random"))
        print(f"  after {count}: {cells}; gain - names {names}, gain - random {random}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
