"""A file that is cut off, broken or empty is told as that with the place; nobody asks for its format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.errors import FormatError
from slimsam_core.formats.json_stream import CHUNK_BYTES, load_json
from slimsam_core.formats.registry import SeveralFormats, UnknownFormat, recognise

LABELS = {
    "images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 4}],
    "annotations": [],
    "categories": [{"id": 1, "name": "cat"}],
}


@pytest.mark.parametrize("name", ["a.json", "a.geojson"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("\ufeff \n\n", "is empty", id="blank"),
        pytest.param("{", "it ends too early (line 1, column 2)", id="a brace"),
        pytest.param('{"pictures": [\n  {"na', "it ends too early (line 2, column 4)", id="cut in a key"),
        pytest.param('{"pictures": [\n  {}', "it ends too early (line 2, column 5)", id="cut in a list"),
        pytest.param('{\n"a": 1,\n"b" 2}', "a “:” is missing (line 3, column 5)", id="no colon"),
        pytest.param('{\n"a": [1 2]}', "a “,” is missing (line 2, column 9)", id="no comma"),
        pytest.param('{\n\n"a": {"b": ]}}', "a value is missing (line 3, column 12)", id="no value"),
        pytest.param('{\n"a": {b: 1}}', "a name in double quotes is missing (line 2, column 7)", id="bare"),
        pytest.param("{'a': 1}", "a name in double quotes is missing (line 1, column 2)", id="of Python"),
        pytest.param('{"a": 1}\n}', "more text after the end (line 2, column 1)", id="two ends"),
        pytest.param("hello", "a value is missing (line 1, column 1)", id="no JSON"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError) as refused:
        recognise(path)
    assert words in refused.value.message
    assert "opy it again" in refused.value.hint
    assert not isinstance(refused.value, UnknownFormat | SeveralFormats)


def test_wherever_a_file_is_cut_off_no_format_is_asked_for(tmp_path: Path) -> None:
    path, whole = tmp_path / "a.json", json.dumps(LABELS, indent=1)
    for length in range(len(whole)):
        path.write_text(whole[:length], "utf-8")
        told = ""
        try:
            recognise(path)
        except FormatError as refused:
            told = refused.message
        # one that begins as COCO does is read, and told by its reader
        assert not told or "is empty" in told or "it ends too early" in told, whole[:length]
    path.write_text('{"pictures": []}', "utf-8")
    with pytest.raises(UnknownFormat):
        recognise(path)


def test_lines_are_counted_across_what_was_read_before(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    line = '{"a": "' + "x" * 90 + '"},\n'
    count = 3 * CHUNK_BYTES // len(line)
    path.write_text("[" + line * count + '  {"a" 1}]', "utf-8")
    with pytest.raises(FormatError) as refused:
        recognise(path)
    assert f"(line {count + 1:,}, column 8)" in refused.value.message
    with pytest.raises(FormatError) as again:
        load_json(path)
    assert "is missing (line" in again.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("<notes>\n <one>", "is not valid XML (line 2, column 7)"),
        ("<notes>\n<one></notes>", "is not valid XML (line 2, column 8)"),
    ],
)
def test_a_broken_xml_file_too(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError) as refused:
        recognise(path)
    assert words in refused.value.message
