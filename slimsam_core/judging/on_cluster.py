"""Judging on the nodes of a Ray cluster; what they find is put into the order of a run in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from sys import maxsize
from typing import Generic, TypeVar

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset, Skipped
from slimsam_core.errors import DeviceUnavailable, ImageReadError
from slimsam_core.inference.cluster import shared_out
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.grabcut import Identity, ious_in
from slimsam_core.judging.judged_model import JudgedModel
from slimsam_core.judging.measure import ObjectScore, Protocols, chosen_images, pixels_of, score_image
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.progress import Progress, ProgressSink, ignore_progress

__all__ = ["evaluate_on_cluster", "grabcut_on_cluster"]

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A picture on its way to a node."""

    place: int
    """Which of all pictures it is, from 0."""
    dataset: str
    key: str
    image: LabelledImage
    """With the whole path of the picture."""
    given: Path
    """The path as it was given, for what is told."""
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class _Judged(Generic[Found]):
    """What a node found in a picture, or why it could not be used."""

    place: int
    dataset: str
    key: str
    found: list[Found]
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class _Same:
    """What the model of every node must be, so that scores of one table are of one model."""

    model_hash: str
    runtime: str


def evaluate_on_cluster(
    model: JudgedModel,
    here: Predictor,
    datasets: Sequence[MaskDataset],
    protocols: Protocols,
    skipped: Skipped,
    *,
    progress: ProgressSink = ignore_progress,
) -> Iterator[ObjectScore]:
    """As ``evaluate`` of ``here``, which is ``model`` as this machine loads it, in the same order.

    Labels are read here, pictures on the nodes: they and the model must be visible on each. Raises
    DeviceUnavailable when ray is missing, no cluster answers, or a node has another model or another runtime.
    """
    same = _Same(model_hash=here.model_hash, runtime=here.runtime)
    shared = _in_order(
        _scores_on_a_node,
        model.absolute(),
        same,
        protocols,
        asked=_Pictures(datasets, protocols),
        skipped=skipped,
        progress=progress,
        name=here.name,
    )
    for one in shared:
        yield from one.found


def grabcut_on_cluster(
    datasets: Sequence[MaskDataset],
    protocols: Protocols,
    skipped: Skipped,
    progress: ProgressSink = ignore_progress,
) -> dict[Identity, float]:
    """As ``grabcut_ious``. Raises DeviceUnavailable when ray is missing or no cluster answers."""
    asked = _Pictures(datasets, protocols)
    shared = _in_order(_grabcut_on_a_node, asked=asked, skipped=skipped, progress=progress, name="GrabCut")
    return {(one.dataset, one.key, number): value for one in shared for number, value in one.found}


class _Pictures:
    """Those that are asked for, in the order of the data, and what could not be used between them."""

    def __init__(self, datasets: Sequence[MaskDataset], protocols: Protocols) -> None:
        self._datasets, self._protocols = datasets, protocols
        self.total = sum(len(dataset) for dataset in datasets)
        self.unusable: dict[int, list[str]] = {}
        """Place of a picture, or behind the last one -> why those right before it are left out. Known of what
        was iterated over."""

    def __iter__(self) -> Iterator[_Asked]:
        place, labels = 0, Skipped(most=maxsize)
        for dataset in self._datasets:
            for key, image, numbers in chosen_images(dataset, self._protocols, labels):
                self.unusable[place], labels.examples = labels.examples, []
                yield _Asked(
                    place=place,
                    dataset=dataset.name,
                    key=key,
                    image=replace(image, path=image.path.absolute()),
                    given=image.path,
                    numbers=tuple(numbers),
                )
                place += 1
        self.unusable[place] = labels.examples


def _in_order(
    work: Callable[..., list[_Judged[Found]]],
    *shared: object,
    asked: _Pictures,
    skipped: Skipped,
    progress: ProgressSink,
    name: str,
) -> Iterator[_Judged[Found]]:
    """What ``work`` makes of each picture; what was left out is told in the same order."""
    early: dict[int, _Judged[Found]] = {}
    turn = 0
    for done, result in enumerate(shared_out(work, asked, *shared), 1):
        early[result.place] = result
        progress(Progress("evaluate", min(done, asked.total), asked.total, f"{name}: {result.key}"))
        while turn in early:
            one = early.pop(turn)
            for reason in (*asked.unusable.pop(turn), *([one.trouble] if one.trouble else [])):
                skipped.add(reason)
            yield one
            turn += 1
    for reason in asked.unusable[turn]:
        skipped.add(reason)


def _scores_on_a_node(
    pictures: Sequence[_Asked], model: JudgedModel, same: _Same, protocols: Protocols
) -> list[_Judged[ObjectScore]]:
    """Some pictures on one node."""
    predictor, _ = model.load()
    if predictor.model_hash != same.model_hash:
        raise DeviceUnavailable(
            "A node has another model {name} than this machine.",
            "Install the same one on all, or give a file that all of them see.",
            name=predictor.name,
        )
    if predictor.runtime != same.runtime:
        raise DeviceUnavailable(
            "A node would compute with {theirs}, this machine does with {ours}.",
            "Name a device and a runtime that all of them have.",
            theirs=predictor.runtime,
            ours=same.runtime,
        )

    def scores(rgb: RgbImage, one: _Asked) -> list[ObjectScore]:
        return score_image(
            predictor, rgb, one.image, one.dataset, one.key, protocols=protocols, numbers=one.numbers
        )

    return [_judged(one, scores) for one in pictures]


def _grabcut_on_a_node(pictures: Sequence[_Asked]) -> list[_Judged[tuple[int, float]]]:
    """Some pictures on one node."""
    return [_judged(one, lambda rgb, one: ious_in(rgb, one.image, one.numbers)) for one in pictures]


def _judged(one: _Asked, ask: Callable[[RgbImage, _Asked], list[Found]]) -> _Judged[Found]:
    """One picture; what is told of it names it as its user did."""
    found: list[Found] = []
    trouble = ""
    try:
        found = ask(pixels_of(one.image), one)
    except ImageReadError as error:
        trouble = str(error).replace(str(one.image.path), str(one.given))
    return _Judged(place=one.place, dataset=one.dataset, key=one.key, found=found, trouble=trouble)
