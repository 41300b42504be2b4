"""Lists of classes: every kind of file that has one, and what is no list, refused in words."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.annotation import Category
from slimsam_core.errors import FormatError, SlimSamError
from slimsam_core.formats.class_lists import read_class_list, write_class_list
from slimsam_core.formats.registry import formats
from slimsam_core.formats.suffixes import CLASS_LIST_SUFFIXES, LABEL_SUFFIXES
from slimsam_core.project import Edit, Project, class_keys, take_classes

CLASSES = (
    Category(
        id=3,
        name="traffic light",
        color="#102030",
        supercategory="street",
        hotkey="7",
        attributes={"state": ["red", "green"], "lamps": "number", "old": "bool", "text": "text"},
    ),
    Category(id=1, name="Hündin"),
)


def names(path: Path) -> list[str]:
    return [category.name for category in read_class_list(path)]


def test_a_written_list_comes_back_whole_and_other_programs_see_categories(tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    write_class_list(path, CLASSES)
    found = read_class_list(path)
    assert [c.id for c in found] == [1, 2]
    for before, after in zip(CLASSES, found, strict=True):
        assert (after.name, after.color, after.hotkey) == (before.name, before.display_color, before.hotkey)
        assert (after.supercategory, dict(after.attributes)) == (
            before.supercategory,
            dict(before.attributes),
        )
    rows = json.loads(path.read_text())["categories"]
    assert [(row["id"], row["name"]) for row in rows] == [(1, "traffic light"), (2, "Hündin")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "\ufeffcat\r\n big  dog \nzebra\n\n"),
        ("obj.names", "cat\nbig dog\nzebra"),
        ("data.yaml", "train: images\nnames: [cat, big dog, zebra]"),
        ("data.yml", "names:\n  2: zebra\n  0: cat\n  1: big dog"),
        ("coco.json", '{"images": [{"id": 1}], "annotations": [{"segmentation": [[1, 2, 3]]}],'
         ' "categories": [{"id":9,"name": "cat"}, {"id": 7, "name": "big dog"}, {"id": 8,"name":"zebra"}]}'),
    ],
)  # fmt: skip
def test_the_lists_of_other_programs_keep_their_order(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert names(path) == ["cat", "big dog", "zebra"]


def test_the_colours_of_a_panoptic_file_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(
        '{"categories": [{"id": 1, "name": "sky", "supercategory": "all", "color": [70, 130, 180]}]}'
    )
    (sky,) = read_class_list(path)
    assert (sky.color, sky.supercategory) == ("#4682b4", "all")


def test_the_classes_of_another_project_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    with Project.create(path) as project:
        project.apply("Add", [Edit(None, category) for category in CLASSES])
    assert names(path) == ["Hündin", "traffic light"]


ALIASES = "\n".join(
    ["l0: &l0 [x]", *(f"l{n}: &l{n} [{', '.join(9 * [f'*l{n - 1}'])}]" for n in range(1, 9)), "names: [cat]"]
)
"""Nine times nine times nine ... values, when they are written out."""
BAD = {
    "photo.jpg": (b"\xff\xd8\xff", "is no list of classes"),
    "empty.txt": (b"\n \n", "lists no classes"),
    "gap.txt": (b"cat\n\ndog", "class 2: has no name"),
    "twice.txt": (b"cat\ndog\n cat ", "class 3: has the name of class 1"),
    "labels.txt": (b"0 0.5 0.5 0.25 0.25\n1 0.1 0.1 0.2 0.2\n", "rows of numbers"),
    "long.txt": (b"x" * 300, "300 characters"),
    "many.txt": (b"\n".join(b"%d" % n for n in range(10_001)), "more than 10,000 classes"),
    "latin.txt": ("H\xfcndin".encode("latin-1"), "not UTF-8"),
    "none.yaml": (b"train: images", "no list of class names"),
    "gap.yaml": (b"names: {0: cat, 2: dog}", "no class with the number 1"),
    "object.yaml": (b"names: !!python/object:os.system [cat]", "YAML"),
    "aliases.yaml": (ALIASES.encode(), "aliases"),
    "list.json": (b"[1, 2]", "lists no classes"),
    "labelme.json": (b'{"shapes": []}', "lists no classes"),
    "none.json": (b'{"categories": []}', "lists no classes"),
    "rows.json": (b'{"categories": [7]}', "class 1: has no name"),
    "name.json": (b'{"categories": [{"name": 7}]}', "class 1: has no name"),
    "half.json": (b'{"categories": [{"name": "cat"', "not valid JSON"),
    "deep.json": (b'{"categories": ' + b"[" * 100_000, "nested too deeply"),
    "colour.json": (b'{"categories": [{"name": "a", "slimsam": {"color": "red;"}}]}', "colour 'red;'"),
    "key.json": (b'{"categories": [{"name": "a", "slimsam": {"hotkey": "12"}}]}', "no digit"),
    "extra.json": (b'{"categories": [{"name": "a", "slimsam": [1]}]}', "class 1"),
    "schema.json": (b'{"categories": [{"name": "a", "slimsam": {"attributes": {"x": {}}}}]}', "attribute"),
    "values.json": (b'{"categories": [{"name": "a", "slimsam": {"attributes": {"x": [1]}}}]}', "attribute"),
    "project.slimsam": (b"SQLite format 3\0" + bytes(100), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, name: str) -> None:
    content, words = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SlimSamError) as caught:
        read_class_list(path)
    assert words in caught.value.message


@pytest.mark.parametrize("suffix", [".txt", ".yaml", ".json"])
def test_pipes_and_missing_files_are_refused_at_once(tmp_path: Path, suffix: str) -> None:
    pipe = tmp_path / f"pipe{suffix}"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path / f"missing{suffix}", tmp_path):
        with pytest.raises(FormatError):
            read_class_list(path)


@given(st.text(max_size=40))
def test_any_text_is_a_list_of_usable_names_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("lists") / "classes.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = read_class_list(path)
    except FormatError:
        return
    assert all(c.name and c.name == " ".join(c.name.split()) for c in found)
    assert len({c.name for c in found}) == len(found) > 0


def test_a_list_comes_into_a_project_by_name_in_its_order_as_one_command(tmp_path: Path) -> None:
    own = [
        Category(id=1, name="dog", color="#ffffff", attributes={"fur": ["long"]}),
        Category(id=2, name="traffic light", color="#000000"),
        Category(id=3, name="bird"),
    ]
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add", [Edit(None, category) for category in own])
        listed = (*CLASSES, Category(id=9, name="dog", attributes={"age": "number"}))
        edits = take_classes(project.categories(), listed, lambda: project.next_id(Category))
        project.apply("Load", edits)
        found = project.categories()
        assert [c.name for c in found] == ["traffic light", "Hündin", "dog", "bird"]
        light, _, dog, _ = found
        assert (light.id, light.color, light.hotkey, light.supercategory) == (2, "#102030", "7", "street")
        assert (dog.id, dog.color, dict(dog.attributes)) == (1, "#ffffff", {"fur": ["long"], "age": "number"})
        keys = {number: digit for digit, number in class_keys(found).items()}
        assert (keys[1], keys[3]) == ("1", "3"), "what the list says nothing of keeps its key"
        assert not take_classes(project.categories(), listed, lambda: project.next_id(Category))
        project.undo()
        assert project.categories() == own


@pytest.mark.parametrize("suffix", CLASS_LIST_SUFFIXES)
def test_every_ending_that_a_dialog_offers_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"nothing{suffix}"
    path.write_bytes(b"")
    with pytest.raises(SlimSamError) as refused:
        read_class_list(path)
    assert "is no list of classes" not in refused.value.message


def test_the_endings_of_labels_are_those_that_formats_read() -> None:
    known = {one.suffix for one in formats() if one.read and one.suffix != ".png"}  # pictures are opened
    assert known <= LABEL_SUFFIXES
