"""What adapting to a project of forty objects gives on other pictures of the same kind.

A folder is cut in two by picture; forty objects of one half are the project, objects of the other half, which
the model never saw, are asked for by clicks. It prints after each picture: what is there counts when it is
broken off. ``python -m tests.benchmarks.adapting_gain FOLDER ... --steps 100 --judge 36``
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from slimsam_core.adapting.choice import LEAST_PIXELS, AcceptedObjects
from slimsam_core.adapting.run import Effort, adapted_decoder, judged, paired
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.datasets.labelled import LabelledImage, Skipped, iterate
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.judging.measure import ObjectScore
from slimsam_core.library.model_library import ModelLibrary

Images = Sequence[tuple[str, LabelledImage]]


def labelled(folders: Sequence[Path]) -> Images:
    """Pictures of the folders in an order that a hash decides."""
    found = [one for folder in folders for data in open_datasets(folder) for one in iterate(data, Skipped())]
    return sorted(found, key=lambda one: hashlib.sha256(one[0].encode()).digest())


def some(images: Images, objects: int) -> AcceptedObjects:
    """So many objects, as many of each picture as of the others."""
    each = -(-objects // max(1, len(images)))
    found, left = [], objects
    for number, (key, image) in enumerate(images):
        large = [one for one in image.objects if one.mask.area >= LEAST_PIXELS]
        each = -(-left // (len(images) - number))
        drawn = np.random.default_rng(number).permutation(len(large))[:each]
        if len(drawn):
            found.append((key, replace(image, objects=tuple(large[i] for i in sorted(drawn)))))
            left -= len(drawn)
    return AcceptedObjects("p", tuple(found))


def main() -> None:
    """Adapt, then judge picture by picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--fold", type=int, default=0, choices=(0, 1))
    parser.add_argument("--learn", type=int, default=40)
    parser.add_argument("--judge", type=int, default=40)
    parser.add_argument("--steps", type=int, default=Effort().steps)
    parser.add_argument("--rate", type=float, default=Effort().learning_rate)
    args = parser.parse_args()
    torch.set_num_threads(1)
    images = labelled(args.folders)
    learnt, held = (
        some(images[half::2], n) for half, n in ((args.fold, args.learn), (1 - args.fold, args.judge))
    )
    print(
        f"learns {learnt.objects} objects in {len(learnt)} pictures, judged on {held.objects} in {len(held)}"
    )
    path = ModelLibrary().default().path
    began = time.process_time()
    before = load_model(path)
    effort = Effort(steps=args.steps, learning_rate=args.rate)
    after = adapted_decoder(learnt, load_model(path), effort)
    print(f"adapted in {time.process_time() - began:.0f} s of one core", flush=True)
    scores: tuple[list[ObjectScore], list[ObjectScore]] = ([], [])
    for one in held.images:
        for all_, new in zip(scores, judged(before, after, AcceptedObjects("p", (one,))), strict=True):
            all_ += new
        print(len(scores[0]), *paired(*scores), f"{time.process_time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
