"""Names of pictures that no file can have: formats of one file hold them, others say which is too long."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import OutputError
from slimsam_core.formats.registry import formats, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.folder_search import LeftOutReason, trouble_with_name
from slimsam_core.project import Edit, Project


@pytest.mark.parametrize("letters", [300, 5_000])
def test_a_name_longer_than_any_file_has(tmp_path: Path, letters: int) -> None:
    name = "long" + "x" * letters
    corners = [1, 1, 11, 1, 11, 11, 1, 11]
    data = {
        "images": [{"id": 1, "file_name": f"{name}.png", "width": 40, "height": 30}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": [corners]}],
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    with Project.create(tmp_path / "p.slimsam", [tmp_path]) as project:
        import_into(project, get_format("coco"), tmp_path / "a.json")
        refused: dict[str, OutputError] = {}
        for format_ in (one for one in formats() if one.write is not None):
            target = tmp_path / format_.name
            try:
                export_project(project, format_, target)
            except OutputError as refusal:
                refused[format_.name] = refusal
                continue
            files = [path for path in [target, *target.rglob("*")] if path.is_file()]
            assert name in "".join(path.read_text("utf-8") for path in files), format_.name
    assert len(refused) > 10
    for format_name, error in refused.items():
        assert "the name longxx" in error.message, format_name
        assert "Rename the picture" in error.hint
        assert len(str(error)) < 400
        assert not (tmp_path / format_name).exists(), "a half export"


@pytest.mark.parametrize("name", ["..png", "a/...png"])
def test_a_name_of_dots_is_left_out_by_name_and_the_others_go_out(tmp_path: Path, name: str) -> None:
    corners = [1, 1, 11, 1, 11, 11, 1, 11]
    names = [name, "good.png"]
    images = [{"id": n, "file_name": own, "width": 40, "height": 30} for n, own in enumerate(names, 1)]
    objects = [
        {"id": n, "image_id": n, "category_id": 1, "iscrowd": 0, "segmentation": [corners]} for n in (1, 2)
    ]
    data = {"images": images, "categories": [{"id": 1, "name": "cat"}], "annotations": objects}
    (tmp_path / "a.json").write_text(json.dumps(data))
    assert trouble_with_name(name) is LeftOutReason.DOTS
    with Project.create(tmp_path / "p.slimsam", [tmp_path]) as project:
        told = import_into(project, get_format("coco"), tmp_path / "a.json")
        assert any(name.rpartition("/")[2] in str(issue) for issue in told.issues.examples), (
            told.issues.examples
        )
        (good,) = project.images()
        assert good.path == "good.png"
        older = replace(good, id=project.next_id(ImageEntry), path=name)  # as an older version took it
        (own,) = project.annotations(good.id)
        project.apply("Add", [Edit(None, older), Edit(None, replace(own, id=99, image_id=older.id))])
        for format_ in (one for one in formats() if one.write is not None):
            (report,) = export_project(project, format_, tmp_path / format_.name)
            assert any(name in str(issue) for issue in report.warnings), format_.name


@pytest.mark.parametrize("name", ["c\u2028at", "c\x85at", "c\x1cat", "c\nat"])
def test_a_class_of_two_lines_is_refused_where_each_has_one(tmp_path: Path, name: str) -> None:
    data = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": [[1, 1, 9, 1, 9, 9]]}
        ],
    }
    (tmp_path / "a.json").write_text(json.dumps(data))
    with Project.create(tmp_path / "p.slimsam", [tmp_path]) as project:
        import_into(project, get_format("coco"), tmp_path / "a.json")
        (cat,) = project.categories()
        project.apply("Rename", [Edit(cat, replace(cat, name=name))])
        refused: list[str] = []
        for format_ in (one for one in formats() if one.write is not None):
            try:
                export_project(project, format_, tmp_path / format_.name)
            except OutputError as refusal:
                refused.append(refusal.message)
    assert len(refused) > 2
    assert all("class name" in words or "XML" in words for words in refused), refused
