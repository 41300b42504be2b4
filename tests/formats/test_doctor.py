"""The import doctor finds what is wrong, shows what a repair changes, and never touches its source."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slimsam_core.cli import main
from slimsam_core.errors import FormatError, OutputError
from slimsam_core.formats.doctor import apply_repair, check, plan_repair
from tests.formats.test_coco_read import FINDINGS, base

LASTING = frozenset(("colliding-name",))
"""Findings that only a person can mend."""


def save(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data), "utf-8")
    return path


def test_healthy_file_has_no_findings_and_nothing_to_change(tmp_path: Path) -> None:
    source = save(tmp_path / "in.json", base())
    checked = check(source)
    assert checked.healthy
    assert checked.format_.name == "coco"
    plan = plan_repair(source)
    assert (plan.changes, plan.change_count, plan.diff()) == ((), 0, "")


@pytest.mark.parametrize("mutate", [f[1] for f in FINDINGS], ids=[f[0] for f in FINDINGS])
def test_repaired_file_is_healthy(tmp_path: Path, mutate: Callable[[Any], object]) -> None:
    data = base()
    mutate(data)
    source = save(tmp_path / "in.json", data)
    before = source.read_bytes()
    checked = check(source)
    plan = plan_repair(source)
    assert source.read_bytes() == before
    assert (plan.change_count > 0) or {i.code for i in checked.report.issues.examples} <= LASTING
    report = apply_repair(plan, tmp_path / "out.json")
    assert source.read_bytes() == before
    assert report.objects == checked.report.objects_imported
    again = check(tmp_path / "out.json")
    assert {issue.code for issue in again.report.issues.examples} <= LASTING
    assert plan_repair(tmp_path / "out.json").change_count == 0


def test_diff_names_each_field(tmp_path: Path) -> None:
    data = base()
    data["annotations"].append(copy.deepcopy(data["annotations"][0]))
    data["annotations"][1] |= {"area": 400, "iscrowd": False}
    data["annotations"].append({**data["annotations"][0], "id": 7, "image_id": 99})
    plan = plan_repair(save(tmp_path / "in.json", data))
    assert plan.diff().splitlines() == [
        "annotations[1].id: 1 -> 8",
        "annotations[1].iscrowd: False -> 0",
        "annotations[1].area: 400 -> 19",
        "annotations[2]: '99' leads to no usable picture -> removed",
    ]


def test_polygons_stay_polygons_and_other_spellings_are_no_change(tmp_path: Path) -> None:
    data = base()
    data["annotations"][0]["segmentation"]["counts"] = [7, 4, 2, 4, 2, 1, 2, 1, 2, 4, 2, 4, 7, 1, 5]
    polygon = {"segmentation": [[1, 1, 5.25, 1.5, 6, 4.75]], "area": 9, "bbox": [2, 1, 4, 4]}
    data["annotations"].append({**data["annotations"][0], **polygon, "id": 2})
    source = save(tmp_path / "in.json", data)
    apply_repair(plan_repair(source), tmp_path / "out.json")
    after = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert after["annotations"][1]["segmentation"] == [[1, 1, 5.25, 1.5, 6, 4.75]]
    assert {c.where for c in plan_repair(source).changes} == {"annotations[1].area", "annotations[1].bbox"}


def test_repair_refuses_the_source_existing_files_and_a_changed_source(tmp_path: Path) -> None:
    source = save(tmp_path / "in.json", base())
    plan = plan_repair(source)
    with pytest.raises(OutputError, match="never replaces"):
        apply_repair(plan, source, overwrite=True)
    other = save(tmp_path / "other.json", {})
    with pytest.raises(OutputError, match="exists already"):
        apply_repair(plan, other)
    apply_repair(plan, other, overwrite=True)
    save(source, base() | {"info": {}})
    with pytest.raises(OutputError, match="changed since"):
        apply_repair(plan, tmp_path / "out.json")


def test_doctor_command_shows_findings_diff_and_repairs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = base()
    data["annotations"][0]["area"] = 400
    source, target = save(tmp_path / "in.json", data), tmp_path / "out.json"
    assert main(["doctor", str(source)]) == 1
    assert "annotations[0].area: is 400; the mask has 19 pixels" in capsys.readouterr().out
    assert main(["doctor", str(source), "--repair", str(target), "--dry-run"]) == 1
    assert "annotations[0].area: 400 -> 19" in capsys.readouterr().out
    assert not target.exists()
    assert main(["doctor", str(source), "--repair", str(target)]) == 0
    assert "1 object, 1 image, IoU 1.000, 0 warnings" in capsys.readouterr().out
    assert main(["doctor", str(target)]) == 0
    assert main(["doctor", str(tmp_path / "missing.json")]) == 1
    assert main(["doctor", str(save(tmp_path / "x.json", {"a": 1}))]) == 1


@pytest.mark.parametrize("name", ["labelme", "xanylabeling"])
def test_other_formats_are_written_anew_without_what_is_unusable(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = {"label": "a", "shape_type": "polygon", "points": [[1, 1], [9, 1], [9, 9]], "flags": {}}
    shapes = [shape, {**shape, "points": [[1, 1]]}, {**shape, "group_id": 1.5, "shape_type": "cuboid"}]
    data = {"shapes": shapes, "imagePath": "a.jpg", "imageHeight": 12, "imageWidth": 14, "checked": True}
    (tmp_path / "in").mkdir()
    source = save(tmp_path / "in" / "a.json", data)
    before = source.read_bytes()
    out = tmp_path / "out"
    arguments = ["doctor", str(tmp_path / "in"), "--format", name, "--repair", str(out)]
    assert main([*arguments, "--dry-run"]) == 1
    assert not out.exists()
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "shapes[1]" in said
    assert "shapes[2]: shape_type 'cuboid' has no area here" in said
    assert "1 object, 1 image, IoU 1.000" in said
    assert source.read_bytes() == before
    (kept,) = json.loads((out / "a.json").read_text("utf-8"))["shapes"]
    assert kept["points"] == shape["points"]
    assert check(out, "labelme").healthy
    assert main([*arguments[:-1], str(tmp_path / "in")]) == 1
    assert source.read_bytes() == before


def test_unknown_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="not known"):
        check(save(tmp_path / "x.json", {"a": 1}))
    with pytest.raises(FormatError, match="no format 'jpeg'"):
        check(tmp_path / "x.json", "jpeg")


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    2**53 + 1,
    2**70,
    0.5,
    float("nan"),
    float("inf"),
    1e308,
    "",
    "x",
    "\ud800",
]
ODD += ["../x", [], [[]], {}, [1, 2, 3], {"a": {}}, [float("nan")] * 4]


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value as (container, key)."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    found = [(value, key) for key in keys]
    return found + [place for key in keys for place in nodes(value[key])]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_objects_in_are_objects_imported_and_reported_whatever_is_wrong(
    tmp_path: Path, seed: int, changes: int
) -> None:
    rng = random.Random(seed)
    data = base()
    for number in range(2, 6):
        data["annotations"].append({**copy.deepcopy(data["annotations"][0]), "id": number})
    for _ in range(changes):
        container, key = rng.choice(nodes(data))
        container[key] = copy.deepcopy(rng.choice(ODD))
    source = save(tmp_path / "in.json", data)
    try:
        report = check(source, "coco").report
    except FormatError:
        return
    assert report.objects_in == len(data["annotations"])
    assert report.objects_in == report.objects_imported + report.objects_reported
    plan = plan_repair(source)
    (tmp_path / "out.json").unlink(missing_ok=True)
    apply_repair(plan, tmp_path / "out.json")
    assert {i.code for i in check(tmp_path / "out.json").report.issues.examples} <= LASTING
