"""The gate behind the COCO writer: reads a written file with other people's readers and compares it.

What must be found is kept as 8 bytes an object, so that a million objects cost 8 MB.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slimsam_core.errors import FormatError, OutputError
from slimsam_core.files.foreign import open_regular
from slimsam_core.formats.json_stream import JsonWalker
from slimsam_core.pixels.mask import Rle
from slimsam_core.progress import CancelToken, Progress, ProgressSink

_READERS = {
    "pycocotools": ("pycocotools.coco", "pycocotools.mask", 255),
    "faster_coco_eval": ("faster_coco_eval", "faster_coco_eval.core.mask", 2_000),
}
"""Each with its module for files, its module for masks and the masks it takes at once (pycocotools 2.0.11
counts them in a byte); those not installed are left out."""
MASKS_A_CALL = 255
"""Masks that any of the readers takes at once."""
SHARD = 2_000
"""Objects given to a reader at once: it holds them all in memory."""


class Expectation:
    """What reading a file back must find, in the order it was written: a 64-bit hash of each element.

    Python's own hash is enough, as it is compared in the same process and guards against faults, not
    against people.
    """

    def __init__(self) -> None:
        self.images, self.categories, self.annotations = array("q"), array("q"), array("q")

    def add_image(self, image_id: int, file_name: str, size_hw: tuple[int, int]) -> None:
        """A picture was written."""
        self.images.append(hash((image_id, file_name, *size_hw)))

    def add_category(self, category_id: int, name: str) -> None:
        """A class was written."""
        self.categories.append(hash((category_id, name)))

    def add_annotation(
        self,
        number: int,
        image_id: int,
        category_id: int,
        iscrowd: bool,
        mask: Rle,
        *,
        area: int,
        box: list[int],
    ) -> None:
        """An object was written; ``mask`` is what the file must say, exact or with its known loss."""
        self.annotations.append(
            hash((number, image_id, category_id, int(iscrowd), *mask.size.hw, mask.counts, area, *box))
        )


def verify_coco(
    path: Path, expected: Expectation, progress: ProgressSink, cancel: CancelToken
) -> tuple[str, ...]:
    """Compare every picture, class and object; returns the readers used. Raises OutputError at a difference.

    The file goes through each reader in shards of ``SHARD`` objects, as a reader holds what it reads.
    """
    readers = _readers()
    total = len(expected.annotations)
    try:
        with open_regular(path) as file:
            walker = JsonWalker(path, file, json.JSONDecoder())
            base: dict[str, Any] = {}
            for key, _ in walker.fields():
                if key != "annotations":
                    base[key] = walker.value()
                    continue
                images = {image["id"]: image for image in base["images"]}
                at = 0
                for shard in _shards(walker.elements()):
                    cancel.raise_if_cancelled()
                    wanted = expected.annotations[at : at + len(shard)]
                    if len(wanted) != len(shard):
                        raise _different(f"{total} objects were written, more were read back")
                    used = {annotation["image_id"] for annotation in shard}
                    named = [images[image_id] for image_id in used if image_id in images]
                    for reader in readers:
                        _compare(reader, {**base, "images": named, "annotations": shard}, wanted)
                    at += len(shard)
                    progress(Progress("Reading back", at, total))
                if at != total:
                    raise _different(f"{total} objects were written, {at} were read back")
    except FormatError as error:
        raise _different(error.message) from error
    found = array("q", (hash((i["id"], i["file_name"], i["height"], i["width"])) for i in base["images"]))
    if found != expected.images:
        raise _different("the list of images is another one")
    if array("q", (hash((c["id"], c["name"])) for c in base["categories"])) != expected.categories:
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


def _compare(reader: str, dataset: dict[str, Any], wanted: array[int]) -> None:
    """Let a reader index and decode some objects, and compare what it understood with what was meant."""
    api, masks, masks_a_call = _READERS[reader]
    mask_api = importlib.import_module(masks)
    coco = importlib.import_module(api).COCO()
    coco.dataset = dataset
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
    images, classes = coco.imgs, coco.cats
    sizes = {number: [image["height"], image["width"]] for number, image in images.items()}
    for start in range(0, len(dataset["annotations"]), masks_a_call):
        part = dataset["annotations"][start : start + masks_a_call]
        # an object that the reader cannot reach through its picture or its class is as good as lost
        lost = [a["id"] for a in part if a["image_id"] not in images or a["category_id"] not in classes]
        if lost:
            raise _different(f"{reader} does not find annotation {lost[0]}")
        codes = [coco.annToRLE(coco.anns[annotation["id"]]) for annotation in part]
        areas, boxes = mask_api.area(codes).tolist(), mask_api.toBbox(codes).astype(int).tolist()
        expected = wanted[start : start + masks_a_call]
        for annotation, code, area, box, digest in zip(part, codes, areas, boxes, expected, strict=True):
            number, image_id, counts = annotation["id"], annotation["image_id"], code["counts"]
            tight = box if area else [0, 0, 0, 0]
            if annotation["bbox"] != tight or annotation["area"] != area:
                raise _different(f"{reader} finds another box or area for annotation {number}")
            said = (number, image_id, annotation["category_id"], annotation["iscrowd"])
            text = counts if type(counts) is str else counts.decode("ascii")
            size = code["size"]
            if size != sizes[image_id] or hash((*said, *size, text, area, *tight)) != digest:
                raise _different(f"{reader} reads annotation {number} differently")


def _different(reason: str) -> OutputError:
    return OutputError(
        "The export was refused because reading it back went wrong: {reason}.",
        "Nothing was written. This is a fault of the program: please report it.",
        reason=reason,
    )
