"""Telling what happens: to whoever watches, and to the run's folder."""

from __future__ import annotations

import queue
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slimsam_core.compression.events import CheckpointSaved, Event, EventSink, ImageSkipped, RunFailed
from slimsam_core.errors import ImageReadError, OutputError, SlimSamError
from slimsam_core.files.runs import RunFolder

STAGE_FILE = "stage-{}.safetensors"


class RunRecord:
    """Numbers the events of a run, passes them on and writes them down; only the first process writes.

    The number of the last event is part of a checkpoint, so that a resumed run can forget what it will
    repeat. All methods but ``skipped`` belong to the thread of the run.
    """

    def __init__(
        self,
        folder: RunFolder,
        sink: EventSink,
        writes: bool,
        sequence: int = 0,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """``state``: the checkpoint that the run goes on from, saved with event ``sequence``."""
        self.folder = folder
        self._sink = sink
        self._writes = writes
        self._sequence = sequence
        self._skipped: queue.SimpleQueue[tuple[Path, ImageReadError]] = queue.SimpleQueue()
        self._told = frozenset[tuple[str, str]]() if state is None else _told_before(folder)
        self._skip_count = len(self._told)
        self._saved = time.monotonic()
        self._began = self._saved - (0.0 if state is None else _seconds_of(state))

    def emit(self, event: Event) -> None:
        """Write the event down and pass it on, after those of skipped pictures. Raises OutputError."""
        while not self._skipped.empty():
            path, error = self._skipped.get()
            if (str(path), str(error.message)) in self._told:
                continue  # met again by a run that goes on
            self._skip_count += 1
            self._put(ImageSkipped(str(path), error.message, self._skip_count))
        self._put(event)

    def failed(self, error: SlimSamError) -> None:
        """The run ends with ``error``. It is passed on even when a full disk cannot take it down."""
        event = RunFailed(str(error))
        try:
            self.emit(event)
        except OutputError:
            if self._writes:
                self._sink(event)

    def skipped(self, path: Path, error: ImageReadError) -> None:
        """A picture cannot be read; any thread may say so."""
        self._skipped.put((path, error))

    @property
    def skip_count(self) -> int:
        """Pictures reported as skipped since the run began, before it was interrupted too."""
        return self._skip_count

    @property
    def seconds(self) -> float:
        """That the run took so far, without what an interruption lost and the time until it went on."""
        return time.monotonic() - self._began

    @property
    def seconds_since_save(self) -> float:
        """Since the last checkpoint, or since the start."""
        return time.monotonic() - self._saved

    def save(self, state: dict[str, Any], event: CheckpointSaved) -> None:
        """Write a checkpoint that a resumed run starts from. Raises OutputError; older ones stay."""
        self._saved = time.monotonic()
        self.emit(event)
        if self._writes:
            self.folder.save_checkpoint(self._sequence, {**state, "seconds": self.seconds})

    def stage_file(self, stage: int) -> Path:
        """Where the model lies that a stage ended with."""
        return self.folder.checkpoints_dir / STAGE_FILE.format(stage)

    def _put(self, event: Event) -> None:
        self._sequence += 1
        if self._writes:
            self.folder.log(event.kind, step=self._sequence, **event.values())
            self._sink(event)


def _told_before(folder: RunFolder) -> frozenset[tuple[str, str]]:
    """Path and reason of the pictures that an earlier part of the run passed over."""
    return frozenset(
        (str(event.get("path")), str(event.get("reason")))
        for event in folder.events()
        if event["event"] == ImageSkipped.__name__
    )


def _seconds_of(state: Mapping[str, Any]) -> float:
    """How long the run had taken when it saved ``state``; 0 where an older version did."""
    seconds = state.get("seconds", 0.0)
    return float(seconds) if isinstance(seconds, int | float) else 0.0
