"""What a reader yields, collected: a data set that tests look into and write again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from slimsam_core.annotation import Annotation, Category
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue, Record


@dataclass(frozen=True)
class MemoryDataset:
    """A small dataset held in memory; annotations may be in any order."""

    meta: DatasetMeta = field(default_factory=DatasetMeta)
    image_records: tuple[ImageRecord, ...] = ()
    objects: tuple[Annotation, ...] = ()

    def images(self) -> Iterator[ImageRecord]:
        """Every picture."""
        return iter(self.image_records)

    def annotations(self) -> Iterator[Annotation]:
        """Every object, in the order of ``images``."""
        place = {image.id: index for index, image in enumerate(self.image_records)}
        return iter(sorted(self.objects, key=lambda o: place[o.image_id]))

    def count_annotations(self) -> int:
        """Number of objects."""
        return len(self.objects)

    def count_images(self) -> int:
        """Number of pictures."""
        return len(self.image_records)


def memory_dataset(records: Iterable[Record]) -> MemoryDataset:
    """Collect a reader's records (issues are left out)."""
    meta = DatasetMeta()
    kinds: dict[type, list[Any]] = {Category: [], ImageRecord: [], Annotation: [], Issue: []}
    for record in records:
        if isinstance(record, DatasetMeta):
            meta = record
        else:
            kinds[type(record)].append(record)
    meta = replace(meta, categories=(*meta.categories, *kinds[Category]))
    return MemoryDataset(meta, tuple(kinds[ImageRecord]), tuple(kinds[Annotation]))
