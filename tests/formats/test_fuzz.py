"""Broken files by the thousand over all importers: no crash, no hang, nothing outside touched."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import Issue
from slimsam_core.formats.registry import Format, WriteOptions, formats, get_format
from tests.formats.examples import dataset_of, nasty_masks
from tests.formats.in_memory import MemoryDataset

SECONDS = 5.0
TOKENS: tuple[bytes, ...] = (
    b"NaN", b"-Infinity", b"1e999", b"9007199254740993", b"99999999999999999999999", b"-1", b"0", b"null",
    b"true", b'"../../../etc/passwd"', b'"C:\\\\x.jpg"', b'"/etc/passwd"', b'"\\ud800"', b'"\\u0000"', b"[",
    b"{", b"]", b"}", b'"', b",", b":", b"[" * 5000, b'{"a":' * 3000, b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n",
    b"\x00", b"&lol;", b"<object>", b"</annotation>", b'<!DOCTYPE a [<!ENTITY lol "lol">]>', b"0.5 0.5",
    b"!!python/object", b"&a [*a, *a]", b"\xc3", b"\xe2\x80\xa8", b"100000", b"65535", b"0", b" ", b"\t",
)  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 10**30, 0.5, -1e308, float("nan"), float("inf"), "", "a",
    "../../../etc/passwd", "C:\\x.jpg", "/etc/passwd", "\ud800", "\0", [], {}, [[]], [None], [1, 2, 3, 4],
    {"size": [100000, 100000], "counts": "0"}, {"size": [24, 31], "counts": [744]}, [[0, 0, 1e9, 0, 5, 5]],
    "iVBORw0KGgoAAAANSUhEUgAA//8AAP//CAAAAABdN3/9", "polygon", "mask", "circle", "cuboid", 10**400,
]  # fmt: skip


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder a format with what it writes of two pictures, and the pictures."""
    root = tmp_path_factory.mktemp("examples")
    masks = list(nasty_masks().values())
    dataset = dataset_of(masks[:4], name="sub/a.jpg")
    second = dataset_of(masks[4:], name="b.jpg")
    image = second.image_records[0]
    objects = [*dataset.objects]
    for annotation in second.objects:
        objects.append(
            Annotation(
                id=annotation.id + 50, image_id=6, category_id=annotation.category_id, mask=annotation.mask
            )
        )
    images = (*dataset.image_records, type(image)(id=6, file_name="b.jpg", size=image.size))
    whole = MemoryDataset(dataset.meta, images, tuple(objects))
    for format_ in formats():
        folder = root / format_.name
        folder.mkdir()
        if format_.name == "via":
            write_via(whole, folder / "data")
            continue
        written = get_format("labelme") if format_.write is None else format_
        assert written.write is not None
        target = folder / "data" if written.is_folder else folder / "data.json"
        written.write(whole, target, WriteOptions())
    (root / "pictures" / "sub").mkdir(parents=True)
    for name in ("sub/a.jpg", "b.jpg"):
        Image.new("RGB", (31, 24)).save(root / "pictures" / name)
    return root


def write_via(dataset: MemoryDataset, folder: Path) -> None:
    """The bounding boxes of a dataset as VIA has them."""
    folder.mkdir()
    pictures: dict[str, Any] = {}
    for image in dataset.image_records:
        boxes = [a.mask.bbox_xywh for a in dataset.objects if a.image_id == image.id]
        regions = [
            {
                "shape_attributes": dict(zip(("x", "y", "width", "height"), box, strict=True), name="rect"),
                "region_attributes": {"class": "cat"},
            }
            for box in boxes
        ]
        pictures[f"{image.file_name}-1"] = {"filename": image.file_name, "size": -1, "regions": regions}
    (folder / "via.json").write_text(json.dumps(pictures))


class Watch:
    """Every file that is opened while ``on``. An audit hook cannot be taken off again, so there is one."""

    def __init__(self) -> None:
        self.on = False
        self.opened: set[str] = set()
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event in ("open", "os.remove", "os.rename", "os.mkdir", "os.symlink", "os.rmdir"):
            self.opened.update(str(a) for a in arguments[:2] if isinstance(a, str | Path) and len(str(a)) > 2)


WATCH = Watch()


@contextmanager
def watched() -> Iterator[set[str]]:
    WATCH.opened = set()
    WATCH.on = True
    try:
        yield WATCH.opened
    finally:
        WATCH.on = False


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            del changed[at:]
        elif kind == 1:
            changed[at : at + rng.randrange(1, 40)] = b""
        elif kind == 2:
            changed[at:at] = rng.choice(TOKENS)
        elif kind == 3 and changed:
            changed[at % len(changed)] ^= 1 << rng.randrange(8)
        else:
            changed[at:at] = changed[max(0, at - rng.randrange(1, 200)) : at]
    return bytes(changed)


def mutate_json(data: bytes, rng: random.Random) -> bytes:
    value = json.loads(data)
    for _ in range(rng.randint(1, 5)):
        node = value
        while isinstance(node, dict | list) and node:
            keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = rng.choice(keys)
            if rng.random() < 0.3 or not isinstance(node[key], dict | list) or not node[key]:
                if isinstance(node, dict) and rng.random() < 0.15:
                    del node[key]
                else:
                    node[key] = copy.deepcopy(rng.choice(VALUES))
                break
            node = node[key]
    return json.dumps(value).encode()


def run_one(format_: Format, examples: Path, folder: Path, rng: random.Random) -> None:
    source = folder / format_.name
    shutil.copytree(examples / format_.name, source)
    files = sorted(p for p in source.rglob("*") if p.is_file() and not p.name.startswith("."))
    for file in rng.sample(files, rng.randint(1, min(3, len(files)))):
        data = file.read_bytes()
        structured = file.suffix == ".json" and rng.random() < 0.6
        file.write_bytes(mutate_json(data, rng) if structured else mutate_bytes(data, rng))
    target = source / "data" if format_.is_folder else source / "data.json"
    context = ReadContext(pictures=FolderPictures(examples / "pictures") if rng.random() < 0.7 else None)
    taken = reported = 0
    start = time.perf_counter()
    with watched() as opened:
        assert format_.read is not None
        with contextlib.suppress(FormatError):
            for record in format_.read(target, context):
                taken += isinstance(record, Annotation)
                reported += record.lost_objects if isinstance(record, Issue) else 0
            assert context.objects_in == taken + reported
    elapsed = time.perf_counter() - start
    assert elapsed < SECONDS, f"{elapsed:.1f} s"
    allowed = (str(folder), str(examples), sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"),
               str(Path(__file__).parents[2]), tempfile.gettempdir() + "/slimsam-")  # fmt: skip
    outside = {path for path in opened if not path.startswith(allowed) and Path(path).is_absolute()}
    assert not outside, f"touched {outside}"
    shutil.rmtree(source)


@pytest.mark.parametrize("format_", [f for f in formats() if f.read], ids=lambda f: f.name)
@pytest.mark.parametrize("count", [40, pytest.param(250, marks=pytest.mark.nightly)])
def test_broken_files_do_no_harm(format_: Format, count: int, examples: Path, tmp_path: Path) -> None:
    for seed in range(count):
        try:
            run_one(format_, examples, tmp_path, random.Random(f"{format_.name}-{count}-{seed}"))
        except Exception as error:
            raise AssertionError(f"seed {format_.name}-{count}-{seed}") from error


def test_watch_sees_what_is_opened(tmp_path: Path) -> None:
    with watched() as opened:
        (tmp_path / "a").write_text("x")
    assert str(tmp_path / "a") in opened
