"""Encoding whole folders ahead of time: resumed where it stopped, shared by several processes or machines.

Beside the embeddings lie marks, which say what a picture file (path, size, time of change) was encoded to, so
that a second run need not decode it, and claims, which say who is encoding a picture just now. A claim of a
process that died is taken over; the worst that can happen is that a picture is encoded twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import ImageReadError, OutputError
from slimsam_core.figures import duration
from slimsam_core.files.atomic import atomic_write_json, make_plain_folder, output_error
from slimsam_core.files.foreign import read_json
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.transforms import PREPROCESSING_VERSION
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.progress import CancelToken, Progress, ProgressSink, drive, ignore_progress

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

_CLAIM_SECONDS = 600.0
"""A claim that is older belongs to a process that died or hangs."""


@dataclass(frozen=True)
class PreparationReport:
    """What became of the pictures of a folder."""

    encoded: int = 0
    ready_before: int = 0
    elsewhere: int = 0
    """Being encoded by another process when this one had nothing else to do."""
    failed: tuple[ImageReadError, ...] = ()


def prepare_pictures(
    pictures: Sequence[Path],
    predictor: Predictor,
    store: EmbeddingStore,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> PreparationReport:
    """Encode every picture that is not in the store's folder yet.

    Pictures that cannot be read are left out and reported. Raises OutputError when the store's folder cannot
    be written or its quota is too small for all pictures; Cancelled, OutOfMemory.
    """
    return drive(preparation_steps(pictures, predictor, store), progress, cancel)


def preparation_steps(
    pictures: Sequence[Path], predictor: Predictor, store: EmbeddingStore
) -> Generator[Progress, None, PreparationReport]:
    """``prepare_pictures`` in steps of a picture, returning the report at the end."""
    check_quota(len(pictures), predictor.arch, store.disk_quota_bytes)
    desk = _Desk(store, predictor)
    tally = _Tally(total=len(pictures))
    claimed: list[Path] = []
    for path in pictures:
        outcome = tally.count(path, desk)
        claimed += [path] if outcome is _Outcome.ELSEWHERE else []
        yield tally.progress(path)
    for path in claimed:  # whoever encoded them may have finished or died meanwhile
        tally.counts[_Outcome.ELSEWHERE] -= 1
        tally.count(path, desk)
        yield tally.progress(path)
    return tally.report()


class _Outcome(Enum):
    """What came of one picture."""

    ENCODED = auto()
    READY = auto()
    """Before, by whomever."""
    ELSEWHERE = auto()
    """Claimed by another process."""
    FAILED = auto()


@dataclass(kw_only=True)
class _Tally:
    """Counts what became of each picture."""

    total: int
    counts: Counter[_Outcome] = field(default_factory=Counter)
    failed: list[ImageReadError] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def count(self, path: Path, desk: _Desk) -> _Outcome:
        """Have a picture done, count it and return what came of it."""
        try:
            outcome = desk.do(path)
        except ImageReadError as error:
            self.failed.append(error)
            return _Outcome.FAILED
        self.counts[outcome] += 1
        return outcome

    def report(self) -> PreparationReport:
        """What came of all."""
        counts = self.counts
        return PreparationReport(
            counts[_Outcome.ENCODED],
            counts[_Outcome.READY],
            counts[_Outcome.ELSEWHERE],
            tuple(self.failed),
        )

    def progress(self, path: Path) -> Progress:
        """How far it is after this picture."""
        done, encoded = self.counts.total() + len(self.failed), self.counts[_Outcome.ENCODED]
        left = ""
        if encoded and done < self.total:
            seconds = (time.monotonic() - self.started) / encoded * (self.total - done)
            left = f", about {duration(seconds)} left"
        return Progress("Preparing", done, self.total, path.name + left)


class _Desk:
    """Where one process takes pictures from and notes what it did."""

    def __init__(self, store: EmbeddingStore, predictor: Predictor) -> None:
        if store.disk_dir is None:
            raise ValueError("preparing pictures needs a store on disk")
        self._store = store
        self._predictor = predictor
        self._folder = store.disk_dir / "prepared"
        make_plain_folder(self._folder)

    def do(self, path: Path) -> _Outcome:
        """See that a picture is encoded, unless another process is at it. Raises ImageReadError."""
        mark = self._mark_of(path)
        if self._is_ready(mark):
            return _Outcome.READY
        with self._claim(mark) as mine:
            if not mine:
                return _Outcome.ELSEWHERE
            rgb = read_image(path).rgb
            key = EmbeddingKey.of(rgb, self._predictor.encoder_of, self._predictor.arch.fit)
            known = self._store.get(key) is not None
            if not known:
                self._store.put(key, self._predictor.embed(rgb))
                if self._store.disk_problem:
                    raise OutputError(self._store.disk_problem)
            atomic_write_json(mark, asdict(key))
            return _Outcome.READY if known else _Outcome.ENCODED

    def _mark_of(self, path: Path) -> Path:
        """The mark of a picture file as it is now, under this model. Raises ImageReadError."""
        try:
            status = path.stat()
        except OSError as error:
            raise ImageReadError(
                "{path} cannot be found: {strerror}.",
                "It may have been moved or deleted.",
                path=path,
                strerror=error.strerror,
            ) from error
        facts = [
            str(path.resolve()), status.st_size, status.st_mtime_ns,
            self._predictor.encoder_of, PREPROCESSING_VERSION,
        ]  # fmt: skip
        name = hashlib.blake2b(json.dumps(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return self._folder / f"{name}.json"

    def _is_ready(self, mark: Path) -> bool:
        try:
            written = {"fit": SquareFit.LETTERBOX, **read_json(mark)}  # the only one there was at first
            key = EmbeddingKey(**{**written, "fit": SquareFit(written["fit"])})
        except (OSError, ValueError, TypeError):  # no mark, or a damaged one: the picture is looked at again
            return False
        if key.fit is not self._predictor.arch.fit:
            return False
        return self._store.get(key) is not None  # read whole: what is damaged is not ready

    @contextlib.contextmanager
    def _claim(self, mark: Path) -> Iterator[bool]:
        """Whether the picture is this process's to encode; the claim ends with the block."""
        claim = mark.with_suffix(".claim")
        mine = _take(claim)
        try:
            yield mine
        finally:
            if mine:
                claim.unlink(missing_ok=True)


def _take(claim: Path) -> bool:
    for _ in range(2):
        try:
            with claim.open("x") as file:
                json.dump([socket.gethostname(), os.getpid()], file)
            return True
        except FileExistsError:
            if not _is_dead(claim):
                return False
            claim.unlink(missing_ok=True)
        except OSError as error:
            raise output_error(claim, error) from error
    return False


def _is_dead(claim: Path) -> bool:
    """Whether the process that holds a claim has ended, or cannot be alive by the claim's age."""
    try:
        age = abs(time.time() - claim.stat().st_mtime)  # a clock set back must not keep it for ever
        value = read_json(claim)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return age > _CLAIM_SECONDS
    pid = _process(value)
    if os.name == "posix" and pid is not None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
    return age > _CLAIM_SECONDS


def _process(claim: object) -> int | None:
    """The number of the process on this machine that a claim names, None where it names none."""
    if not (isinstance(claim, list) and len(claim) == 2 and claim[0] == socket.gethostname()):
        return None
    return claim[1] if type(claim[1]) is int and 0 < claim[1] < _PROCESSES else None


_PROCESSES = 1 << 31
"""Numbers that the system calls take; others than these are of groups, or of nobody."""

_OF_QUOTA = 0.95
"""What may be needed of it: the store keeps a 50th free, and files have heads."""


def check_quota(count: int, arch: ArchSpec, quota_bytes: int) -> None:
    """Raise OutputError when the embeddings of ``count`` pictures would push each other out of the store."""
    needed = count * 2 * arch.feature_channels * arch.embedding_size**2
    if needed > _OF_QUOTA * quota_bytes:
        raise OutputError(
            "{count} pictures need about {needed:.1f} GB, more than the quota of "
            "{quota_bytes:.1f} GB allows.",
            "Raise the quota, or prepare a part of them.",
            count=count,
            needed=needed / 1e9,
            quota_bytes=quota_bytes / 1e9,
        )
