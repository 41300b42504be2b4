"""How well objects are carried through sequences whose objects are labelled in every frame.

``python tests/benchmarks/carrying.py FOLDER... [--model lite2] [--starts 0 25] [--frames 20] [--bar 0.5]``

A folder has frames in the order of their names and the labels of each beside it (``NAME.json`` of SA-1B),
with one ``id`` for an object in all of them. From each start every object is carried frame by frame, from
where it was carried to before, and compared with the label: beside it a copy of the first mask, and the mask
moved by the optical flow from frame to frame alone. Then, of the objects that went wrong (IoU below 0.6) for
the first time, how many had fallen under the bar by then; and of those that fell under it, how many were
right at that moment.

Intervals are of 95 %: of means by drawing objects (one object from several starts is one draw) and, where
there are enough of them, whole sequences; of shares by Wilson.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.motion import Motion, NoMotion, look_at, motion_of
from slimsam_core.carrying.objects import Trail, carry_objects
from slimsam_core.datasets.labelled import MaskDataset
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.figures import share_with_interval
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.intervals import mean_interval
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import Rle, iou

SHOWN, WRONG = (1, 5, 10, 20), 0.6
LEAST_SEQUENCES = 5
"""Of fewer a draw of whole sequences has next to no different outcomes."""
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One object in one frame: IoU of each way, and how sure the program is of its own."""

    run: tuple[str, int, int]
    """Sequence, start, object."""
    number: int
    copied: float
    moved: float
    carried: float
    confidence: float
    ms: float


class Frames:
    """Pictures, labels and embeddings of a sequence, each made once."""

    def __init__(self, dataset: MaskDataset, predictor: Predictor) -> None:
        self._dataset, self._predictor = dataset, predictor
        self._pictures: dict[int, RgbImage] = {}
        self._embeddings: dict[int, ImageEmbedding] = {}

    def picture(self, number: int) -> RgbImage:
        """The pixels of a frame."""
        if number not in self._pictures:
            self._pictures[number] = read_image(self._dataset.labels(number).path).rgb
        return self._pictures[number]

    def truth(self, number: int) -> dict[int, Rle]:
        """The labels of a frame by object."""
        return {one.id: one.mask for one in self._dataset.labels(number).objects}

    def embedding(self, number: int) -> ImageEmbedding:
        """What the model makes of a frame."""
        if number not in self._embeddings:
            self._embeddings[number] = self._predictor.embed(self.picture(number))
        return self._embeddings[number]


def carried(frames: Frames, predictor: Predictor, name: str, start: int, stop: int) -> Iterator[Frame]:
    """Every object of the first frame in every later one in which it is."""
    first = frames.truth(start)
    moved: dict[int, Rle] = dict(first)
    objects = [Annotation(id=one, image_id=1, category_id=1, mask=mask) for one, mask in first.items()]
    trail = Trail(predictor, frames.picture(start), frames.embedding(start), objects)
    for number in range(start + 1, stop):
        plain, truth = _plain_motion(frames.picture(number - 1), frames.picture(number)), frames.truth(number)
        embedding, began = frames.embedding(number), time.process_time()
        step = outcome(carry_objects(trail, frames.picture(number), embedding))
        ms = 1000 * (time.process_time() - began) / len(first)
        if not isinstance(plain, Motion) or isinstance(step, NoMotion):
            return
        own = {one.id: found for one, found in step.carried}
        for one, mask in first.items():
            moved[one] = plain.moved(moved[one])
            found = own.get(one)
            if one in truth:
                yield Frame(
                    run=(name, start, one),
                    number=number - start,
                    copied=iou(mask, truth[one]),
                    moved=iou(moved[one], truth[one]),
                    carried=iou(found.mask, truth[one]) if found else 0.0,
                    confidence=found.confidence if found else 0.0,
                    ms=ms,
                )


def _plain_motion(before: RgbImage, after: RgbImage) -> Motion | NoMotion:
    """The flow of the former picture alone, found at the size of the masks: what is simply to be had."""
    first, second = (replace(look, large=look.small) for look in (look_at(before), look_at(after)))
    return motion_of(first, second)


def outcome(steps: Generator[Any, None, Value]) -> Value:
    """What a generator of steps comes to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Value = end.value
            return found


def table(found: Sequence[Frame], title: str) -> None:
    """Means over the objects at some frames."""
    cells = []
    for number in SHOWN:
        at = [one for one in found if one.number == number]
        if at:
            means = [np.mean([getattr(one, way) for one in at]) for way in ("copied", "moved", "carried")]
            cells.append(f"{number}: " + " ".join(f"{mean:.2f}" for mean in means) + f" ({len(at)})")
    ms = np.mean([one.ms for one in found])
    print(f"{title}  {'   '.join(cells)}   {ms:.0f} ms an object and frame", flush=True)


def leads(found: Sequence[Frame]) -> None:
    """How far the program is ahead of the other ways at some frames, with intervals, and of each object."""
    for number in SHOWN:
        at = [one for one in found if one.number == number]
        objects, sequences = [(one.run[0], one.run[2]) for one in at], [one.run[0] for one in at]
        for way in ("moved", "copied"):
            ahead = np.array([one.carried - getattr(one, way) for one in at])
            if not at:
                continue
            line = f"frame {number}, over {way}: {ahead.mean():+.2f}"
            line += f", {_between(ahead, objects)} by {len(set(objects))} objects"
            if len(set(sequences)) >= LEAST_SEQUENCES:
                line += f", {_between(ahead, sequences)} by {len(set(sequences))} sequences"
            print(line)
    for name, number in sorted({(one.run[0], one.run[2]) for one in found}):
        own = [one for one in found if (one.run[0], one.run[2]) == (name, number)]
        table(own, f"{name}, object {number}")


def _between(values: NDArray[np.float64], groups: Sequence[object]) -> str:
    low, high = mean_interval(values, groups, (-np.inf, np.inf))
    return f"[{low:+.2f}, {high:+.2f}]"


def stops(found: Sequence[Frame], bar: float) -> None:
    """Whether the program would have stopped in time, and how early."""
    runs: dict[tuple[str, int, int], list[Frame]] = defaultdict(list)
    for one in found:
        runs[one.run].append(one)
    wrong = in_time = stopped = right_still = right = before = 0
    for frames in runs.values():
        bad = next((one.number for one in frames if one.carried < WRONG), None)
        halt = next((one for one in frames if one.confidence < bar), None)
        wrong += bad is not None
        in_time += bad is not None and halt is not None and halt.number <= bad
        stopped += halt is not None
        right_still += halt is not None and halt.carried >= WRONG
        good = [one for one in frames if one.carried >= WRONG]
        right += len(good)
        before += sum(halt is None or one.number < halt.number for one in good)
    in_time_share = f" = {share_with_interval(in_time, wrong)}" if wrong else ""
    print(
        f"bar {bar:.2f}: {wrong} of {len(runs)} objects went wrong, {in_time} of them stopped in time"
        f"{in_time_share}; at {right_still} of {stopped} stops the mask was right;"
        f" {before} of {right} frames with a right mask came before the stop"
    )


def main(argv: list[str] | None = None) -> int:
    """Print a line a sequence and start, then all together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--model", default=ModelLibrary().default().name)
    parser.add_argument("--starts", type=int, nargs="+", default=[0, 25])
    parser.add_argument("--frames", type=int, default=max(SHOWN))
    parser.add_argument("--bar", type=float, nargs="+", default=[0.4, 0.5, 0.6])
    args = parser.parse_args(argv)
    predictor = Predictor.load(ModelLibrary().resolve(args.model))
    everything: list[Frame] = []
    for folder in args.folders:
        dataset = open_datasets(folder)[0]
        frames = Frames(dataset, predictor)
        for start in args.starts:
            if start + 1 < len(dataset):
                stop = min(len(dataset), start + args.frames + 1)
                found = list(carried(frames, predictor, Path(folder).name, start, stop))
                table(found, f"{Path(folder).name} from {start}")
                everything += found
    table(everything, "all")
    leads(everything)
    for bar in args.bar:
        stops(everything, bar)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
