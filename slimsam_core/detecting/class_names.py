"""What a detector calls its classes, and which classes of a project they are."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from slimsam_core.annotation import MAX_CLASS_NAME, MAX_CLASSES, Category

_COCO_BY_ID = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,,stop sign,"
    "parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,,backpack,umbrella,,,"
    "handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,"
    "surfboard,tennis racket,bottle,,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,"
    "broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,,dining table,,,toilet,,tv,laptop,"
    "mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator,,book,clock,vase,scissors,"
    "teddy bear,hair drier,toothbrush"
)
_COCO = _COCO_BY_ID.split(",")
"""The classes of COCO by their ids, from 1; those that COCO left out are empty."""
UNCOUNTED_CLASSES = len(_COCO) + 1
"""91, those of COCO with its gaps: as many numbers are understood of a network that answers with the number
of a class alone and says neither names nor how many there are. Most data sets of one's own have fewer."""


def given_names(notes: Mapping[str, str]) -> tuple[str, ...]:
    """The classes by index that a file names in its note ``names``; none where it does not, or nonsense."""
    try:
        found = ast.literal_eval(notes.get("names", ""))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return ()
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = dict(enumerate(found))
    if not isinstance(found, Mapping) or not found:
        return ()
    by_index = {index: name for index, name in found.items() if type(index) is int}
    if len(by_index) != len(found) or min(by_index) < 0 or max(by_index) >= MAX_CLASSES:
        return ()
    return tuple(_clean(by_index.get(i), i) for i in range(max(by_index) + 1))


def usual_names(classes: int) -> tuple[str, ...]:
    """The names of so many classes that nobody named: COCO's for 80, for 91 by COCO's ids, else numbers."""
    coco = [name for name in _COCO if name]
    if classes == len(coco):
        return tuple(coco)
    if classes == len(_COCO) + 1:
        return tuple(name or _number(i) for i, name in enumerate(["", *_COCO]))
    return numbered_names(classes)


def numbered_names(classes: int) -> tuple[str, ...]:
    """The names of so many classes of which nothing is known."""
    return tuple(map(_number, range(classes)))


def mapped_by_name(names: Iterable[str], categories: Iterable[Category]) -> dict[int, int]:
    """Index of a detector's class -> id of the project's class of the same name, upper or lower case."""
    known = {category.name.strip().casefold(): category.id for category in categories}
    found = {index: known.get(name.strip().casefold()) for index, name in enumerate(names)}
    return {index: category_id for index, category_id in found.items() if category_id is not None}


def _clean(name: object, index: int) -> str:
    text = " ".join(str(name).split())[:MAX_CLASS_NAME] if isinstance(name, str | int) else ""
    return text if text and text.isprintable() else _number(index)


def _number(index: int) -> str:
    return f"class {index}"
