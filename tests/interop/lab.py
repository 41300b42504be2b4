"""Other people's programs, asked from outside: run with the Python of an environment of their own.

``python lab.py read READER FOLDER`` prints what a reader finds: its classes in order, and for each object the
picture, the class and a run-length code. ``python lab.py write WRITER COCO PICTURES FOLDER`` lets a program
write a COCO file in its own format. ``python lab.py versions`` prints what is installed.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

Found = tuple[list[str], list[dict[str, Any]]]
"""The classes in order, and the objects."""


NO_CLASS = "object"
"""Of objects in formats that know no classes."""


def rle(pixels: Any) -> dict[str, Any]:
    code = coco_mask.encode(np.asfortranarray(np.asarray(pixels, np.uint8)))
    return {"size": code["size"], "counts": code["counts"].decode("ascii")}


def found(picture: str, label: str, pixels: Any) -> dict[str, Any]:
    return {"picture": Path(picture).stem, "class": label, "mask": rle(pixels)}


# readers -------------------------------------------------------------------------------------------------


def _coco_file(folder: Path) -> Path:
    return folder / "annotations" / "instances_default.json"


def _coco_api(module: str, folder: Path) -> Found:
    api = __import__(module, fromlist=["COCO"]).COCO(str(_coco_file(folder)))
    names = {c["id"]: c["name"] for c in api.dataset["categories"]}
    objects = [
        found(api.imgs[a["image_id"]]["file_name"], names[a["category_id"]], api.annToMask(a))
        for a in api.dataset["annotations"]
    ]
    return list(names.values()), objects


def pycocotools(folder: Path) -> Found:
    return _coco_api("pycocotools.coco", folder)


def faster_coco_eval(folder: Path) -> Found:
    return _coco_api("faster_coco_eval", folder)


def polygon_code(folder: Path) -> Found:
    """The lines by which torchvision's reference scripts and DETR make masks: they know polygons alone."""
    data = json.loads((_coco_file(folder)).read_text("utf-8"))
    images = {image["id"]: image for image in data["images"]}
    names = {c["id"]: c["name"] for c in data["categories"]}
    objects = []
    for annotation in data["annotations"]:
        image = images[annotation["image_id"]]
        codes = coco_mask.frPyObjects(annotation["segmentation"], image["height"], image["width"])
        pixels = coco_mask.decode(codes).any(axis=2)
        objects.append(found(image["file_name"], names[annotation["category_id"]], pixels))
    return list(names.values()), objects


def _supervision(dataset: Any) -> Found:
    objects = [
        found(path, dataset.classes[number], pixels)
        for path, _, detections in dataset
        for number, pixels in zip(detections.class_id, _masks(detections, path), strict=True)
    ]
    return list(dataset.classes), objects


def _masks(detections: Any, path: str) -> Iterator[Any]:
    if detections.mask is not None:
        yield from detections.mask
        return
    import cv2

    height, width = cv2.imread(path).shape[:2]
    for x0, y0, x1, y1 in detections.xyxy.round().astype(int):
        pixels = np.zeros((height, width), bool)
        pixels[y0:y1, x0:x1] = True
        yield pixels


def supervision_coco(folder: Path) -> Found:
    import supervision as sv

    pictures = str(folder / "images" / "default")
    return _supervision(sv.DetectionDataset.from_coco(pictures, str(_coco_file(folder)), force_masks=True))


def supervision_yolo(folder: Path) -> Found:
    import supervision as sv

    return _supervision(
        sv.DetectionDataset.from_yolo(
            str(folder / "images"), str(folder / "labels"), str(folder / "data.yaml"), force_masks=True
        )
    )


def supervision_voc(folder: Path) -> Found:
    import supervision as sv

    return _supervision(
        sv.DetectionDataset.from_pascal_voc(str(folder / "JPEGImages"), str(folder / "Annotations"))
    )


def supervision_boxes(folder: Path, turned: bool = False) -> Found:
    """Boxes of YOLO, upright or turned."""
    import supervision as sv

    dataset = sv.DetectionDataset.from_yolo(
        str(folder / "images"), str(folder / "labels"), str(folder / "data.yaml"), is_obb=turned
    )
    if not turned:
        return _supervision(dataset)
    objects = [
        found(path, dataset.classes[number], _polygon_pixels(corners, image.shape[:2]))
        for path, image, detections in dataset
        for number, corners in zip(detections.class_id, detections.data["xyxyxyxy"], strict=True)
    ]
    return list(dataset.classes), objects


def ultralytics(folder: Path, task: str = "segment") -> Found:
    """``check_det_dataset`` and the dataset class, from another working folder, as training uses them."""
    _tell_torchvision()
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(folder / "data.yaml"), autodownload=False)
    dataset = YOLODataset(img_path=data["train"], data=data, task=task, augment=False, cache=False)
    objects = []
    for label in dataset.get_labels():
        height, width = label["shape"]
        segments = label["segments"] if task != "detect" else [_corners(*box) for box in label["bboxes"]]
        for number, segment in zip(label["cls"].ravel().astype(int), segments, strict=True):
            pixels = _polygon_pixels(segment * (width, height), (height, width))
            objects.append(found(label["im_file"], data["names"][number], pixels))
    return [data["names"][number] for number in sorted(data["names"])], objects


def _corners(x: float, y: float, width: float, height: float) -> Any:
    """Of a box by its centre."""
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return np.array([x, y]) + signs * np.array([width, height]) / 2


def _polygon_pixels(points: Any, size: tuple[int, int]) -> Any:
    import cv2

    pixels = np.zeros(size, np.uint8)
    cv2.fillPoly(pixels, [np.asarray(points).astype(np.int32)], 1)
    return pixels


def _tell_torchvision() -> None:
    """Its data classes need a version number of torchvision and nothing else of it."""
    version = importlib.metadata.version

    def told(name: str) -> str:
        try:
            return version(name)
        except importlib.metadata.PackageNotFoundError:
            if name == "torchvision":
                return "0.24.0"
            raise

    importlib.metadata.version = told


def _datumaro(folder: Path, name: str) -> Found:
    import datumaro as dm

    dataset = dm.Dataset.import_from(str(folder), name)
    listed = dataset.categories().get(dm.AnnotationType.label, ())
    names = [label.name for label in listed]
    objects = []
    for item in dataset:
        size = item.media_as(dm.Image).size
        # shapes of one group are one object to it, and a box beside others is theirs
        groups: dict[Any, list[Any]] = {}
        for annotation in item.annotations:
            groups.setdefault(annotation.group or f"alone {id(annotation)}", []).append(annotation)
        for shapes in groups.values():
            shapes = [s for s in shapes if s.type is not dm.AnnotationType.bbox] or shapes
            pixels = np.zeros(size, bool)
            for shape in shapes:
                if shape.type is dm.AnnotationType.mask:
                    pixels |= shape.image.astype(bool)
                else:
                    points = np.ravel(
                        shape.as_polygon() if hasattr(shape, "as_polygon") else shape.points
                    ).tolist()
                    code = coco_mask.merge(coco_mask.frPyObjects([points], *size))
                    pixels |= coco_mask.decode(code).astype(bool)
            label = names[shapes[0].label] if names else NO_CLASS
            objects.append(found(item.id, label, pixels))
    if name == "dota":  # it has no list of classes, whose order could be kept
        names = []
    return [name for name in names if name != "background"], objects


def labelme2coco(folder: Path) -> Found:
    from labelme2coco import get_coco_from_labelme_folder

    coco = get_coco_from_labelme_folder(str(folder)).json
    names = {c["id"]: c["name"] for c in coco["categories"]}
    images = {image["id"]: image for image in coco["images"]}
    objects = []
    for annotation in coco["annotations"]:
        image = images[annotation["image_id"]]
        size = image["height"], image["width"]
        pixels = coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(annotation["segmentation"], *size)))
        objects.append(found(image["file_name"], names[annotation["category_id"]], pixels))
    return list(names.values()), objects


def labelme2yolo(folder: Path) -> Found:
    """Its program turns a folder of labelme into one of YOLO, whose rows are read here."""
    out = _labelme2yolo(folder)
    import yaml

    listed = yaml.safe_load((out / "dataset.yaml").read_text("utf-8"))["names"]
    names = list(listed.values()) if isinstance(listed, dict) else list(listed)
    objects = []
    for path in sorted((out / "labels").rglob("*.txt")):
        stem = path.stem.rpartition("_")[0]  # it adds a number of its own
        size = _size_of(folder, stem)
        for row in path.read_text("utf-8").splitlines():
            number, *values = row.split()
            points = np.array(values, float).reshape(-1, 2) * size[::-1]
            objects.append(found(stem, names[int(number)], _polygon_pixels(points, size)))
    return [], objects


def _labelme2yolo(folder: Path) -> Path:
    import shutil
    import subprocess

    out = folder.parent / f"{folder.name}-labelme2yolo"
    program = shutil.which("labelme2yolo", path=str(Path(sys.executable).parent)) or "labelme2yolo"
    command = [program, "--json_dir", str(folder), "--output_dir", str(out), "--output_format", "polygon"]
    subprocess.run([*command, "--val_size", "0"], check=True, capture_output=True, timeout=200)
    return out


def _size_of(folder: Path, stem: str) -> tuple[int, int]:
    data = json.loads((folder / f"{stem}.json").read_text("utf-8"))
    return data["imageHeight"], data["imageWidth"]


def shapely(folder: Path) -> Found:
    """Whether a geometry is valid, and the pixels whose centres are in it."""
    import shapely as sh
    from shapely.geometry import shape

    objects = []
    for path in sorted(folder.glob("*.geojson")):
        data = json.loads(path.read_text("utf-8"))
        height, width = data["slimsam"]["size"]
        x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        for feature in data["features"]:
            geometry = shape(feature["geometry"])
            assert geometry.is_valid, sh.is_valid_reason(geometry)
            label = feature["properties"]["class"]
            objects.append(found(path.stem, label, sh.contains_xy(geometry, x, y)))
    return [], objects


def pillow(folder: Path, kind: str) -> Found:
    """Label pictures as Pillow and numpy see them, with the names of the files beside."""
    readers = {"png": _numbered, "png-objects": _singles, "png-classes": _singles, "png-colours": _coloured}
    return readers[kind](folder)


def _numbered(folder: Path) -> Found:
    from PIL import Image

    classes = {
        entry["value"]: entry["name"] for entry in json.loads((folder / "classes.json").read_text("utf-8"))
    }
    objects = []
    for path in sorted((folder / "instances").glob("*.png")):
        numbers, kinds = np.asarray(Image.open(path)), np.asarray(Image.open(folder / "semantic" / path.name))
        for number in np.unique(numbers[numbers > 0]):
            pixels = numbers == number
            objects.append(found(path.name, classes[int(np.bincount(kinds[pixels]).argmax())], pixels))
    return list(classes.values()), objects


def _singles(folder: Path) -> Found:
    from PIL import Image

    entries = json.loads((folder / "classes.json").read_text("utf-8"))
    names = {entry["folder"]: entry["name"] for entry in entries}
    objects = []
    for path in sorted((folder / "masks").rglob("*.png")):
        label, picture, *_ = path.relative_to(folder / "masks").parts
        objects.append(found(picture, names[label], np.asarray(Image.open(path)) > 0))
    return list(names.values()), objects


def _coloured(folder: Path) -> Found:
    from PIL import Image

    lines = (folder / "labelmap.txt").read_text("utf-8").splitlines()[2:]
    colours = {line.split(":")[0]: tuple(map(int, line.split(":")[1].split(","))) for line in lines}
    objects = []
    for path in sorted((folder / "colours").glob("*.png")):
        picture = np.asarray(Image.open(path).convert("RGB"))
        for label, colour in colours.items():
            pixels = (picture == colour).all(axis=2)
            if pixels.any():
                objects.append(found(path.name, label, pixels))
    return list(colours), objects


def isat(folder: Path) -> Found:
    """Its own loader of files; parts of one group are drawn over each other in the order of their layers."""
    from ISAT.annotation import Annotation
    from PIL import Image, ImageDraw

    names = [str(p) for p in sorted(folder.glob("*.json"))]
    objects = []
    for name in names:
        annotation = Annotation(str(Path(name).with_suffix(".jpg")), name)
        annotation.load_annotation()
        groups: dict[int, list[Any]] = {}
        for shape in annotation.objects:
            groups.setdefault(shape.group, []).append(shape)
        for shapes in groups.values():
            canvas = Image.new("L", (annotation.width, annotation.height))
            for shape in sorted(shapes, key=lambda s: s.layer):
                fill = 0 if shape.category == "__background__" else 1
                ImageDraw.Draw(canvas).polygon(
                    [tuple(p) for p in shape.segmentation], fill=fill, outline=fill
                )
            objects.append(found(name, shapes[0].category, np.asarray(canvas)))
    return [], objects


def label_studio_converter(folder: Path) -> Found:
    from label_studio_converter.brush import decode_rle

    objects = []
    for task in json.loads((folder / "tasks.json").read_text("utf-8")):
        for result in task["annotations"][0]["result"]:
            height, width = result["original_height"], result["original_width"]
            pixels = decode_rle(result["value"]["rle"]).reshape(height, width, 4)[:, :, 3] > 0
            objects.append(
                found(task["data"]["image"].split("=")[-1], result["value"]["brushlabels"][0], pixels)
            )
    return [], objects


def label_studio_sdk(folder: Path) -> Found:
    """Its converter, which finds the labels of a task by the config that lies beside the tasks."""
    from label_studio_sdk.converter.brush import decode_rle
    from label_studio_sdk.converter.converter import Converter

    converter = Converter(str(folder / "config.xml"), project_dir=str(folder), download_resources=False)
    objects = []
    for item in converter.iter_from_json_file(str(folder / "tasks.json")):
        for result in (result for results in item["output"].values() for result in results):
            height, width = result["original_height"], result["original_width"]
            pixels = decode_rle(result["rle"]).reshape(height, width, 4)[:, :, 3] > 0
            picture = item["input"]["image"].split("=")[-1]
            objects.append(found(picture, result["brushlabels"][0], pixels))
    return _config_labels(folder), objects


def _config_labels(folder: Path) -> list[str]:
    from label_studio_sdk.label_interface import LabelInterface

    return list(LabelInterface((folder / "config.xml").read_text("utf-8")).get_tag("brush").labels)


def cvat_sdk(folder: Path) -> Found:
    """Masks by the code of CVAT's own client."""
    from xml.etree import ElementTree

    from cvat_sdk.masks import decode_mask

    root = ElementTree.parse(folder / "annotations.xml").getroot()
    names = [label.findtext("name") or "" for label in root.iter("label")]
    objects = []
    for image in root.iter("image"):
        width, height = int(image.get("width") or 0), int(image.get("height") or 0)
        for mask in image.iter("mask"):
            left, top, w, h = (int(mask.get(key) or 0) for key in ("left", "top", "width", "height"))
            runs = [int(run) for run in (mask.get("rle") or "").split(",")]
            code = [*runs, left, top, left + w - 1, top + h - 1]
            pixels = decode_mask(code, image_width=width, image_height=height)
            objects.append(found(image.get("name") or "", mask.get("label") or "", pixels))
    return names, objects


READERS: dict[str, Callable[[Path], Found]] = {
    "pycocotools": pycocotools,
    "faster-coco-eval": faster_coco_eval,
    "polygon code of torchvision": polygon_code,
    "supervision, COCO": supervision_coco,
    "supervision, YOLO": supervision_yolo,
    "supervision, VOC": supervision_voc,
    "ultralytics": ultralytics,
    "labelme2coco": labelme2coco,
    "ISAT": isat,
    "label-studio-converter": label_studio_converter,
    "label-studio-sdk": label_studio_sdk,
    "cvat-sdk": cvat_sdk,
    "labelme2yolo": labelme2yolo,
    "shapely": shapely,
    "supervision, YOLO boxes": supervision_boxes,
    "supervision, YOLO turned boxes": lambda folder: supervision_boxes(folder, turned=True),
    "ultralytics, detect": lambda folder: ultralytics(folder, "detect"),
    "ultralytics, OBB": lambda folder: ultralytics(folder, "obb"),
    **{
        f"Pillow, {kind}": (lambda folder, kind=kind: pillow(folder, kind))
        for kind in ("png", "png-objects", "png-classes", "png-colours")
    },
    **{
        f"datumaro, {name}": (lambda folder, name=name: _datumaro(folder, name))
        for name in (
            "coco_instances",
            "coco_panoptic",
            "voc_segmentation",
            "cvat",
            "datumaro",
            "dota",
            "segment_anything",
        )
    },
}


# writers -------------------------------------------------------------------------------------------------


def _from_coco(source: Path, pictures: Path) -> Any:
    import supervision as sv

    return sv.DetectionDataset.from_coco(str(pictures), str(source), force_masks=True)


def write_supervision_coco(source: Path, pictures: Path, out: Path) -> None:
    _from_coco(source, pictures).as_coco(str(out / "images"), str(out / "annotations.json"))


def write_supervision_yolo(source: Path, pictures: Path, out: Path) -> None:
    _from_coco(source, pictures).as_yolo(str(out / "images"), str(out / "labels"), str(out / "data.yaml"))


def write_supervision_voc(source: Path, pictures: Path, out: Path) -> None:
    _from_coco(source, pictures).as_pascal_voc(str(out / "images"), str(out / "annotations"))


def _write_datumaro(source: Path, pictures: Path, out: Path, name: str) -> None:
    import shutil

    import datumaro as dm

    layout = out.parent / f"{out.name}-coco"
    (layout / "annotations").mkdir(parents=True)
    shutil.copy(source, layout / "annotations" / "instances_default.json")
    shutil.copytree(pictures, layout / "images" / "default")
    dataset = dm.Dataset.import_from(str(layout), "coco_instances")
    if name in ("coco_panoptic", "voc_segmentation"):
        dataset = dataset.transform("polygons_to_masks")
    if name in ("yolo", "voc_detection"):
        dataset = dataset.transform("shapes_to_boxes")
    dataset.export(str(out), name, save_media=True)


def write_ultralytics(source: Path, pictures: Path, out: Path) -> None:
    """Its converter of COCO writes labels alone: pictures and names are laid beside as it tells people to."""
    import shutil

    _tell_torchvision()
    from ultralytics.data.converter import convert_coco

    folder = out.parent / f"{out.name}-json"
    folder.mkdir()
    shutil.copy(source, folder / "instances_train.json")
    shutil.rmtree(out)
    convert_coco(str(folder), str(out), use_segments=True, cls91to80=False)
    shutil.copytree(pictures, out / "images" / "train", dirs_exist_ok=True)
    names = [category["name"] for category in json.loads(source.read_text("utf-8"))["categories"]]
    (out / "data.yaml").write_text(f"train: images/train\nnames: {json.dumps(names)}\n", "utf-8")


def write_labelme2yolo(source: Path, _: Path, out: Path) -> None:
    """``source`` is a folder of labelme."""
    import shutil

    made = _labelme2yolo(source)
    shutil.rmtree(out)
    shutil.move(made, out)


def _coco_masks(source: Path) -> Iterator[tuple[dict[str, Any], list[tuple[str, Any]]]]:
    """Each picture with the names and masks of its objects."""
    from pycocotools.coco import COCO

    api = COCO(str(source))
    names = {c["id"]: c["name"] for c in api.dataset["categories"]}
    for image in api.dataset["images"]:
        own = api.loadAnns(api.getAnnIds(imgIds=[image["id"]]))
        yield image, [(names[a["category_id"]], api.annToMask(a)) for a in own]


def write_label_studio_sdk(source: Path, pictures: Path, out: Path) -> None:
    """Brushes by its own code, in the tasks that its server exports."""
    import shutil

    from label_studio_sdk.converter.brush import mask2rle

    tasks = []
    for image, masks in _coco_masks(source):
        size = {"original_width": image["width"], "original_height": image["height"], "image_rotation": 0}
        tie = {"type": "brushlabels", "from_name": "tag", "to_name": "image"}
        results = [
            {"id": f"r{n}", **tie, **size, "value": {
                "format": "rle", "rle": mask2rle(mask * 255), "brushlabels": [label]}}
            for n, (label, mask) in enumerate(masks)
        ]  # fmt: skip
        data = {"image": f"/data/upload/1/0a1b2c3d-{image['file_name']}"}
        tasks.append({"id": image["id"], "data": data, "annotations": [{"id": 1, "result": results}]})
    (out / "project.json").write_text(json.dumps(tasks), "utf-8")
    shutil.copytree(pictures, out / "images")


def write_cvat_sdk(source: Path, pictures: Path, out: Path) -> None:
    """Masks by the code of CVAT's own client, in the XML that its server exports."""
    import shutil
    from xml.etree import ElementTree

    from cvat_sdk.masks import encode_mask

    root = ElementTree.Element("annotations")
    for image, masks in _coco_masks(source):
        size = {"width": str(image["width"]), "height": str(image["height"])}
        element = ElementTree.SubElement(root, "image", {"id": "0", "name": image["file_name"], **size})
        for label, mask in masks:
            *runs, left, top, right, bottom = map(int, encode_mask(mask.astype(bool)))
            box = {"left": left, "top": top, "width": right - left + 1, "height": bottom - top + 1}
            code = {"rle": ", ".join(map(str, runs)), **{key: str(value) for key, value in box.items()}}
            ElementTree.SubElement(element, "mask", {"label": label, "z_order": "0", **code})
    ElementTree.ElementTree(root).write(out / "annotations.xml")
    shutil.copytree(pictures, out / "images")


WRITERS: dict[str, Callable[[Path, Path, Path], None]] = {
    "supervision, COCO": write_supervision_coco,
    "supervision, YOLO": write_supervision_yolo,
    "supervision, VOC": write_supervision_voc,
    "ultralytics": write_ultralytics,
    "labelme2yolo": write_labelme2yolo,
    "label-studio-sdk": write_label_studio_sdk,
    "cvat-sdk": write_cvat_sdk,
    **{
        f"datumaro, {name}": (lambda s, p, o, name=name: _write_datumaro(s, p, o, name))
        for name in (
            "coco_instances",
            "coco_panoptic",
            "voc_segmentation",
            "voc_detection",
            "yolo",
            "cvat",
            "datumaro",
        )
    },
}


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "versions":
        print(json.dumps(sorted(f"{d.name} {d.version}" for d in importlib.metadata.distributions())))
        return
    with contextlib.redirect_stdout(io.StringIO()):
        if what == "read":
            names, objects = READERS[rest[0]](Path(rest[1]))
            answer = {"classes": names, "objects": objects}
        else:
            WRITERS[rest[0]](*map(Path, rest[1:]))
            answer = {}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
