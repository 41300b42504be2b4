"""Text files that are made to hurt whoever reads them: recipes, labels, lists of classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

DEEP = 100_000
MANY = 8_000_000
IMAGE = {"id": 1, "file_name": "1.png", "width": 64, "height": 48}


def coco(**changes: object) -> bytes:
    """A COCO file with one object, in which some keys are others."""
    ring = [[10, 10, 40, 10, 40, 30]]
    data: dict[str, object] = {
        "images": [IMAGE],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": ring, "iscrowd": 0}],
        "categories": [{"id": 1, "name": "thing"}],
    }
    return json.dumps(data | changes).encode()


def mask(segmentation: object, **image: object) -> bytes:
    """A COCO file whose object has this segmentation."""
    value = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": segmentation, "iscrowd": 0}
    return coco(images=[IMAGE | image], annotations=[value])


def named(count: int, folders: int) -> bytes:
    """A COCO file of pictures that lie so many folders deep, which are not there."""
    names = [f"{'a/' * folders}{number}.png" for number in range(count)]
    return coco(images=[IMAGE | {"id": number, "file_name": name} for number, name in enumerate(names, 1)])


TEXTS: dict[str, Callable[[], bytes]] = {
    "deep lists.json": lambda: b"[" * DEEP + b"]" * DEEP,
    "deep objects.json": lambda: b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep in images.json": lambda: coco(images=[{"id": 1, "file_name": "1.png", "x": 0}]).replace(
        b'"x": 0', b'"x": ' + b"[" * DEEP + b"]" * DEEP
    ),
    "long number.json": lambda: b'{"images": [], "annotations": [], "steps": ' + b"9" * 10_000 + b"}",
    "nan.json": lambda: coco(info={"x": float("nan")}, licenses=float("inf")),
    "not text.json": lambda: b"\xfe\xfd\xfc{}",
    "empty.json": lambda: b"",
    "null.json": lambda: b"null",
    "cut off.json": lambda: coco()[:-40],
    "many keys.json": lambda: json.dumps({f"k{i}": i for i in range(200_000)}).encode(),
    "same id.json": lambda: coco(images=[IMAGE] * 1000),
    "huge picture.json": lambda: mask([[1, 1, 9, 1, 9, 9]], width=2**31, height=2**31),
    "negative picture.json": lambda: mask([[1, 1, 9, 1, 9, 9]], width=-5, height=0),
    "endless code.json": lambda: mask({"size": [48, 64], "counts": "5@5@5@5@5@5@5@5@"}),
    "negative runs.json": lambda: mask({"size": [48, 64], "counts": [-1, 2**40]}),
    "large code.json": lambda: mask({"size": [2**20, 2**20], "counts": [2**40]}),
    "far outline.json": lambda: mask([[-1e300, 0, 1e300, 0, 1e300, 1e300]]),
    "long outline.json": lambda: mask([[0, 0, 1e9, 1e9, 0, 1e9]]),
    "names that lead out.json": lambda: coco(images=[IMAGE | {"file_name": "../../../etc/passwd"}]),
    "control characters.json": lambda: coco(categories=[{"id": 1, "name": "\x1b]0;x\x07\x1b[2J‮<img src=x>"}]),
    "many objects.json": lambda: coco(info={"x": 0}).replace(b'"x": 0', b'"x": [' + b"{}," * MANY + b"{}]"),
    "many lists.json": lambda: b"[[" + b"[]," * MANY + b"[]]]",
    "long names.json": lambda: named(count=20, folders=2000),
    "deep names.json": lambda: named(count=1000, folders=100),
    "types.json": lambda: coco(images={"a": 1}, annotations="x", categories=7),
    "list of numbers.json": lambda: coco(images=[1], annotations=[2], categories=[3]),
    "aliases.yaml": lambda: b"a0: &a0 [x, x]\n" + b"".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n".encode() for i in range(1, 40)
    ),
    "python.yaml": lambda: b'names: !!python/object/apply:os.system ["touch pwned"]\n',
    "entities.xml": lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {c} "{2 * f"&{p};"}">'.encode() for p, c in pairwise("abcdefghij"))
    + b"]><annotation><object><name>&j;</name></object></annotation>",
    "outside.xml": lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>',
    "deep.xml": lambda: b"<a>" * DEEP + b"</a>" * DEEP,
    "long tag.xml": lambda: b'<annotations><image x="' + b"x" * 3 * MANY + b'"/></annotations>',
    "long comment.xml": lambda: b"<annotations><!--" + b"x" * 3 * MANY + b"--></annotations>",
    "one long line.txt": lambda: b"0 " + b"0.5 " * 2_000_000,
    "classes.txt": lambda: b"\x1b[31mcat\n\x00\n" + b"x" * 1_000_000 + b"\n",
    "recipe.json": lambda: json.dumps(
        {"stages": [{"steps": 10**30, "size": -1}], "teacher": "/dev/zero"}
    ).encode(),
    "events.jsonl": lambda: b'{"event": ["x"], "step": "y"}\n' * 1000 + b"[" * DEEP,
}  # fmt: skip
