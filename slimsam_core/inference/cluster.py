"""Work on many pictures on the nodes of a Ray cluster with a shared file system (the extra ``cluster``)."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from slimsam_core.errors import DeviceUnavailable, ImageReadError, SlimSamError
from slimsam_core.inference.embedding_store import EmbeddingStore, stored_embedding
from slimsam_core.inference.everything import EverythingParams, SegmentedPicture, segment_file
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.preparation import PreparationReport, check_quota, prepare_pictures
from slimsam_core.installation import EXTRAS, how_to_add
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.progress import Progress, ProgressSink, ignore_progress

Item = TypeVar("Item")
Result = TypeVar("Result")
_CHUNK = 16
_ANSWER_S = 10.0
"""A node of the same network answers in milliseconds, one behind a VPN within a second or two."""
_MOST_CHUNKS = 200
"""That wait or are worked on at a time: more than most clusters have cores, and they fit in memory."""


def prepare_on_cluster(
    pictures: Sequence[Path],
    model: str | None,
    device: str,
    runtime: str,
    folder: Path,
    *,
    quota: int,
    progress: ProgressSink = ignore_progress,
) -> PreparationReport:
    """``prepare_pictures`` in chunks on all nodes; ``folder``, pictures and model must be visible on each.

    Raises DeviceUnavailable when ray is missing or no cluster answers, and what ``prepare_pictures`` raises.
    """
    check_quota(len(pictures), ModelLibrary().resolve(model).arch, quota)
    total, encoded, ready, elsewhere = len(pictures), 0, 0, 0
    failed: list[ImageReadError] = []
    model = _located(model)
    with connected() as ray:
        work = ray.remote(num_cpus=1)(_work)
        jobs = [
            work.remote(chunk, model, device, runtime, str(folder), quota=quota)
            for chunk in _chunks(pictures)
        ]
        while jobs:
            finished, jobs = ray.wait(jobs)
            for e, r, o, messages in _fetched(ray, finished):
                encoded, ready, elsewhere = encoded + e, ready + r, elsewhere + o
                failed += [ImageReadError(*m) for m in messages]
            progress(Progress("Preparing", encoded + ready + elsewhere + len(failed), total))
    return PreparationReport(encoded, ready, elsewhere, tuple(failed))


def everything_on_cluster(
    pictures: Sequence[Path], params: EverythingParams, model: str | None, device: str, runtime: str
) -> Iterator[SegmentedPicture | ImageReadError]:
    """``segment_file`` of each picture in order, in chunks on all nodes; an unreadable one yields its error.

    Pictures and model must be visible on each node. Raises DeviceUnavailable when ray is missing or no
    cluster answers, and what ``segment_file`` raises besides.
    """
    model = _located(model)
    with connected() as ray:
        work = ray.remote(num_cpus=1)(_segment)
        for job in [work.remote(chunk, params, model, device, runtime) for chunk in _chunks(pictures)]:
            for result in _fetched(ray, [job])[0]:
                yield result if isinstance(result, SegmentedPicture) else ImageReadError(*result)


@dataclass(frozen=True, kw_only=True)
class ModelOnNodes:
    """What every node loads: it must see the weights and the folder of what is encoded already."""

    name: str | None
    """An installed model or a file; None = the default one."""
    device: str
    runtime: str
    embeddings: Path

    def load(self) -> tuple[Predictor, Callable[[RgbImage], ImageEmbedding]]:
        """The model, and what encodes a picture with it. Raises as ``Predictor.load``."""
        predictor = Predictor.load(ModelLibrary().resolve(self.name), self.device, self.runtime)
        store = EmbeddingStore(0, self.embeddings)
        return predictor, lambda rgb: stored_embedding(rgb, predictor, store)

    def absolute(self) -> ModelOnNodes:
        """The same with a file by its whole path: nodes work in folders of their own."""
        return replace(self, name=_located(self.name), embeddings=self.embeddings.absolute())


def shared_out(work: Callable[..., list[Result]], items: Iterable[Item], *shared: object) -> Iterator[Result]:
    """What ``work(some items, *shared)`` returns for all of them, on all nodes; what is ready comes first.

    ``work`` and everything that it takes and gives must be picklable, and files that it names be visible on
    each node. Work of a node that is lost is done on another one. ``items`` are asked for as they are needed.
    Raises DeviceUnavailable when ray is missing or no cluster answers, and what ``work`` raises.
    """
    with connected() as ray:
        remote, waiting = ray.remote(num_cpus=1)(work), iter(items)
        jobs: list[Any] = []
        while True:
            while len(jobs) < _MOST_CHUNKS and (chunk := list(islice(waiting, _CHUNK))):
                jobs.append(remote.remote(chunk, *shared))
            if not jobs:
                return
            finished, jobs = ray.wait(jobs)
            for results in _fetched(ray, finished):
                yield from results


@contextlib.contextmanager
def connected() -> Iterator[Any]:
    """Ray, connected to a cluster (or started on this machine) as long as it is used; one inside another is
    the same. Raises DeviceUnavailable when ray is missing or no cluster answers."""
    ray = _import_ray()
    started_here = not ray.is_initialized()
    if started_here:
        _look_for(os.environ.get("RAY_ADDRESS", ""))
        try:
            ray.init(log_to_driver=False)
        except (ConnectionError, RuntimeError) as error:
            raise _no_cluster(error) from error
    try:
        yield ray
    finally:
        if started_here:
            ray.shutdown()


def _look_for(address: str) -> None:
    """Raises DeviceUnavailable when nothing listens at the address of a cluster (``host:port``, also behind
    ``ray://``): Ray itself asks again for minutes without a word."""
    try:
        found = urlsplit(address if "://" in address else f"//{address}")
        host, port = found.hostname, found.port
    except ValueError as error:
        raise _no_cluster(error) from error
    if host and port:  # "auto" and "local" are no places
        try:
            socket.create_connection((host, port), _ANSWER_S).close()
        except OSError as error:
            raise _no_cluster(f"{address}: {error}") from error


def _no_cluster(error: object) -> DeviceUnavailable:
    return DeviceUnavailable("No Ray cluster answers: {error}.", "Start one with: ray start", error=error)


def _fetched(ray: Any, jobs: Sequence[Any]) -> list[Any]:
    """What finished work gave. Raises what it raised, in its own words, and DeviceUnavailable for work whose
    workers were lost again and again."""
    try:
        found: list[Any] = ray.get(jobs)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, SlimSamError):
            raise error.cause from None  # Ray's own tells the traceback of the node
        raise
    except ray.exceptions.RayError as error:
        raise DeviceUnavailable(
            "The cluster lost a part of the work again and again: {error}",
            "The nodes may have too little memory.",
            error=error,
        ) from error
    return found


def _located(model: str | None) -> str | None:
    """The same for workers, which start in folders of their own."""
    return ModelLibrary().absolute(model) if model else model


def _chunks(pictures: Sequence[Path]) -> list[list[str]]:
    names = [str(path) for path in pictures]
    return [names[i : i + _CHUNK] for i in range(0, len(names), _CHUNK)]


def _segment(
    pictures: list[str], params: EverythingParams, model: str | None, device: str, runtime: str
) -> list[SegmentedPicture | tuple[str, str]]:
    """One chunk on one node; of an unreadable picture the words of the error."""
    predictor = Predictor.load(ModelLibrary().resolve(model), device, runtime)
    results: list[SegmentedPicture | tuple[str, str]] = []
    for name in pictures:
        try:
            results.append(segment_file(predictor, Path(name), params))
        except ImageReadError as error:
            results.append((error.message, error.hint))
    return results


def _work(
    pictures: list[str], model: str | None, device: str, runtime: str, folder: str, *, quota: int
) -> tuple[int, int, int, list[tuple[str, str]]]:
    """One chunk on one node, in plain values."""
    predictor = Predictor.load(ModelLibrary().resolve(model), device, runtime)
    store = EmbeddingStore(0, Path(folder), quota)
    report = prepare_pictures([Path(p) for p in pictures], predictor, store)
    failed = [(error.message, error.hint) for error in report.failed]
    return report.encoded, report.ready_before, report.elsewhere, failed


def _import_ray() -> Any:
    """Ray, with its reports to its makers off: nothing leaves the user's machines."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise DeviceUnavailable("Ray is not installed.", how_to_add(*EXTRAS["cluster"])) from error
    return ray
