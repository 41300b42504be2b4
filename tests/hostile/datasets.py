"""Folders of annotations that are made to hurt whoever imports them, by format: ``"yolo: what is in it"``.

Each function fills a folder that is there. ``PRIVATE`` is where names lead out to: the user's folder beside
the stranger's, which nothing may look into.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.hostile.bombs import inflating
from tests.pixels.picture_writers import png_bytes, png_chunk

PRIVATE = "../../../private"
"""From a folder of ``stranger/files``; the shell's doors are in ``base``."""
SIDE = 8_000
"""Of a large picture, which any machine can hold."""
WIDTH, HEIGHT = 64, 48
NASTY = "\x1b]0;x\x07\u202e<img src=x>\x00"


def picture(folder: Path, name: str = "1.png") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png_bytes(np.full((HEIGHT, WIDTH, 3), 127, np.uint8), 1))


def bomb_png(side: int = SIDE, bits: int = 8) -> bytes:
    """A grey picture of one value: as many pixels as are allowed in some hundred kilobytes."""
    data = inflating(0, side * (1 + side * bits // 8))
    header = struct.pack(">IIBBBBB", side, side, bits, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def numbers_png(values: np.ndarray) -> bytes:
    """A grey PNG of 16 bits."""
    height, width = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def text(name: str, content: str | bytes, *pictures: str) -> Callable[[Path], None]:
    """A maker of one file beside pictures."""

    def make(folder: Path) -> None:
        for one in pictures or ("1.png",):
            picture(folder, one)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return make


def dumped(name: str, make: Callable[[], Any], *pictures: str) -> Callable[[Path], None]:
    """The same of a value as JSON."""
    return lambda folder: text(name, json.dumps(make()), *pictures)(folder)


def yolo(yaml: str, rows: str = "0 0.1 0.1 0.9 0.1 0.9 0.9\n") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        text("labels/1.txt", rows, "images/1.png")(folder)
        (folder / "data.yaml").write_text(yaml)

    return make


def voc(body: str, head: str = "") -> Callable[[Path], None]:
    xml = f"{head}<annotation><filename>1.png</filename>{body}</annotation>"
    return text("Annotations/1.xml", xml, "JPEGImages/1.png")


SIZE = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
BOX = (
    "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>"
)


def cvat(body: str, image: str = f'name="1.png" width="{WIDTH}" height="{HEIGHT}"') -> Callable[[Path], None]:
    return text("annotations.xml", f"<annotations><image id='0' {image}>{body}</image></annotations>")


def labelme(**changes: Any) -> Callable[[Path], None]:
    shape = {"label": "a", "points": [[1, 1], [9, 1], [9, 9]], "shape_type": "polygon"}
    data = {
        "version": "5",
        "imagePath": "1.png",
        "imageHeight": HEIGHT,
        "imageWidth": WIDTH,
        "shapes": [shape],
    }
    return dumped("1.json", lambda: data | changes)


def _crop(png: Callable[[], bytes], far: int) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        mask = base64.b64encode(png()).decode()
        shape = {"label": "a", "points": [[0, 0], [far, far]], "shape_type": "mask", "mask": mask}
        labelme(shapes=[shape])(folder)

    return make


def _task(**changes: Any) -> dict[str, Any]:
    result = {
        "type": "polygonlabels", "original_width": WIDTH, "original_height": HEIGHT,
        "value": {"points": [[1, 1], [90, 1], [90, 90]], "polygonlabels": ["a"]},
    }  # fmt: skip
    return {"id": 1, "data": {"image": "1.png"}, "annotations": [{"id": 1, "result": [result | changes]}]}


def _brush(code: list[int], side: tuple[int, int] = (WIDTH, HEIGHT)) -> dict[str, Any]:
    value = {"format": "rle", "rle": code, "brushlabels": ["a"]}
    return _task(type="brushlabels", value=value, original_width=side[0], original_height=side[1])


def _panoptic(png: bytes, **segment: Any) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        entry = {"id": 1, "category_id": 1, "area": 1, "bbox": [0, 0, 1, 1], "iscrowd": 0} | segment
        data = {
            "images": [{"id": 1, "file_name": "1.png", "width": WIDTH, "height": HEIGHT}],
            "annotations": [{"image_id": 1, "file_name": "1.png", "segments_info": [entry]}],
            "categories": [{"id": 1, "name": "a", "isthing": 1}],
        }
        dumped("annotations/panoptic_default.json", lambda: data, "images/1.png")(folder)
        (folder / "annotations/panoptic_default").mkdir()
        (folder / "annotations/panoptic_default/1.png").write_bytes(png)

    return make


def _datumaro(**annotation: Any) -> Callable[[Path], None]:
    entry = {"id": 0, "type": "polygon", "label_id": 0, "points": [1, 1, 9, 1, 9, 9]} | annotation
    item = {"id": "1", "annotations": [entry], "image": {"path": "1.png", "size": [HEIGHT, WIDTH]}}
    data = {"info": {}, "categories": {"label": {"labels": [{"name": "a"}]}}, "items": [item]}
    return dumped("annotations/default.json", lambda: data, "images/1.png")


def _pngs(folder: Path, labels: bytes, names: object) -> None:
    picture(folder, "images/1.png")
    (folder / "instances").mkdir()
    (folder / "instances/1.png").write_bytes(labels)
    (folder / "classes.json").write_text(json.dumps(names))


def _masks(*masks: tuple[str, bytes]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        picture(folder, "images/1.png")
        for name, data in masks:
            path = folder / "masks" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (folder / "classes.json").write_text(json.dumps([{"name": "a", "folder": "a"}]))

    return make


def _colours(labelmap: str | bytes) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        text("labelmap.txt", labelmap)(folder)
        (folder / "colours").mkdir()
        (folder / "colours/1.png").write_bytes(png_bytes(np.zeros((HEIGHT, WIDTH, 3), np.uint8), 1))

    return make


def _voc_masks(folder: Path) -> None:
    voc(SIZE + BOX)(folder)
    for name in ("SegmentationObject", "SegmentationClass"):
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(bomb_png())


def _list_that_is_a_pipe(folder: Path) -> None:
    yolo("names: [a]\ntrain: train.txt\n")(folder)
    os.mkfifo(folder / "train.txt")


def _list_that_leads_out(folder: Path) -> None:
    yolo(f"path: {PRIVATE}\nnames: [a]\ntrain: {PRIVATE}/list.txt\nval: /etc\ntest: {PRIVATE}\n")(folder)
    (folder / "val.txt").symlink_to(f"{PRIVATE}/list.txt")


def _labels_behind_links(folder: Path) -> None:
    yolo("names: [a]\n")(folder)
    (folder / "labels/2.txt").symlink_to(f"../{PRIVATE}/1.txt")
    (folder / "labels/3.txt").symlink_to("/dev/zero")
    (folder / "labels/loop").symlink_to("../labels")
    (folder / "images/all").symlink_to(f"../{PRIVATE}")
    os.mkfifo(folder / "labels/4.txt")


def _endless_label_file(folder: Path) -> None:
    yolo("names: [a]\n")(folder)
    with (folder / "labels/2.txt").open("wb") as file:
        file.truncate(1 << 40)
    picture(folder, "images/2.png")


def _terabyte(name: str, *pictures: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        text(name, "", *pictures)(folder)
        with (folder / name).open("r+b") as file:
            file.truncate(1 << 40)

    return make


def _many_polygons() -> str:
    """Shapes of one picture: what looks each up among all of them takes the square of their number."""
    return '<polygon label="a" occluded="0" points="1,1;9,1;9,9"/>' * 6_000


def _via(**region: Any) -> Callable[[Path], None]:
    shape = {"name": "polygon", "all_points_x": [1, 9, 9], "all_points_y": [1, 1, 9]} | region
    entry = {
        "filename": "1.png",
        "size": -1,
        "regions": [{"shape_attributes": shape, "region_attributes": {}}],
    }
    return dumped("via.json", lambda: {"1.png-1": entry})


def _isat(category: str, yaml: str = "label:\n- name: a\n  color: '#ff0000'\n") -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        one = {
            "category": category,
            "group": 10**30,
            "segmentation": [[1, 1], [9, 1], [9, 9]],
            "layer": 1e308,
        }
        data = {
            "info": {"description": "ISAT", "name": "1.png", "width": WIDTH, "height": HEIGHT, "depth": 3}
        }
        dumped("1.json", lambda: data | {"objects": [one]})(folder)
        (folder / "isat.yaml").write_text(yaml)

    return make


def _sa1b(**changes: Any) -> Callable[[Path], None]:
    code = {"size": [HEIGHT, WIDTH], "counts": "P" * 40}
    one = {"id": 1, "segmentation": code, "area": 1, "bbox": [0, 0, 1, 1]} | changes
    image = {"image_id": 1, "file_name": "1.png", "width": WIDTH, "height": HEIGHT}
    return dumped("1.json", lambda: {"image": image, "annotations": [one]})


def _coco(segmentation: object, name: str = "1.png", **image: object) -> Callable[[Path], None]:
    one = {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": segmentation}
    data = {
        "images": [{"id": 1, "file_name": name, "width": WIDTH, "height": HEIGHT} | image],
        "annotations": [one],
        "categories": [{"id": 1, "name": "a", "keypoints": [NASTY], "skeleton": [[1e9]]}],
    }  # fmt: skip
    return dumped("instances.json", lambda: data)


def _manifest(folder: Path) -> None:
    """An export of the user's, as a stranger forges it: its pictures would lie in the user's folders."""
    yolo("names: [a]\n")(folder)
    said = {"folders": [PRIVATE], "files": {"1.png": f"{PRIVATE}/1.png", "images/2.png": "/etc/passwd"}}
    said |= {"seal": "0" * 64}
    (folder / ".slimsam-export").write_text(json.dumps({"files": {"../../x": ["0"]}, "pictures": said}))
    (folder / "labels/2.txt").write_text("0 0.5 0.5 0.2 0.2\n")


def _manifest_bomb(folder: Path) -> None:
    yolo("names: [a]\n")(folder)
    (folder / ".slimsam-export").write_text('{"files": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}}")
    (folder / ".slimsam-export.json").symlink_to("/dev/zero")


def _world_file(content: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        text("1.json", json.dumps({"shapes": [], "imagePath": "1.png", "imageHeight": 1, "imageWidth": 1}))(
            folder
        )
        (folder / "1.pgw").write_text(content)

    return make


LONG = "n" * 5000 + ".png"
"""No file can have such a name; who asks the system for it is told so by an error."""


def _long_names() -> dict[str, Callable[[Path], None]]:
    ring = [[1, 1, 9, 1, 9, 9]]
    box = '<box label="a" xtl="0" ytl="0" xbr="9" ybr="9"/>'
    made = {
        "coco": _coco(ring, LONG),
        "labelme": labelme(imagePath=LONG),
        "voc": text("Annotations/1.xml", f"<annotation><filename>{LONG}</filename>{SIZE}{BOX}</annotation>"),
        "cvat": cvat(box, f'name="{LONG}" width="64" height="48"'),
        "label-studio": dumped("tasks.json", lambda: [_task() | {"data": {"image": LONG}}]),
        "yolo": yolo(json.dumps({"names": ["a"], "train": LONG + ".txt", "val": "a\0.txt", "path": LONG})),
        "datumaro": _datumaro(image={"path": LONG, "size": [HEIGHT, WIDTH]}),
        "sa1b": dumped("1.json", lambda: {
            "image": {"image_id": 1, "file_name": LONG, "width": WIDTH, "height": 48}, "annotations": []}),
        "via": dumped("via.json", lambda: {"1": {"filename": LONG, "size": -1, "regions": []}}),
        "isat": dumped("1.json", lambda: {
            "info": {"description": "ISAT", "folder": LONG, "name": LONG, "width": WIDTH, "height": HEIGHT},
            "objects": []}),
    }  # fmt: skip
    return {f"{name}: a name of 5,000 letters": make for name, make in made.items()}


def _mots_frames(folder: Path) -> None:
    """A list of pictures that names others' files, and a class list that acts."""
    (folder / "s/gt").mkdir(parents=True)
    picture(folder, "s/img1/000001.png")
    (folder / "s/gt/gt.txt").write_text("".join(f"{n} 1001 1 48 64 0PP3\n" for n in range(1, 6)))
    names = {
        "1": f"{PRIVATE}/1.png",
        "2": LONG,
        "3": "/etc/passwd",
        "x": "1.png",
        "4": 7,
        "9" * 4000: "1.png",
    }
    about = {"frames": names, "height": 10**12, "width": -1}
    (folder / "s/frames.json").write_text(json.dumps(about))
    (folder / "labels.txt").write_text(NASTY.replace("\x00", "") + "\n" + "b" * 100_000 + "\n")


def _keys() -> str:
    """Of an object, 200,000 and one of them twice: comparing each with each would take an hour."""
    return "".join(f'"k{number}":0,' for number in range(200_000)) + '"k7":0'


def _coco_keys(at_the_top: bool) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        data = {
            "images": [{"id": 1, "file_name": "1.png", "width": WIDTH, "height": HEIGHT}],
            "categories": [{"id": 1, "name": "a"}],
            "annotations": [
                {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9]], "X": 0}
            ],
        }
        whole = json.dumps(data)
        whole = whole[:-1] + f", {_keys()}}}" if at_the_top else whole.replace('"X": 0', _keys())
        text("instances.json", whole)(folder)

    return make


def _labelme_keys(folder: Path) -> None:
    labelme()(folder)
    path = folder / "1.json"
    path.write_text(path.read_text().strip()[:-1] + f", {_keys()}}}")


DATASETS: dict[str, Callable[[Path], None]] = {
    "yolo: lists that lead out": _list_that_leads_out,
    "yolo: a list that is a pipe": _list_that_is_a_pipe,
    "yolo: labels behind links": _labels_behind_links,
    "yolo: a label file of a terabyte": _endless_label_file,
    "yolo: the number of a class": yolo("names: {99999999999999999999999: a, 0: b}\n"),
    "yolo: a thousand million classes": yolo(
        "nc: 1000000000\nnames: {999999999: a}\n", "999999999 .5 .5 .1 .1\n"
    ),
    "yolo: numbers of classes without names": yolo("nc: 1\n", "999999999999999999 .5 .5 .1 .1\n" * 3),
    "yolo: aliases in names": yolo(
        "a: &a [x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{i}: &a{i} [*a{i - 1 if i else ''},*a{i - 1 if i else ''}]\n" for i in range(30))
        + "names: *a29\n"
    ),
    "yolo: an alias of itself": yolo("names: &a [*a]\n"),
    "yolo: merges": yolo(
        "".join(
            f"k{i}: &k{i} {{<<: [{','.join(f'*k{j}' for j in range(max(0, i - 8), i))}], a{i}: 1}}\n"
            for i in range(40)
        )
        + "names: [a]\n"
    ),
    "yolo: base 60": yolo("names: [" + ":".join(["59"] * 300) + "]\n"),
    "yolo: keypoints": yolo("names: [a]\nkpt_shape: [999, 999]\n", "0 .5 .5 .1 .1 " + "0.5 " * 50_000 + "\n"),
    "yolo: numbers that are none": yolo(
        "names: [a]\n", "0 nan inf -inf 1e999 .5 .5\n0 1e308 1e308 -1e308 0 1 1\n"
    ),
    "yolo: a ring of a million points": yolo("names: [a]\n", "0 " + "0.1 0.9 0.5 0.2 " * 100_000 + "\n"),
    "yolo: six thousand rows": yolo("names: [a]\n", "0 .5 .5 .1 .1 .7 .7\n" * 6_000),
    "yolo: names that act": yolo(json.dumps({"names": [NASTY.replace("\x00", ""), "b" * 100_000]})),
    "yolo: a manifest that is forged": _manifest,
    "yolo: a manifest that is a bomb": _manifest_bomb,
    "yolo-detect: an absurd size": yolo("names: [a]\n", "0 .5 .5 1e300 1e300\n0 .5 .5 -1 -1\n"),
    "yolo-obb: far corners": yolo("names: [a]\n", "0 -.9 -.9 1.9 -.9 1e17 1e17 0 0\n"),
    "voc: an absurd size": voc(SIZE.replace("64", "9" * 300) + BOX),
    "voc: sizes that are none": voc(SIZE.replace("64", "NaN").replace("48", "-1e9") + BOX),
    "voc: a file that leads out": voc(
        f"<path>{PRIVATE}/1.png</path><folder>/etc</folder>{SIZE}{BOX}".replace("1.png<", "1.png<")
    ),
    "voc: six thousand boxes": voc(SIZE + BOX * 6_000),
    "voc: parts in parts": voc(
        SIZE + "<object><name>a</name>" + "<part>" * 50_000 + "</part>" * 50_000 + "</object>"
    ),
    "voc: a turned box": voc(
        SIZE + "<object><name>a</name><robndbox><cx>1e308</cx><cy>nan</cy><w>inf</w><h>1</h>"
        "<angle>1e308</angle></robndbox></object>"
    ),
    "voc: masks that are bombs": _voc_masks,
    "voc: an encoding of nobody": text(
        "Annotations/1.xml", b'<?xml version="1.0" encoding="' + b"x" * 5000 + b'"?><a/>'
    ),
    "voc: a wide encoding": text(
        "Annotations/1.xml",
        (b'<?xml version="1.0" encoding="utf-7"?><annotation>+ADw-img</annotation>'),
    ),
    "voc: a label map of a terabyte": lambda folder: (_voc_masks(folder), _terabyte("labelmap.txt")(folder))[
        0
    ],
    "cvat: many shapes": lambda folder: cvat(_many_polygons())(folder),
    "cvat: an absurd size": cvat(
        '<box label="a" xtl="0" ytl="0" xbr="9" ybr="9"/>', f'name="2.png" width="{10**9}" height="{10**9}"'
    ),
    "cvat: a mask of runs": cvat(
        f'<mask label="a" left="0" top="0" width="{WIDTH}" height="{HEIGHT}" rle="{2**70}, -1"/>'
    ),
    "cvat: a large mask": cvat(
        f'<mask label="a" left="0" top="0" width="{SIDE}" height="{SIDE}" rle="0, {SIDE * SIDE}"/>',
        f'name="2.png" width="{SIDE}" height="{SIDE}"',
    ),
    "cvat: a name that leads out": cvat(
        '<box label="a" xtl="0" ytl="0" xbr="9" ybr="9"/>', f'name="{PRIVATE}/1.png" width="64" height="48"'
    ),
    "cvat: frames": text(
        "annotations.xml",
        "<annotations><meta><task><original_size><width>64</width><height>48</height>"
        "</original_size></task></meta><track id='0' label='a'>"
        + "".join(
            f"<box frame='{n}' outside='0' xtl='1' ytl='1' xbr='9' ybr='9'/>"
            for n in ("x", "9" * 40, "-1", "٣", "999999999")
        )
        + "</track></annotations>",
    ),
    "cvat: a class of attributes": text(
        "annotations.xml",
        "<annotations><meta><task><labels><label><name>a</name><attributes>"
        + "<attribute><name>b</name><input_type>select</input_type></attribute>" * 20_000
        + "</attributes></label></labels></task></meta></annotations>",
    ),
    "cvat-video: frames by name": text(
        "annotations.xml",
        "<annotations><meta><task><original_size><width>64</width><height>48</height></original_size></task>"
        f"<slimsam><frame number='0' name='{PRIVATE}/1.png'/><frame number='{'9' * 4000}' name='1.png'/>"
        f"<frame number='1' name='{LONG}'/><frame number='2' name='1.png'/><frame name=''/></slimsam></meta>"
        "<track id='"
        + "9" * 5000
        + "' label='a'>"
        + "".join(f"<box frame='{n}' xtl='1' ytl='1' xbr='9' ybr='9'/>" for n in (0, 1, 2, 2, "9" * 4000))
        + "</track></annotations>",
    ),
    "mots: sizes and codes": text(
        "a.txt",
        f"1 1 1 48 64 {'0' * 2_000_000}\n1 1 1 999999999 999999999 11\n2 999999999999999 999999999 48 64 ~~\n"
        "3 1 1 48 64 " + "\u00e4" * 50 + "\n" + "4 1 1 48 64 `0\n" * 6_000,
    ),
    "mots: frames that lead out": _mots_frames,
    "label-studio: a brush of a large picture": dumped(
        "tasks.json",
        lambda: [_brush([*struct.pack(">I", 4 * 9000 * 9000 & 0xFFFFFFFF), 255, 255, 255], (9000, 9000))],
    ),
    "label-studio: a brush that ends nowhere": dumped(
        "tasks.json", lambda: [_brush([0, 0, 48, 0] + [0] * 200_000)]
    ),
    "label-studio: numbers that are none": dumped(
        "tasks.json",
        lambda: [
            _task(
                original_width=float("inf"),
                value={"points": [[1e308, -1e308], [float("nan"), 0], [1, 1]], "polygonlabels": ["a"]},
            )
        ],
    ),
    "label-studio: places of pictures": dumped(
        "tasks.json",
        lambda: [
            _task() | {"data": {"image": place}}
            for place in (
                f"/data/local-files/?d={PRIVATE}/1.png",
                "file:///etc/passwd",
                "s3://a/b.png",
                "http://127.0.0.1:9/x.png",
                "/dev/zero",
                NASTY,
                "",
                "%00.png",
                "..%2f..%2f..%2fprivate%2f1.png",
            )
        ],
    ),
    "label-studio: values as text": dumped(
        "tasks.json",
        lambda: [{"image": "1.png", "label": "[" * 50_000, "annotation_id": "9" * 5000, "id": {}}],
    ),
    "coco: an object with 200,000 keys, one of them twice": _coco_keys(at_the_top=False),
    "coco: 200,000 keys at the top, one of them twice": _coco_keys(at_the_top=True),
    "labelme: 200,000 keys, one of them twice": _labelme_keys,
    "labelme: a mask that is a bomb": _crop(bomb_png, SIDE - 1),
    "labelme: a mask that is none": labelme(
        shapes=[{"label": "a", "points": [[0, 0], [1, 1]], "shape_type": "mask", "mask": "=" * 9}]
    ),
    "labelme: a picture inside": labelme(imageData="A" * 3_000_000),
    "labelme: a path that leads out": labelme(imagePath=f"{PRIVATE}/1.png"),
    "labelme: a device as its picture": labelme(imagePath="/dev/zero", imageHeight=2**31, imageWidth=2**31),
    "labelme: a circle": labelme(
        shapes=[{"label": NASTY, "points": [[0, 0], [1e308, 1e308]], "shape_type": "circle"}]
    ),
    "labelme: many groups": labelme(
        shapes=[
            {"label": "a", "group_id": i % 7, "points": [[1, 1], [9, 1], [9, 9]], "shape_type": "polygon"}
            for i in range(20_000)
        ]
    ),
    "labelme: flags": labelme(flags={NASTY: 1, "x" * 50_000: True}, version=[[]], shapes=None),
    "xanylabeling: cuboids": labelme(
        version="2.4.0",
        shapes=[
            {
                "label": "a",
                "points": [[1e9, 1e9]] * 8,
                "shape_type": "cuboid",
                "direction": 1e308,
                "attributes": {"a": NASTY},
            }
        ],
    ),
    "isat: a group": _isat("a"),
    "isat: its classes": _isat(NASTY, "label: &a [*a]\n"),
    "isat: its classes are deep": _isat("a", "label: " + "[" * 3000),
    "datumaro: a label": _datumaro(label_id=10**30),
    "datumaro: a mask": _datumaro(type="mask", rle={"counts": "5@5@5@5@5@", "size": [HEIGHT, WIDTH]}),
    "datumaro: a large mask": _datumaro(
        type="mask", rle={"counts": [0, 2**62, 2**62], "size": [2**31, 2**31]}
    ),
    "datumaro: an ellipse": _datumaro(type="ellipse", points=[float("nan"), 1, 1e308, -1e308]),
    "coco-panoptic: a bomb": _panoptic(bomb_png()),
    "coco-panoptic: ids": _panoptic(
        png_bytes(np.ones((HEIGHT, WIDTH, 3), np.uint8), 1), id=2**64, category_id=-1
    ),
    "coco: a name that leads out": _coco([[1, 1, 9, 1, 9, 9]], f"{PRIVATE}/1.png"),
    "coco: an address": _coco([[1, 1, 9, 1, 9, 9]], "http://127.0.0.1:9/1.png", coco_url=f"file://{PRIVATE}"),
    "coco: a ring of a million": _coco([[float(i % 60) for i in range(400_000)]]),
    "coco: rings": _coco([[1, 1, 9, 1, 9, 9]] * 20_000),
    "coco: runs of ones": _coco({"size": [3000, 3000], "counts": [1] * 9_000_000}, width=3000, height=3000),
    "coco: a large picture": _coco(
        {"size": [SIDE, SIDE], "counts": [0, SIDE * SIDE]}, "2.png", width=SIDE, height=SIDE
    ),
    "png: masks that are bombs": lambda folder: _pngs(folder, bomb_png(bits=16), [{"value": 1, "name": "a"}]),
    "png: objects without an end": lambda folder: _pngs(
        folder, numbers_png(np.arange(256 * 256).reshape(256, 256)), [{"value": 1, "name": "a"}]
    ),
    "png: numbers of classes": lambda folder: _pngs(
        folder,
        numbers_png(np.ones((HEIGHT, WIDTH), int)),
        [{"value": 10**30, "name": NASTY}, {"value": -1, "name": "b"}],
    ),
    "png: classes": lambda folder: _pngs(folder, b"", [{"value": i, "name": str(i)} for i in range(100_000)]),
    "png-objects: masks": _masks(
        ("a/1/1.png", bomb_png()), ("a/1/../2.png", b""), (f"{'9' * 40}/1/1.png", b"\x89PNG")
    ),
    "png-classes: masks": _masks(
        ("a/1.png", bomb_png()), ("b\x1b/1.png", png_bytes(np.ones((HEIGHT, WIDTH, 3), np.uint8), 1))
    ),
    "png-colours: a map": _colours(
        "# label\n" + "".join(f"{i}:{i % 256},{i // 256 % 256},{i // 65536}::\n" for i in range(20_000))
    ),
    "png-colours: numbers": _colours(
        "a:99999999999999999999,-1,nan::\nb:1,1::\n:::\n" + "c" * 100_000 + ":1,2,3::\n"
    ),
    "dota: rows": text(
        "train/labelTxt/1.txt",
        "imagesource:x\ngsd:nan\n1e308 nan inf 1 9 9 1 9 a 0\n" + "1 1 9 1 9 9 1 9 a 0\n" * 5_000,
        "train/images/1.png",
    ),
    "dota: a large number": text(
        "train/labelTxt/1.txt", f"{'9' * 5000} 1 9 1 9 9 1 9 {NASTY} 2\n", "train/images/1.png"
    ),
    "via: a circle": _via(name="circle", cx=1e308, cy=float("nan"), r=1e308),
    "via: an ellipse": _via(name="ellipse", cx=5, cy=5, rx=1e18, ry=1e-300, theta=1e308),
    "via: a ring": _via(all_points_x=list(range(500_000)), all_points_y=[1, 2] * 250_000),
    "via: types": _via(name=["polygon"], all_points_x={"a": 1}, all_points_y=None),
    "sa1b: a size": _sa1b(segmentation={"size": [2**40, 2**40], "counts": "~" * 4000}),
    "sa1b: codes": _sa1b(segmentation={"size": [HEIGHT, WIDTH], "counts": "0" * 2_000_000}),
    **_long_names(),
    "geojson: a world file": _world_file("1e308\nnan\ninf\n-1e308\n\x1b\n" + "9" * 5000),
}
"""What is wrong with a folder -> what fills it."""
