"""The gate behind the COCO writer: reads a written file with other people's readers and compares it.

What must be found is kept as 16 bytes an object, so that a million objects cost 16 MB.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from slimsam_core.errors import FormatError, OutputError
from slimsam_core.formats.json_stream import JsonWalker
from slimsam_core.mask import Rle
from slimsam_core.progress import CancelToken, Progress, ProgressSink

_DIGEST = 16
_READERS = {
    "pycocotools": ("pycocotools.coco", "pycocotools.mask"),
    "faster_coco_eval": ("faster_coco_eval", "faster_coco_eval.core.mask"),
}
"""Each with its module for files and its module for masks; those not installed are left out."""
MASKS_A_CALL = 255
"""pycocotools 2.0.11 counts the masks of one call in a byte."""
SHARD = 20_000
"""Objects given to a reader at once: it holds them all in memory."""


class Expectation:
    """What reading a file back must find, in the order it was written."""

    def __init__(self) -> None:
        self.images, self.categories, self.annotations = bytearray(), bytearray(), bytearray()

    def add_image(self, image_id: int, file_name: str, size_hw: tuple[int, int]) -> None:
        """A picture was written."""
        self.images += _digest(image_id, file_name, *size_hw)

    def add_category(self, category_id: int, name: str) -> None:
        """A class was written."""
        self.categories += _digest(category_id, name)

    def add_annotation(
        self,
        number: int,
        image_id: int,
        category_id: int,
        iscrowd: bool,
        mask: Rle,
        area: int,
        box: list[int],
    ) -> None:
        """An object was written; ``mask`` is what the file must say, exact or with its known loss."""
        self.annotations += _digest(
            number, image_id, category_id, int(iscrowd), mask.size.hw, mask.counts, area, box
        )


def verify_coco(
    path: Path, expected: Expectation, progress: ProgressSink, cancel: CancelToken
) -> tuple[str, ...]:
    """Compare every picture, class and object; returns the readers used. Raises OutputError at a difference.

    The file goes through each reader in shards of ``SHARD`` objects, as a reader holds what it reads.
    """
    readers = _readers()
    total = len(expected.annotations) // _DIGEST
    try:
        with path.open("rb") as file:
            walker = JsonWalker(path, file, json.JSONDecoder())
            base: dict[str, Any] = {}
            for key, _ in walker.fields():
                if key != "annotations":
                    base[key] = walker.value()
                    continue
                sizes = {image["id"]: (image["height"], image["width"]) for image in base["images"]}
                at = 0
                for shard in _shards(walker.elements()):
                    cancel.raise_if_cancelled()
                    wanted = expected.annotations[at * _DIGEST : (at + len(shard)) * _DIGEST]
                    _compare_shard(readers, base, sizes, shard, wanted)
                    at += len(shard)
                    progress(Progress("Reading back", at, total))
                if at != total:
                    raise _different(f"{total} objects were written, {at} were read back")
    except FormatError as error:
        raise _different(error.message) from error
    images = [_digest(i["id"], i["file_name"], i["height"], i["width"]) for i in base["images"]]
    if b"".join(images) != expected.images:
        raise _different("the list of images is another one")
    classes = [_digest(c["id"], c["name"]) for c in base["categories"]]
    if b"".join(classes) != expected.categories:
        raise _different("the list of classes is another one")
    return readers


def _readers() -> tuple[str, ...]:
    return tuple(name for name in _READERS if importlib.util.find_spec(name))


def _shards(elements: Iterator[Any]) -> Iterator[list[Any]]:
    shard: list[Any] = []
    for element in elements:
        shard.append(element)
        if len(shard) == SHARD:
            yield shard
            shard = []
    if shard:
        yield shard


def _compare_shard(
    readers: tuple[str, ...],
    base: dict[str, Any],
    sizes: dict[int, tuple[int, int]],
    shard: list[dict[str, Any]],
    wanted: bytearray,
) -> None:
    """Let every reader index and decode these objects, and compare what it understood."""
    images = {annotation["image_id"] for annotation in shard}
    dataset = {**base, "images": [i for i in base["images"] if i["id"] in images], "annotations": shard}
    first, *others = readers
    understood = list(_understood(first, dataset))
    for index, (annotation, (image_id, category_id, counts, area, box)) in enumerate(
        zip(shard, understood, strict=True)
    ):
        number = annotation["id"]
        if annotation["bbox"] != box or annotation["area"] != area:
            raise _different(f"{first} finds another box or area for annotation {number}")
        found = _digest(
            number, image_id, category_id, annotation["iscrowd"], sizes.get(image_id), counts, area, box
        )
        if found != wanted[index * _DIGEST : (index + 1) * _DIGEST]:
            raise _different(f"{first} reads annotation {number} differently")
    for module in others:
        for annotation, ours, theirs in zip(shard, understood, _understood(module, dataset), strict=True):
            if ours != theirs:
                raise _different(f"{first} and {module} disagree about annotation {annotation['id']}")


def _understood(module: str, dataset: dict[str, Any]) -> Iterator[tuple[Any, Any, str, int, list[int]]]:
    """What a reader makes of each object: its picture, its class, its mask, area and box.

    An object that the reader cannot reach through its picture or its class is as good as lost.
    """
    api, mask_api = (importlib.import_module(name) for name in _READERS[module])
    coco = api.COCO()
    coco.dataset = dataset
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    for at in range(0, len(dataset["annotations"]), MASKS_A_CALL):
        part = dataset["annotations"][at : at + MASKS_A_CALL]
        masks = [mask_api.merge([_bytes_counts(coco.annToRLE(coco.anns[a["id"]]))]) for a in part]
        areas, boxes = mask_api.area(masks).tolist(), mask_api.toBbox(masks).astype(int).tolist()
        for annotation, mask, area, box in zip(part, masks, areas, boxes, strict=True):
            image, category = coco.imgs.get(annotation["image_id"]), coco.cats.get(annotation["category_id"])
            yield (
                image["id"] if image else None,
                category["id"] if category else None,
                mask["counts"].decode("ascii"),
                area,
                box if area else [0, 0, 0, 0],
            )


def _bytes_counts(mask: dict[str, Any]) -> dict[str, Any]:
    counts = mask["counts"]
    return {**mask, "counts": counts.encode("ascii") if isinstance(counts, str) else counts}


def _different(reason: str) -> OutputError:
    return OutputError(
        f"The export was refused because reading it back went wrong: {reason}.",
        "Nothing was written. This is a fault of the program: please report it.",
    )


def _digest(*values: object) -> bytes:
    return blake2b(repr(values).encode(), digest_size=_DIGEST).digest()
