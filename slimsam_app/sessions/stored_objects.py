"""Objects of earlier sessions, described from the embeddings on the disk, a picture at a time."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_core.annotation import Annotation
from slimsam_core.errors import SlimSamError
from slimsam_core.files.user_folders import embeddings_dir
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.labelling.sampling import evenly, fairly, from_all_over
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.progress import CancelToken
from slimsam_core.project import ImageFilter, Project
from slimsam_core.suggesting.description import Describer, Description

PICTURES = 100
"""As many are read, from all over the project, half of them so that each class is among them: what classes
look like is known by then."""
OBJECTS = 10
"""Of a picture; a thousand in all are learnt in a second of the window's time, a moment a picture."""
MISSING = 8
"""So many pictures in a row without an embedding, which lie all over the project: another model was used, or
the labels were imported."""


@dataclass(frozen=True, eq=False)
class DescribedObject:
    """An object as it was, and what it looks like; None when its mask fits no picture."""

    annotation: Annotation
    description: Description | None


def describe_objects(describer: Describer, objects: tuple[Annotation, ...]) -> tuple[DescribedObject, ...]:
    """Those of one picture."""
    return tuple(DescribedObject(one, describer.mask(one.mask)) for one in objects)


class StoredObjects(QObject):
    """Reads labelled pictures when the pool has nothing better to do; what was never encoded is left out."""

    described = Signal(object)
    """DescribedObjects of one picture."""

    def __init__(self, document: Document, pool: IoPool, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._pool = document, pool
        self._waiting: list[int] = []
        self._missing = 0
        self._token = CancelToken()
        document.closed.connect(self.stop)

    def start(self, encoder_of: str, fit: SquareFit) -> None:
        """Describe the objects of the open project as this model sees them; pictures come into its square as
        ``fit`` says."""
        self.stop()
        project, self._missing = self._document.project, 0

        def take(ids: list[int]) -> None:
            self._waiting = ids
            self._go_on(encoder_of, fit)

        self._token = self._pool.submit(
            lambda: pictures_to_learn_from(project), take, lambda _: None, priority=Urgency.RECORDING
        )

    def stop(self) -> None:
        """Read no further one."""
        self._token.cancel()
        self._waiting = []

    def _go_on(self, encoder_of: str, fit: SquareFit) -> None:
        if not self._waiting or self._missing >= MISSING or not self._document.is_open:
            return
        image_id, project = self._waiting.pop(0), self._document.project

        def take(found: tuple[DescribedObject, ...] | None) -> None:
            self._missing = self._missing + 1 if found is None else 0
            if found:
                self.described.emit(found)
            self._go_on(encoder_of, fit)

        self._token = self._pool.submit(
            lambda: _read(project, image_id, encoder_of, fit),
            take,
            lambda _: take(None),
            priority=Urgency.RECORDING,
        )


def pictures_to_learn_from(project: Project) -> list[int]:
    """Labelled pictures from all over a project, the same ones each time; the first ones lie far apart, too.

    None of a project that cannot be read: that will be told where somebody wants to see it.
    """
    try:
        labelled = project.image_ids(ImageFilter(unlabelled=False))
        classes = [category.id for category in project.categories()] if len(labelled) > PICTURES else []
        taken: set[int] = set()
        for category_id in evenly(classes, PICTURES // 2):
            having = project.image_ids(ImageFilter(category_ids=frozenset({category_id})))
            taken.update(evenly(having, max(1, PICTURES // 2 // len(classes))))
    except SlimSamError:
        return []
    taken.update(evenly([i for i in labelled if i not in taken], PICTURES - len(taken)))
    return from_all_over([i for i in labelled if i in taken])


def _read(
    project: Project, image_id: int, encoder_of: str, fit: SquareFit
) -> tuple[DescribedObject, ...] | None:
    """None when the picture cannot be read or was not encoded by this model."""
    try:
        rgb = read_image(project.image_path(project.image(image_id))).rgb
        store = EmbeddingStore(0, disk_dir=embeddings_dir())
        embedding = store.get(EmbeddingKey.of(rgb, encoder_of, fit))
        if embedding is None:
            return None
        objects = [one for one in project.annotations(image_id) if not one.iscrowd]
        some = fairly(objects, lambda one: one.category_id, OBJECTS)
        return describe_objects(Describer(embedding, rgb), tuple(some))
    except SlimSamError:  # gone, damaged or closed: it will be told where somebody wants to see it
        return None
