"""Names of pictures that no file can have: formats of one file hold them, others say which is too long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.errors import OutputError
from slimsam_core.formats.registry import formats, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.project import Project


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
