"""Decoded pictures around the current one: read ahead, kept within a budget, facts recorded behind."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.document import Document
from slimsam_app.workers.io_pool import Pools, Urgency
from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import ImageReadError, ProjectError, SlimSamError
from slimsam_core.files.machine_memory import total_memory
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.glance import glance
from slimsam_core.pixels.image_io import LoadedImage, RgbImage, file_hash, read_image
from slimsam_core.progress import CancelToken
from slimsam_core.project import Project

_SHARE_OF_MACHINE = 400
"""A quarter of a percent of the machine's memory: 80 MB of 32 GB, some ninety photographs of 640 x 480."""
_LEAST_BYTES, _MOST_BYTES = 64 << 20, 1 << 30
GLANCE_BYTES = 1 << 20
"""A JPEG file of less is decoded in some 10 ms: no first look is needed."""
_GLANCES = 256
"""Of some 50 KB each."""
NEAREST = 2
"""The next and the previous picture are kept whatever they need."""
FACTS_PAUSE_MS = 400
"""Without another picture, before sizes and hashes are recorded: nobody waits for them."""

Stamp = tuple[int, int] | None
"""Time of the last change and size of a file; None when there is none."""


def usual_budget() -> int:
    """Bytes of decoded pictures that this machine can well keep."""
    return min(_MOST_BYTES, max(_LEAST_BYTES, (total_memory() or 0) // _SHARE_OF_MACHINE))


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What was learnt about a file; without its pixels, which would be kept with it."""

    image_id: int
    path: Path
    stamp: Stamp
    size: Size
    orientation: int


class PictureReader(QObject):
    """``want`` says which pictures are needed; ``arrived`` and ``failed`` tell as they come."""

    arrived = Signal(int, object)
    """Image id, LoadedImage."""
    failed = Signal(int, object)
    """Image id, SlimSamError."""
    glanced = Signal(int, object)
    """Image id, a small picture as uint8 hxwx3: shown until the large one has been decoded."""
    recorded = Signal(object)
    """Ids of pictures of which the project knows more now."""

    def __init__(
        self, document: Document, pools: Pools, budget: Callable[[], int], parent: QObject | None = None
    ) -> None:
        """``budget`` = bytes of pictures to keep."""
        super().__init__(parent)
        self._document, self._budget = document, budget
        self._later, self._pool, self._glance_pool = pools.shared, pools.pictures, pools.glances
        self._glances: OrderedDict[int, RgbImage | None] = OrderedDict()
        self._glancing: dict[int, CancelToken] = {}
        self._kept: OrderedDict[int, LoadedImage] = OrderedDict()
        self._stamps: dict[int, Stamp] = {}
        self._loading: dict[int, CancelToken] = {}
        self._unreadable: set[int] = set()
        self._wanted: tuple[int, ...] = ()
        self._facts: list[_Facts] = []
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._record)

    def get(self, image_id: int) -> LoadedImage | None:
        """A picture that is at hand."""
        return self._kept.get(image_id)

    def room_for(self) -> int:
        """How many pictures like the last one fit the budget."""
        last = next(reversed(self._kept.values()), None)
        return self._budget() // max(1, last.nbytes) if last is not None else 2

    def want(self, ids: Sequence[int], *, hurried: bool = False) -> None:
        """Read these, most wanted first; what waits to be read and is not among them is not read.

        ``hurried``: others will be wanted in a moment, and what can wait waits.
        """
        self._pause.setInterval(FACTS_PAUSE_MS if hurried else 0)
        self._wanted = tuple(ids)
        for other in [known for known in self._loading if known not in self._wanted]:
            self._loading.pop(other).cancel()
        at_hand = self._kept.keys() | self._loading.keys() | self._unreadable
        missing = [image_id for image_id in ids if image_id not in at_hand]
        if missing and self._document.is_open:
            project = self._document.project
            entries = project.images_by_id(missing)
            for image_id in missing:
                if image_id in entries:
                    self._read(project, entries[image_id], len(ids) - self._wanted.index(image_id))
        if self._facts:
            self._pause.start()  # somebody is on the move

    def look(self, ids: Sequence[int]) -> None:
        """Look for first looks, most wanted first: pictures are passed faster than large ones are decoded."""
        for other in [known for known in self._glancing if known not in ids]:
            self._glancing.pop(other).cancel()
        known = self._kept.keys() | self._glances.keys() | self._glancing.keys()
        missing = [image_id for image_id in ids if image_id not in known]
        if missing and self._document.is_open:
            project = self._document.project
            entries = project.images_by_id(missing)
            for image_id in missing:
                if image_id in entries:
                    self._look(project, entries[image_id], -len(self._glancing))

    def glance(self, image_id: int) -> RgbImage | None:
        """The small picture that a camera put into a large file, uint8 hxwx3, if it has been looked for."""
        return self._glances.get(image_id)

    def forget(self, image_id: int) -> None:
        """The file is another one, or may be by now: read it again when it is wanted."""
        self._kept.pop(image_id, None)
        self._glances.pop(image_id, None)
        self._unreadable.discard(image_id)

    def check(self, image_id: int, changed: Callable[[], None]) -> None:
        """Call ``changed`` when the file of a picture at hand is not what it was when it was read."""
        project, known = self._document.project, self._stamps.get(image_id)

        def done(found: Stamp) -> None:
            if found != known and image_id in self._kept:
                changed()

        self._later.submit(
            lambda: _stamp(project.image_path(project.image(image_id))),
            done,
            lambda _: None,
            priority=Urgency.CHECKING,
        )

    def clear(self) -> None:
        """Another project: forget everything."""
        self._pause.stop()
        for token in self._glancing.values():
            token.cancel()
        self._glancing.clear()
        self._glances.clear()
        for token in self._loading.values():
            token.cancel()
        self._loading.clear()
        self._kept.clear()
        self._stamps.clear()
        self._facts.clear()
        self._unreadable.clear()
        self._wanted = ()

    def close(self) -> None:
        """Forget everything and wait for the threads."""
        self.clear()
        self._glance_pool.close()
        self._pool.close()

    def _look(self, project: Project, entry: ImageEntry, place: int) -> None:
        image_id = entry.id

        def done(small: RgbImage | None) -> None:
            self._glancing.pop(image_id, None)
            self._glances[image_id] = small
            if len(self._glances) > _GLANCES:
                self._glances.popitem(last=False)
            if small is not None and image_id not in self._kept:
                self.glanced.emit(image_id, small)

        self._glancing[image_id] = self._glance_pool.submit(
            lambda: _glance(project, entry), done, _ignore, priority=Urgency.SHOWING, place=place
        )

    def _read(self, project: Project, entry: ImageEntry, place: int) -> None:
        image_id = entry.id

        def done(found: tuple[_Facts, LoadedImage]) -> None:
            facts, picture = found
            self._loading.pop(image_id, None)
            self._stamps[image_id] = facts.stamp
            self._keep(image_id, picture)
            self._facts.append(facts)
            self._pause.start()
            self.arrived.emit(image_id, picture)

        def failed(error: Exception) -> None:
            self._loading.pop(image_id, None)
            if not isinstance(error, SlimSamError):
                raise error
            self._unreadable.add(image_id)
            self.failed.emit(image_id, error)

        self._loading[image_id] = self._pool.submit(
            lambda: _read(project, entry), done, failed, priority=Urgency.SHOWING, place=place
        )

    def _keep(self, image_id: int, picture: LoadedImage) -> None:
        """Keep a picture; what nobody wants goes first, the oldest of it first, then the least wanted."""
        self._kept[image_id] = picture
        self._kept.move_to_end(image_id)
        used, budget = sum(kept.nbytes for kept in self._kept.values()), self._budget()
        idle = [other for other in self._kept if other not in self._wanted and other != image_id]
        for other in (*idle, *reversed(self._wanted[1 + NEAREST :])):
            if used <= budget:
                break
            if other in self._kept and other != image_id:
                used -= self._kept.pop(other).nbytes

    def _record(self) -> None:
        """Tell the project sizes and hashes of what was read, as one change."""
        read, self._facts = self._facts, []
        if not read or not self._document.is_open or self._document.project.read_only:
            return
        project = self._document.project
        self._later.submit(
            lambda: _record(project, read), self.recorded.emit, _ignore, priority=Urgency.RECORDING
        )


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(project: Project, entry: ImageEntry) -> tuple[_Facts, LoadedImage]:
    """Raises ImageReadError and ProjectError."""
    path = project.image_path(entry)
    stamp = _stamp(path)
    picture = read_image(path)
    if entry.size is not None and entry.size != picture.size and project.count_annotations(entry.id):
        raise ImageReadError(
            f"{path} has {picture.size} pixels now; its objects were drawn on {entry.size}.",
            "Put the former picture back, or add this one under another name.",
        )
    return _Facts(
        image_id=entry.id, path=path, stamp=stamp, size=picture.size, orientation=picture.exif_orientation
    ), picture


def _glance(project: Project, entry: ImageEntry) -> RgbImage | None:
    """Raises ProjectError for a picture whose folder is gone."""
    path = project.image_path(entry)
    stamp = _stamp(path)
    return glance(path) if stamp is not None and stamp[1] >= GLANCE_BYTES else None


def _record(project: Project, read: Iterable[_Facts]) -> tuple[int, ...]:
    """Ids of the pictures of which something was recorded. Raises ProjectError."""
    found: list[ImageEntry] = []
    now = project.images_by_id([one.image_id for one in read])
    for one in read:
        entry = now.get(one.image_id)
        if entry is None or _stamp(one.path) != one.stamp:
            continue  # gone or changed meanwhile: the next reading tells
        try:
            content = file_hash(one.path)
        except ImageReadError:
            continue
        facts = replace(entry, size=one.size, content_hash=content, exif_orientation=one.orientation)
        if facts != entry:
            found.append(facts)
    if found:
        project.record_facts(found)
    return tuple(entry.id for entry in found)


def _ignore(error: Exception) -> None:
    """Facts that could not be recorded are read again; anything but trouble with files is a bug."""
    if not isinstance(error, ProjectError | ImageReadError):
        raise error
