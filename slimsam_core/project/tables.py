"""How each kind of value lies in its table: rows of plain SQLite values, lossless both ways."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from slimsam_core.annotation import (
    NO_EXTRA,
    Annotation,
    Category,
    DrawnShape,
    ImageEntry,
    ImageState,
    ImportedFile,
    Provenance,
    RemovedImage,
    Root,
    ShapeKind,
    Variant,
    check_drawn,
)
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.mask import MAX_MASK_PIXELS, Rle
from slimsam_core.pixels.mask_codes import BAD, area_of
from slimsam_core.project.json_columns import dump_json, dump_mapping, load_json, load_mapping
from slimsam_core.project.relative_path import check_relative
from slimsam_core.project.review_text import review_of, review_text
from slimsam_core.project.sorting import natural_key
from slimsam_core.project.table import Row, Table
from slimsam_core.project.variant_table import VARIANTS


def _encode_root(root: Root) -> Row:
    return {"id": root.id, "path": root.path}


def _decode_root(row: Row) -> Root:
    return Root(row["id"], row["path"])


def _encode_file(file: ImportedFile) -> Row:
    return {
        "id": file.id,
        "name": file.name,
        "info": dump_mapping(file.info),
        "licences": dump_json(file.licences) if file.licences else None,
        "extra": dump_mapping(file.extra),
    }


def _decode_file(row: Row) -> ImportedFile:
    return ImportedFile(
        id=row["id"],
        name=row["name"],
        info=load_mapping(row["info"]),
        licences=_load_licences(row["licences"]),
        extra=load_mapping(row["extra"]),
    )


def _load_licences(text: str | None) -> tuple[Mapping[str, Any], ...]:
    loaded = load_json(text) if text is not None else []
    if type(loaded) is not list or any(
        type(licence) is not dict or "id" not in licence for licence in loaded
    ):
        raise ValueError("licences that are none")
    return tuple(loaded)


def _encode_category(category: Category) -> Row:
    return {
        "id": category.id,
        "name": category.name,
        "color": category.color,
        "supercategory": category.supercategory,
        "hotkey": category.hotkey,
        "attributes": dump_mapping(category.attributes),
        "extra": dump_mapping(category.extra),
        "place": category.place,
        "uid": category.uid or None,
        "writes": category.writes or None,
    }


def _decode_category(row: Row) -> Category:
    return Category(
        id=row["id"],
        name=row["name"],
        color=row["color"],
        supercategory=row["supercategory"],
        hotkey=row["hotkey"],
        attributes=load_mapping(row["attributes"]),
        extra=load_mapping(row["extra"]),
        place=row["place"],
        uid=row["uid"] or "",
        writes=row["writes"] or "",
    )


def _encode_image(image: ImageEntry) -> Row:
    check_relative(image.path)
    return {
        "id": image.id,
        "root_id": image.root_id,
        "path": image.path,
        "height": image.size.height if image.size else None,
        "width": image.size.width if image.size else None,
        "content_hash": image.content_hash,
        "exif_orientation": image.exif_orientation,
        "state": str(image.state),
        "flags": dump_json(sorted(image.flags)) if image.flags else None,
        "comment": image.comment,
        "extra": dump_mapping(image.extra),
        "review": review_text(image.review),
        "uid": image.uid or None,
        "writes": image.writes or None,
    }


def _decode_image(row: Row) -> ImageEntry:
    return ImageEntry(
        id=row["id"],
        root_id=row["root_id"],
        path=row["path"],
        size=Size(row["height"], row["width"]) if row["height"] is not None else None,
        content_hash=row["content_hash"],
        exif_orientation=row["exif_orientation"],
        state=ImageState(row["state"]),
        flags=_load_flags(row["flags"]),
        comment=row["comment"],
        extra=load_mapping(row["extra"]),
        review=review_of(row["review"]),
        uid=row["uid"] or "",
        writes=row["writes"] or "",
    )


def _load_flags(text: str | None) -> frozenset[str]:
    loaded = load_json(text) if text is not None else []
    if type(loaded) is not list or any(type(flag) is not str for flag in loaded):
        raise ValueError("flags that are no texts")
    return frozenset(loaded)


def _derive_image(image: ImageEntry) -> Row:
    words = "\n".join((image.path, image.comment, *sorted(image.flags)))
    return {
        "sort_key": natural_key(image.path),
        "search_text": words.casefold(),
        "review_state": str(image.review.state) if image.review else None,
    }


def _encode_removed(removed: RemovedImage) -> Row:
    check_relative(removed.path)
    return {"id": removed.id, "root_id": removed.root_id, "path": removed.path}


def _decode_removed(row: Row) -> RemovedImage:
    return RemovedImage(id=row["id"], root_id=row["root_id"], path=row["path"])


def _encode_drawn(drawn: DrawnShape | None) -> str | None:
    return None if drawn is None else dump_json({"kind": str(drawn.kind), "rings": drawn.rings})


def _decode_drawn(text: str | None) -> DrawnShape | None:
    if text is None:
        return None
    data = load_json(text)
    # by maps, which are several times as fast here: thousands of points are read at each step to an image
    rings: tuple[tuple[Any, ...], ...] = tuple(tuple(map(tuple, ring)) for ring in data["rings"])
    points = list(chain.from_iterable(rings))
    if any(length != 2 for length in set(map(len, points))):
        raise ValueError("a point is no pair of coordinates")
    others = set(map(type, chain.from_iterable(points))) - {int, float}
    if others:
        raise ValueError(f"{sorted(map(str, others))} are no coordinates")
    shape = DrawnShape(ShapeKind(data["kind"]), rings)
    check_drawn(shape)
    return shape


_MANUAL = Provenance()


def _encode_provenance(origin: Provenance) -> str | None:
    if origin == _MANUAL:
        return None
    data = {key: value for key, value in vars(origin).items() if value != getattr(_MANUAL, key)}
    if origin.prompts is not None:
        data["prompts"] = origin.prompts.to_json()
    return dump_json(data)


def _decode_provenance(text: str | None) -> Provenance:
    if text is None:
        return _MANUAL
    data = dict(load_mapping(text))
    for name, value in data.items():
        kind = type(value)
        if kind not in _PROVENANCE[name] or (kind is float and not math.isfinite(value)):
            raise ValueError(f"{name} of its provenance is {value!r}")
    if "prompts" in data:
        data["prompts"] = PromptSet.from_json(data["prompts"])
    return Provenance(**data)


_PROVENANCE: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("source", "model_name", "model_hash"), (str,)),
    **dict.fromkeys(
        ("predicted_iou", "stability_score", "candidate_agreement", "time_spent_s"), (int, float, type(None))
    ),
    "prompts": (dict,),
    "human_edits": (int,),
}


def _encode_annotation(annotation: Annotation) -> Row:
    if annotation.score is not None and math.isnan(annotation.score):
        raise ProjectError("The score of object {id} is not a number.", "Leave it out.", id=annotation.id)
    return {
        "id": annotation.id,
        "image_id": annotation.image_id,
        "category_id": annotation.category_id,
        "height": annotation.mask.size.height,
        "width": annotation.mask.size.width,
        "counts": annotation.mask.counts,
        "drawn": _encode_drawn(annotation.drawn),
        "iscrowd": int(annotation.iscrowd),
        "attributes": dump_mapping(annotation.attributes),
        "note": annotation.note,
        "group_id": annotation.group_id,
        "layer": annotation.layer,
        "hidden": int(annotation.hidden),
        "locked": int(annotation.locked),
        "score": annotation.score,
        "provenance": _encode_provenance(annotation.provenance),
        "extra": dump_mapping(annotation.extra),
        "author": annotation.author or None,
        "uid": annotation.uid or None,
        "writes": annotation.writes or None,
    }


@lru_cache(1000)
def mask_size(height: int, width: int) -> Size:
    """Raises ValueError for one that no picture can have."""
    size = Size(height, width)
    if size.area > MAX_MASK_PIXELS:
        raise ValueError(f"a mask of {size}")
    return size


def _decode_annotation(row: Row) -> Annotation:
    """Any row. Raises ValueError when its code is not exactly one that COCO's encoder writes."""
    size = mask_size(row["height"], row["width"])
    if area_of(row["counts"], size.area) == BAD:
        raise ValueError(f"the mask of object {row['id']} is no run-length code of {size}")
    return decode_with_good_mask([row[name] for name in ANNOTATIONS.columns], size)


def decode_with_good_mask(values: Sequence[Any], size: Size) -> Annotation:
    """An object from its columns in order; its code is looked at together with others
    (``mask_codes.areas_of``)."""
    number, image_id, category_id, _, _, counts, drawn, iscrowd, attributes = values[:9]
    note, group_id, layer, hidden, locked, score, provenance, extra, author, uid, writes = values[9:]
    return Annotation(
        id=number,
        image_id=image_id,
        category_id=category_id,
        mask=Rle(size, counts),
        drawn=None if drawn is None else _decode_drawn(drawn),
        iscrowd=bool(iscrowd),
        attributes=NO_EXTRA if attributes is None else load_mapping(attributes),
        note=note,
        group_id=group_id,
        layer=layer,
        hidden=bool(hidden),
        locked=bool(locked),
        score=score,
        provenance=_decode_provenance(provenance),
        extra=NO_EXTRA if extra is None else load_mapping(extra),
        author=author or "",
        uid=uid or "",
        writes=writes or "",
    )


def _derive_annotation(annotation: Annotation) -> Row:
    origin = annotation.provenance
    score = annotation.score if annotation.score is not None else origin.predicted_iou
    return {"area": annotation.mask.area, "confidence": score, "time_spent_s": origin.time_spent_s}


LINEAGE = ("uid", "writes")
"""Columns that the store itself keeps of what is joined with other copies of the project."""

ROOTS = Table(name="root", noun="folder", columns=("id", "path"), encode=_encode_root, decode=_decode_root)
FILES = Table(
    name="imported_file",
    noun="imported file",
    columns=("id", "name", "info", "licences", "extra"),
    encode=_encode_file,
    decode=_decode_file,
    nullable=frozenset({"info", "licences", "extra"}),
)
CATEGORIES = Table(
    name="category",
    noun="class",
    columns=(
        *("id", "name", "color", "supercategory", "hotkey", "attributes", "extra", "place"),
        *LINEAGE,
    ),
    encode=_encode_category,
    decode=_decode_category,
    numbers=frozenset({"id", "place"}),
    nullable=frozenset({"attributes", "extra", "place", *LINEAGE}),
    late=LINEAGE,
)
IMAGES = Table(
    name="image",
    noun="picture",
    columns=(
        *("id", "root_id", "path", "height", "width", "content_hash", "exif_orientation"),
        *("state", "flags", "comment", "extra", "review", *LINEAGE),
    ),
    encode=_encode_image,
    decode=_decode_image,
    derived=("sort_key", "search_text", "review_state"),
    derive=_derive_image,
    facts=frozenset({"height", "width", "content_hash", "exif_orientation"}),
    numbers=frozenset({"id", "root_id", "height", "width", "exif_orientation"}),
    nullable=frozenset({"height", "width", "flags", "extra", "review", *LINEAGE}),
    late=("review", *LINEAGE),
)
REMOVED = Table(
    name="removed_image",
    noun="removed picture",
    columns=("id", "root_id", "path"),
    encode=_encode_removed,
    decode=_decode_removed,
    numbers=frozenset({"id", "root_id"}),
)
ANNOTATIONS = Table(
    name="annotation",
    noun="object",
    columns=(
        *("id", "image_id", "category_id", "height", "width", "counts", "drawn", "iscrowd", "attributes"),
        *("note", "group_id", "layer", "hidden", "locked", "score", "provenance", "extra"),
        *("author", *LINEAGE),
    ),
    encode=_encode_annotation,
    decode=_decode_annotation,
    derived=("area", "confidence", "time_spent_s"),
    derive=_derive_annotation,
    numbers=frozenset(
        {"id", "image_id", "category_id", "height", "width", "iscrowd", "group_id", "hidden", "locked"}
    ),
    reals=frozenset({"layer", "score"}),
    nullable=frozenset(
        {"drawn", "attributes", "group_id", "score", "provenance", "extra", "author", *LINEAGE}
    ),
    late=("author", *LINEAGE),
)

TABLES: Mapping[type, Table] = {
    Root: ROOTS,
    ImportedFile: FILES,
    Category: CATEGORIES,
    ImageEntry: IMAGES,
    RemovedImage: REMOVED,
    Annotation: ANNOTATIONS,
    Variant: VARIANTS,
}
BY_NAME: Mapping[str, Table] = {table.name: table for table in TABLES.values()}
