"""What the pages of the wizard show of files, read off the GUI thread: pictures, curves, a sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_app.workers.io_pool import IoPool, Urgency, raise_error
from slimsam_core.compression.monitor import JobView, recorded
from slimsam_core.compression.sweeping.choosing import SweepSeen, read_sweep
from slimsam_core.errors import ImageReadError
from slimsam_core.judging.tiles import Tiles, tiles_of
from slimsam_core.judging.verdict import ComparedObject, ComparedPicture
from slimsam_core.pixels.image_io import read_image
from slimsam_core.progress import CancelToken

Compared = ComparedObject | ComparedPicture


class PageReader:
    """Every method answers through ``done``, unless the token that it returns was cancelled."""

    def __init__(self, pool: IoPool, failed: Callable[[Exception], None]) -> None:
        self._pool, self._failed = pool, failed

    def thumbnails(
        self, paths: Sequence[Path], within: tuple[int, int], done: Callable[[list[NDArray[np.uint8]]], None]
    ) -> CancelToken:
        """Small pictures, uint8 hxwx3, at most ``within`` (width, height); unreadable ones are left out."""
        return self._pool.submit(
            lambda token: _thumbnails(paths, within, token), done, raise_error, priority=Urgency.SEARCHING
        )

    def tiles(
        self, items: Sequence[Compared], done: Callable[[list[tuple[Compared, Tiles]]], None]
    ) -> CancelToken:
        """Each with what both models made of it; pictures that vanished meanwhile are left out."""
        return self._pool.submit(
            lambda token: _tiles(items, token), done, raise_error, priority=Urgency.SEARCHING
        )

    def curves(self, job: Path, done: Callable[[JobView], None]) -> CancelToken:
        """What the job in this folder left behind."""
        return self._pool.submit(lambda _: recorded(job), done, raise_error, priority=Urgency.SHOWING)

    def sweep(self, folder: Path, done: Callable[[SweepSeen], None]) -> CancelToken:
        """What came out of a sweep; what is wrong with its folder is told."""
        return self._pool.submit(lambda: read_sweep(folder), done, self._failed, priority=Urgency.FORECAST)


def _thumbnails(
    paths: Sequence[Path], within: tuple[int, int], token: CancelToken
) -> list[NDArray[np.uint8]]:
    found = []
    for path in paths:
        token.raise_if_cancelled()
        try:
            rgb = read_image(path).rgb
        except ImageReadError:
            continue  # the run counts them
        scale = min(within[0] / rgb.shape[1], within[1] / rgb.shape[0])
        size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
        found.append(np.ascontiguousarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8))
    return found


def _tiles(items: Sequence[Compared], token: CancelToken) -> list[tuple[Compared, Tiles]]:
    found = []
    for item in items:
        token.raise_if_cancelled()
        try:
            found.append((item, tiles_of(item)))
        except ImageReadError:
            continue
    return found
