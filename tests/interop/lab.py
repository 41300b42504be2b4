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


def ultralytics(folder: Path) -> Found:
    """``check_det_dataset`` and the dataset class, from another working folder, as training uses them."""
    _tell_torchvision()
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(folder / "data.yaml"), autodownload=False)
    dataset = YOLODataset(img_path=data["train"], data=data, task="segment", augment=False, cache=False)
    import cv2

    objects = []
    for label in dataset.get_labels():
        height, width = label["shape"]
        for number, segment in zip(label["cls"].ravel().astype(int), label["segments"], strict=True):
            pixels = np.zeros((height, width), np.uint8)
            cv2.fillPoly(pixels, [(segment * (width, height)).astype(np.int32)], 1)
            objects.append(found(label["im_file"], data["names"][number], pixels))
    return [data["names"][number] for number in sorted(data["names"])], objects


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
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
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
                    points = list(shape.as_polygon() if hasattr(shape, "as_polygon") else shape.points)
                    code = coco_mask.merge(coco_mask.frPyObjects([points], *size))
                    pixels |= coco_mask.decode(code).astype(bool)
            objects.append(found(item.id, names[shapes[0].label], pixels))
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


def isat(folder: Path) -> Found:
    """Its own loader of files; parts of one group are drawn over each other in the order of their layers."""
    from ISAT.annotation import Annotation
    from PIL import Image, ImageDraw

    names = [str(p) for p in sorted(folder.glob("*.json"))]
    objects = []
    for name in names:
        annotation = Annotation(id=str(Path(name).with_suffix(".jpg")), image_id=name)
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
    **{
        f"datumaro, {name}": (lambda folder, name=name: _datumaro(folder, name))
        for name in (
            "coco_instances",
            "coco_panoptic",
            "voc_segmentation",
            "cvat",
            "datumaro",
            "yolo",
            "dota",
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
    dataset.export(str(out), name, save_media=True)


WRITERS: dict[str, Callable[[Path, Path, Path], None]] = {
    "supervision, COCO": write_supervision_coco,
    "supervision, YOLO": write_supervision_yolo,
    "supervision, VOC": write_supervision_voc,
    **{
        f"datumaro, {name}": (lambda s, p, o, name=name: _write_datumaro(s, p, o, name))
        for name in ("coco_instances", "coco_panoptic", "voc_segmentation", "cvat", "datumaro")
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
