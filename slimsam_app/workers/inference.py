"""The one inference thread: embeds what is shown, answers prompts newest first, prepares what comes next.

``InferenceClient`` lives on the GUI thread and ``_Worker`` on its own; a ``WorkQueue`` between them decides
the order. Values that cross are frozen. Nothing here imports torch before a model is set.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal

from slimsam_app.workers.allocator import give_holes_back
from slimsam_app.workers.ending import end_thread, forever
from slimsam_app.workers.model_status import ModelStatus, WorkerState
from slimsam_app.workers.quiet_thread import lower_priority
from slimsam_app.workers.spare_time import Runner, SpareTime, Tools
from slimsam_app.workers.wanted import Wanted
from slimsam_core.errors import SlimSamError
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.schedule import Answer, Durations, Encode, Spare, WorkQueue
from slimsam_core.pixels.image_io import RgbImage, read_image

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor

Work = Callable[["Predictor", "ImageEmbedding"], Any]
"""What to compute from an embedded picture; runs in the worker and returns a frozen value."""

MODEL = 0
"""The picture id under which the model itself is asked for; real ids start at 1."""
QUIET_SECONDS = 1.0
"""Without a click or another picture, before pictures are prepared: an encoding cannot be interrupted."""
SETTLE_SECONDS = 0.15
"""A picture is shown before it is encoded, unless somebody clicks: five times the pace of a held key."""
REST_SECONDS = 3.0
"""Without work, before the engine gives back what it computes with: 3 ms more for the next picture."""
NICENESS = 4
"""Of the thread and of those that engines start in it: the window gets its turn first, others their share."""
KEPT_EMBEDDINGS = 16
"""Ready to be asked: the shown picture, its neighbours, and those that one goes back to."""
KEPT_EMBEDDING_BYTES = 64 << 20
"""SAM's embeddings have 4 MB; further ones are read from the disk in a few milliseconds."""
KEPT_PICTURES = 3
"""Decoded pictures are large; the shown one and its neighbours are enough."""


class InferenceClient(QObject):
    """Asks the worker and hears its answers, all on the GUI thread."""

    model_ready = Signal(object)
    """ModelStatus."""
    model_failed = Signal(object)
    """SlimSamError: there is no model now."""
    state_changed = Signal(object)
    """WorkerState."""
    encode_expected = Signal(float)
    """Seconds that the encoding that starts now took in past runs; negative when there was none."""
    encoded = Signal(int, float, bool)
    """Image id, milliseconds, whether it came from the cache."""
    decoded = Signal(object, float)
    """Slot, milliseconds that its work took."""
    answered = Signal(int, object, int, object)
    """Image id, slot, revision, what the work returned."""
    refused = Signal(int, object, object)
    """Image id, slot (None = encoding), SlimSamError."""
    crashed = Signal(object)
    """An exception that nobody expected: a bug."""

    def __init__(
        self, store_factory: Callable[[], EmbeddingStore] | None = None, parent: QObject | None = None
    ) -> None:
        """``store_factory`` makes the embedding store, in the worker; None = memory only."""
        super().__init__(parent)
        self.status: ModelStatus | None = None
        self._queue: WorkQueue[int, Work | Wanted] = WorkQueue(QUIET_SECONDS, settle_seconds=SETTLE_SECONDS)
        self._queue.encoded(MODEL)
        self._pictures: dict[int, RgbImage | Path] = {}
        self._shown: int | None = None
        self._ahead: tuple[int, ...] = ()
        self._thread = QThread()
        self._thread.setObjectName("inference")
        self._worker = _Worker(self._queue, self._pictures, store_factory)
        self._worker.moveToThread(self._thread)
        self.spare = SpareTime(self._worker.runner, self._queue.offer_spare, self)
        self._thread.started.connect(self._worker.run)
        worker = self._worker
        worker.loaded.connect(self._take_model)
        worker.load_failed.connect(self.model_failed)
        worker.state_changed.connect(self.state_changed)
        worker.encode_expected.connect(self.encode_expected)
        worker.encoded.connect(self.encoded)
        worker.decoded.connect(self.decoded)
        worker.answered.connect(self.answered)
        worker.refused.connect(self.refused)
        worker.crashed.connect(self._raise)

    @property
    def running(self) -> bool:
        """Whether a model was ever asked for."""
        return self._thread.isRunning()

    @property
    def answering(self) -> bool:
        """Whether a person waits for the worker; any thread may ask."""
        return self._worker.answering

    def set_model(
        self,
        model: str | Path | None = None,
        device: str = "auto",
        runtime: str = "auto",
        strict: bool = True,
    ) -> None:
        """Load a model (None = the default) in the worker; what the former one made is not used again.

        Unless ``strict``, the next best is loaded when it or its device is gone: see ``ModelStatus.missing``.
        """
        if not self._thread.isRunning():
            self._thread.start()
        self.status = None
        self._queue.show(None)
        self._queue.ask(MODEL, Wanted(model, device, runtime, strict))

    def set_image(self, image_id: int | None, rgb: RgbImage | None = None) -> None:
        """Show a picture (uint8 HxWx3, read-only): it is encoded first. Drops what was to be prepared."""
        self._ahead = ()
        self._shown = image_id
        if image_id is not None and rgb is not None:
            self._pictures[image_id] = rgb
        self._show()

    def prefetch(self, pictures: Sequence[tuple[int, Path]]) -> None:
        """Prepare these while there is nothing better to do, most wanted first."""
        for image_id, path in pictures:
            self._pictures.setdefault(image_id, path)
        self._ahead = tuple(image_id for image_id, _ in pictures)
        for known in self._pictures.keys() - {self._shown, *self._ahead}:
            if not self._queue.pending(known):
                del self._pictures[known]
        self._show()

    def ask(self, image_id: int, work: Work, slot: Hashable) -> int:
        """Queue ``work`` for a picture; the newest of a slot is answered. Returns its revision."""
        return self._queue.ask(image_id, work, slot)

    def is_newest(self, image_id: int, revision: int, slot: Hashable) -> bool:
        """Whether an answer is the one to the newest request of its slot."""
        return self._queue.is_newest(image_id, revision, slot)

    def withdraw(self, image_id: int, slot: Hashable) -> None:
        """Nobody wants the answer of this slot any more."""
        self._queue.withdraw(image_id, slot)

    def forget_pictures(self) -> None:
        """The project was closed: ids mean other pictures from now on, and long work for it ends."""
        self.spare.cancel()
        self.set_image(None)
        self._pictures.clear()
        self._worker.forget()

    def close(self, deadline: QDeadlineTimer | None = None) -> None:
        """End the thread; waits for the encoding or the step that runs, until the ``deadline``. Nothing is
        heard afterwards."""
        self.spare.cancel()
        self._queue.close()
        self._worker.blockSignals(True)
        self._worker.runner.blockSignals(True)
        end_thread(self._thread, deadline or forever())

    def _show(self) -> None:
        if self.status is not None:
            self._queue.show(self._shown, self._ahead)

    def _take_model(self, status: ModelStatus) -> None:
        self.status = status
        self.model_ready.emit(status)
        self._show()

    def _raise(self, error: Exception) -> None:
        self.crashed.emit(error)
        raise error


class _Worker(QObject):
    """Takes work from the queue until it is closed. Lives in the inference thread."""

    loaded = Signal(object)
    load_failed = Signal(object)
    state_changed = Signal(object)
    encode_expected = Signal(float)
    encoded = Signal(int, float, bool)
    decoded = Signal(object, float)
    answered = Signal(int, object, int, object)
    refused = Signal(int, object, object)
    crashed = Signal(object)

    def __init__(
        self,
        queue: WorkQueue[int, Work | Wanted],
        pictures: dict[int, RgbImage | Path],
        store_factory: Callable[[], EmbeddingStore] | None,
    ) -> None:
        super().__init__()
        self._queue, self._pictures, self._store_factory = queue, pictures, store_factory
        self._store: EmbeddingStore | None = None
        self._predictor: Predictor | None = None
        self._embeddings: OrderedDict[int, ImageEmbedding] = OrderedDict()
        self._pixels: OrderedDict[int, tuple[RgbImage | Path, RgbImage]] = OrderedDict()
        self._lock = threading.Lock()
        self._durations = Durations()
        self.answering = False
        self.runner = Runner()

    def forget(self) -> None:
        """Drop the embeddings by image id (the store, keyed by pixels, keeps its own). From any thread."""
        with self._lock:
            self._embeddings.clear()
        self._queue.forget()
        self._queue.encoded(MODEL)

    def run(self) -> None:
        """Work until the queue is closed."""
        lower_priority(NICENESS)
        while True:
            job = self._queue.take(0.0)
            if job is None or isinstance(job, Spare):
                self.answering = False
                self.state_changed.emit(WorkerState.IDLE)
                job = self._queue.take(REST_SECONDS)
                if job is None and self._predictor is not None:
                    self._predictor.rest()
                    give_holes_back()
                job = job or self._queue.take()
            if job is None:
                return
            self.answering = not (isinstance(job, Encode) and job.ahead)
            try:
                self._do(job)
            except Exception as error:  # a bug must reach the report dialog, not kill the thread
                if isinstance(job, Encode):
                    self._queue.failed(job.picture)
                self.crashed.emit(error)

    def _do(self, job: Encode[int] | Answer[int, Work | Wanted] | Spare) -> None:
        if isinstance(job, Encode):
            self._encode(job)
        elif isinstance(job, Spare):
            predictor, store = self._predictor, self._store
            tools = Tools(predictor, store) if predictor is not None and store is not None else None
            if not self.runner.step(tools):
                self._queue.offer_spare(False)
                if self.runner.wants:  # a task that was begun just now
                    self._queue.offer_spare(True)
        elif isinstance(job.request, Wanted):
            self._load(job.request)
        else:
            self._answer(job, job.request)

    def _load(self, wanted: Wanted) -> None:
        self.state_changed.emit(WorkerState.LOADING)
        self._predictor = None
        self.runner.begin_again()
        self.forget()
        from slimsam_app.workers import loading  # as slow to import as a window to paint

        try:
            if self._store is None:
                self._store = self._store_factory() if self._store_factory else EmbeddingStore()
            loaded = loading.load(wanted)
        except SlimSamError as error:
            self.load_failed.emit(error)
            return
        predictor = self._predictor = loaded.predictor
        self.loaded.emit(
            ModelStatus(
                name=predictor.name,
                model_hash=predictor.model_hash,
                encoder_of=predictor.encoder_of,
                device=predictor.device,
                runtime=predictor.runtime,
                fit=predictor.arch.fit,
                bundled=loaded.info.bundled,
                path=loaded.info.path,
                preparable=predictor.preparable,
                note=predictor.note,
                missing=loaded.missing,
            )
        )

    def _encode(self, job: Encode[int]) -> None:
        predictor, source = self._predictor, self._pictures.get(job.picture)
        if predictor is None or source is None or self._store is None:
            self._queue.failed(job.picture)
            return
        kind = predictor.model_hash
        expected = self._durations.expected(kind)
        self.state_changed.emit(WorkerState.PREPARING if job.ahead else WorkerState.ENCODING)
        self.encode_expected.emit(-1.0 if expected is None else expected)
        try:
            rgb = read_image(source).rgb if isinstance(source, Path) else source
            start = time.perf_counter()
            key = EmbeddingKey.of(rgb, predictor.encoder_of, predictor.arch.fit)
            embedding = self._store.get(key)
            cached = embedding is not None
            if embedding is None:
                embedding = predictor.embed(rgb)
                self._durations.add(kind, time.perf_counter() - start)
                self._store.put(key, embedding)
        except SlimSamError as error:
            self._queue.failed(job.picture)
            if not job.ahead:
                self.refused.emit(job.picture, None, error)
            return
        self._remember_pixels(job.picture, source, rgb)
        self._keep(job.picture, replace(embedding, picture=None))
        self.encoded.emit(job.picture, 1000 * (time.perf_counter() - start), cached)

    def _remember_pixels(self, picture: int, source: RgbImage | Path, rgb: RgbImage) -> None:
        self._pixels[picture] = (source, rgb)
        self._pixels.move_to_end(picture)
        while len(self._pixels) > KEPT_PICTURES:
            self._pixels.popitem(last=False)

    def _with_pixels(self, picture: int, embedding: ImageEmbedding) -> ImageEmbedding:
        """The embedding with its picture, for a model that looks closer; pixels are kept of a few only."""
        source = self._pictures.get(picture)
        if self._predictor is None or not self._predictor.assisted or source is None:
            return embedding
        known, rgb = self._pixels.get(picture, (None, None))
        if rgb is None or known is not source:
            rgb = read_image(source).rgb if isinstance(source, Path) else source
        self._remember_pixels(picture, source, rgb)
        return replace(embedding, picture=rgb)

    def _keep(self, picture: int, embedding: ImageEmbedding) -> None:
        with self._lock:
            self._embeddings[picture] = embedding
            self._embeddings.move_to_end(picture)
            room = max(8, KEPT_EMBEDDING_BYTES // max(1, embedding.features.nbytes))
            old = list(self._embeddings)[: -min(KEPT_EMBEDDINGS, room)]
            for other in old:
                del self._embeddings[other]
        self._queue.forget(old)
        self._queue.encoded(picture)

    def _answer(self, job: Answer[int, Work | Wanted], work: Work) -> None:
        with self._lock:
            embedding = self._embeddings.get(job.picture)
        if self._predictor is None or embedding is None:  # dropped between the queue and here: once more
            self._queue.forget([job.picture])
            self._queue.ask(job.picture, work, job.slot)
            return
        self.state_changed.emit(WorkerState.DECODING)
        start = time.perf_counter()
        try:
            result = work(self._predictor, self._with_pixels(job.picture, embedding))
        except SlimSamError as error:
            self.refused.emit(job.picture, job.slot, error)
            return
        self.decoded.emit(job.slot, 1000 * (time.perf_counter() - start))
        self.answered.emit(job.picture, job.slot, job.revision, result)
