"""Charts: every line is drawn and named."""

from __future__ import annotations

import re

from slimsam_core.files.charts import curve


def test_no_line_is_left_out_however_many_there_are() -> None:
    lines = [(f"line {i}", [(0.0, 1.0 + i), (1.0, 2.0 + i)]) for i in range(13)]
    svg = curve("Many", lines, logarithmic=False)
    assert svg.count("<polyline") == 13
    assert [svg.count(f">line {i}</text>") for i in range(13)] == [1] * 13
    places = re.findall(r'<text x="(\d+)" y="(\d+)" style', svg)
    assert len(set(places)) == 13
    assert all(int(x) < 640 - 46 for x, _ in places)


def test_a_chart_without_a_point_is_empty() -> None:
    assert curve("None", [("a", [])], logarithmic=True) == ""
