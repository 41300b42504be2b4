"""Preparing pictures on the nodes of a Ray cluster with a shared file system (the extra ``cluster``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slimsam_core.errors import DeviceUnavailable, ImageReadError
from slimsam_core.inference.embedding_store import EmbeddingStore
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.preparation import PreparationReport, check_quota, prepare_pictures
from slimsam_core.model_library import ModelLibrary
from slimsam_core.progress import Progress, ProgressSink, ignore_progress

_CHUNK = 16


def prepare_on_cluster(
    pictures: Sequence[Path],
    model: str | None,
    device: str,
    runtime: str,
    folder: Path,
    quota: int,
    progress: ProgressSink = ignore_progress,
) -> PreparationReport:
    """``prepare_pictures`` in chunks on all nodes; ``folder``, pictures and model must be visible on each.

    Raises DeviceUnavailable when ray is missing or no cluster answers, and what ``prepare_pictures`` raises.
    """
    ray = _import_ray()
    library = ModelLibrary()
    check_quota(len(pictures), (library.resolve(model) if model else library.default()).arch, quota)
    started_here = not ray.is_initialized()
    if started_here:
        try:
            ray.init(log_to_driver=False)
        except (ConnectionError, RuntimeError) as error:
            raise DeviceUnavailable(
                f"No Ray cluster answers: {error}.", "Start one with: ray start"
            ) from error
    try:
        work = ray.remote(num_cpus=1)(_work)
        jobs = [
            work.remote(
                [str(p) for p in pictures[i : i + _CHUNK]], model, device, runtime, str(folder), quota
            )
            for i in range(0, len(pictures), _CHUNK)
        ]
        total, encoded, ready, elsewhere = len(pictures), 0, 0, 0
        failed: list[ImageReadError] = []
        while jobs:
            finished, jobs = ray.wait(jobs)
            for e, r, o, messages in ray.get(finished):
                encoded, ready, elsewhere = encoded + e, ready + r, elsewhere + o
                failed += [ImageReadError(*m) for m in messages]
            progress(Progress("Preparing", encoded + ready + elsewhere + len(failed), total))
        return PreparationReport(encoded, ready, elsewhere, tuple(failed))
    finally:
        if started_here:
            ray.shutdown()


def _work(
    pictures: list[str], model: str | None, device: str, runtime: str, folder: str, quota: int
) -> tuple[int, int, int, list[tuple[str, str]]]:
    """One chunk on one node, in plain values."""
    library = ModelLibrary()
    predictor = Predictor.load(library.resolve(model) if model else library.default(), device, runtime)
    store = EmbeddingStore(0, Path(folder), quota)
    report = prepare_pictures([Path(p) for p in pictures], predictor, store)
    failed = [(error.message, error.hint) for error in report.failed]
    return report.encoded, report.ready_before, report.elsewhere, failed


def _import_ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise DeviceUnavailable(
            "Ray is not installed.", 'Install it with: pip install "slimsam-desktop[cluster]"'
        ) from error
    return ray
