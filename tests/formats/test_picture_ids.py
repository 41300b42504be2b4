"""A project gives the ids of pictures back as a file had them, also where it had the pictures before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import convert, export_project, import_into
from slimsam_core.project import Project, add_root, scan_root
from tests.formats.foreign_files import FLAT, picture


def coco(path: Path, ids: dict[str, int]) -> Path:
    """A COCO file with an object in each picture."""
    content = {
        "images": [{"id": n, "file_name": name, "width": 60, "height": 40} for name, n in ids.items()],
        "categories": [{"id": 3, "name": "cat"}],
        "annotations": [
            {"id": 100 + n, "image_id": n, "category_id": 3, "iscrowd": 0, "area": 64, "bbox": [2, 2, 8, 8],
             "segmentation": FLAT}
            for n in ids.values()
        ],
    }  # fmt: skip
    path.write_text(json.dumps(content))
    return path


def exported(project: Project, target: Path, selection: Selection | None = None) -> dict[str, int]:
    """Name -> id of the pictures of an export, whose objects belong to the pictures of their ids."""
    export_project(project, get_format("coco"), target, selection, WriteOptions(overwrite=True))
    data = json.loads(target.read_text())
    ids = {image["file_name"]: image["id"] for image in data["images"]}
    assert len(set(ids.values())) == len(ids)
    assert {annotation["image_id"] for annotation in data["annotations"]} <= set(ids.values())
    return ids


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    for name in "abc":
        picture(tmp_path / "img" / f"{name}.jpg")
    with Project.create(tmp_path / "p.slimsam", []) as made:
        scan_root(made, add_root(made, tmp_path / "img").id)
        yield made


def test_ids_of_a_file_are_given_back_when_the_pictures_were_there_before(
    project: Project, tmp_path: Path
) -> None:
    import_into(project, get_format("coco"), coco(tmp_path / "in.json", {"a.jpg": 139, "c.jpg": 2}))
    ids = exported(project, tmp_path / "out.json", Selection(unlabelled=True))
    assert (ids["a.jpg"], ids["c.jpg"]) == (139, 2)
    assert ids["b.jpg"] not in (139, 2), "b.jpg had the id 2 in the project and gives way"
    again = exported(project, tmp_path / "part.json", Selection(image_ids=frozenset({1}), unlabelled=True))
    assert again == {"a.jpg": 139}, "a part has the ids of the whole"


def test_of_two_files_with_the_same_ids_the_first_keeps_them(project: Project, tmp_path: Path) -> None:
    import_into(project, get_format("coco"), coco(tmp_path / "1.json", {"a.jpg": 139}))
    import_into(project, get_format("coco"), coco(tmp_path / "2.json", {"b.jpg": 139}))
    ids = exported(project, tmp_path / "out.json")
    assert ids["a.jpg"] == 139
    assert ids["b.jpg"] != 139


def test_a_panoptic_file_gives_and_gets_its_ids_back(project: Project, tmp_path: Path) -> None:
    """Of pictures and classes, whether the project had the pictures before or not."""
    source = tmp_path / "in.json"
    data = json.loads(coco(source, {"a.jpg": 139, "c.jpg": 2}).read_text())
    data["categories"].append({"id": 90, "name": "dog"})
    source.write_text(json.dumps(data))
    panoptic = get_format("coco-panoptic")
    convert(source, get_format("coco"), tmp_path / "set", panoptic)
    import_into(project, panoptic, tmp_path / "set")
    export_project(project, panoptic, tmp_path / "again")
    with Project.create(tmp_path / "fresh.slimsam", []) as fresh:
        import_into(fresh, panoptic, tmp_path / "set", images_root=tmp_path / "img")
        export_project(fresh, panoptic, tmp_path / "third")
    for place in ("set", "again", "third"):
        found = json.loads((tmp_path / place / "annotations/panoptic_default.json").read_text())
        assert {image["file_name"]: image["id"] for image in found["images"]} == {"a.jpg": 139, "c.jpg": 2}
        assert {category["name"]: category["id"] for category in found["categories"]} == {"cat": 3, "dog": 90}
        assert sorted(annotation["image_id"] for annotation in found["annotations"]) == [2, 139]


def test_pictures_of_an_export_lie_where_they_lay(project: Project, tmp_path: Path) -> None:
    import_into(project, get_format("coco"), coco(tmp_path / "in.json", {"a.jpg": 2, "b.jpg": 1}))
    (tmp_path / "img" / "a.jpg").write_bytes((tmp_path / "img" / "a.jpg").read_bytes() + b"a")
    export_project(project, get_format("yolo"), tmp_path / "out")
    assert (tmp_path / "out" / "images" / "a.jpg").read_bytes().endswith(b"a")
    assert not (tmp_path / "out" / "images" / "b.jpg").read_bytes().endswith(b"a")


def test_ids_are_no_key_of_an_exported_picture(project: Project, tmp_path: Path) -> None:
    import_into(project, get_format("coco"), coco(tmp_path / "in.json", {"a.jpg": 139}))
    exported(project, tmp_path / "out.json")
    (image,) = json.loads((tmp_path / "out.json").read_text())["images"]
    assert image == {"id": 139, "file_name": "a.jpg", "width": 60, "height": 40}
