"""Rows of YOLO and XML of VOC that are not quite what the formats say, and mean one thing all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.registry import get_format, recognise
from tests.formats.foreign_files import codes, picture, read, voc


def rows(folder: Path, text: str, names: str = "") -> Path:
    """A data set of one picture of 60 x 40."""
    picture(folder / "in/images/a.jpg")
    (folder / "in/labels").mkdir()
    (folder / "in/labels/a.txt").write_text(text)
    if names:
        (folder / "in/classes.txt").write_text(names)
    return folder / "in"


BOX = (15, 10, 30, 20)


@pytest.mark.parametrize(
    "row",
    [
        "0,0.5,0.5,0.5,0.5",
        "0, 0.5, 0.5, 0.5, 0.5",
        "0;0.5;0.5;0.5;0.5",
        "0 0,5 0,5 0,5 0,5",
        "0;0,5;0,5;0,5;0,5",
    ],
)
def test_commas_and_semicolons_part_numbers_or_are_their_points(tmp_path: Path, row: str) -> None:
    source = rows(tmp_path, row + "\n", "cat\n")
    assert recognise(source).name == "yolo-detect"
    found, issues = read(source, name="yolo-detect")
    assert [o.mask.bbox_xywh for o in found.objects] == [BOX]
    assert codes(issues) == ["commas"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("cat 0.5 0.5 0.5 0.5", "cat"),
        ("traffic light 0.5 0.5 0.5 0.5", "traffic light"),
        ("'cat' 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75", "cat"),
        ("cat,0.5,0.5,0.5,0.5", "cat"),
    ],
)
@pytest.mark.parametrize("names", ["", "cat\ntraffic light\n"])
def test_a_class_can_be_called_by_its_name(tmp_path: Path, row: str, name: str, names: str) -> None:
    source = rows(tmp_path, row + "\n", names)
    assert recognise(source).name in ("yolo", "yolo-detect")
    found, issues = read(source, name="yolo")
    classes = {category.id: category.name for category in found.meta.categories}
    assert [(classes[o.category_id], o.mask.bbox_xywh) for o in found.objects] == [(name, BOX)]
    assert "class-name" in codes(issues)
    assert len(classes) == len(names.splitlines() or [name]), "a name that is listed is that class"


@pytest.mark.parametrize(
    "row",
    [
        "a photo of 2 cats",
        "cat",
        "0",
        "cat 120 30 220 90",
        "dog 0.5 0.5 0.5 0.5",
        "1.5 0.5 0.5 0.5 0.5",
        "0 0.5 x 0.5 0.5",
        ",,,",
    ],
)
def test_a_row_that_is_none_is_told(tmp_path: Path, row: str) -> None:
    found, issues = read(rows(tmp_path, f"0 0.5 0.5 0.5 0.5\n{row}\n", "cat\n"), name="yolo-detect")
    assert len(found.objects) == 1
    (told,) = [issue for issue in issues if issue.lost_objects]
    assert told.where == "labels/a.txt:2"


@pytest.mark.parametrize("stem", ["train", "val", "test1", "notes", "default", "readme", "classes"])
def test_a_picture_may_be_called_as_lists_are(tmp_path: Path, stem: str) -> None:
    """Its labels are told by what is in the file."""
    source = rows(tmp_path, "0 0.5 0.5 0.5 0.5\n", "cat\n")
    picture(source / f"images/{stem}.jpg")
    (source / f"labels/{stem}.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (source / "train.txt").write_text("./images/a.jpg\n")
    found, issues = read(source, name="yolo-detect")
    assert [o.mask.bbox_xywh for o in found.objects] == [BOX, BOX]
    assert issues == []


def test_a_caption_beside_a_picture_is_no_label(tmp_path: Path) -> None:
    picture(tmp_path / "in/a.jpg")
    (tmp_path / "in/a.txt").write_text("a photo of 2 cats on 1 sofa\n")
    with pytest.raises(FormatError, match="not known"):
        recognise(tmp_path / "in")


def corners(x0: object, y0: object, x1: object, y1: object) -> str:
    box = f"<xmin>{x0}</xmin><ymin>{y0}</ymin><xmax>{x1}</xmax><ymax>{y1}</ymax>"
    return f"<object><name>cat</name><bndbox>{box}</bndbox></object>"


@pytest.mark.parametrize("box", [(30, 5, 11, 24), (11, 24, 30, 5), (30, 24, 11, 5)])
def test_swapped_corners_are_put_right(tmp_path: Path, box: tuple[int, ...]) -> None:
    found, issues = read(voc(tmp_path / "a.xml", corners(*box)))
    assert [o.mask.bbox_xywh for o in found.objects] == [(10, 4, 20, 20)]
    assert codes(issues) == ["swapped-corners", "box-only"]


def test_a_turned_box_is_its_corners(tmp_path: Path) -> None:
    """As roLabelImg writes them: an angle in radians, clockwise on the screen."""
    body = (
        "<object><type>robndbox</type><name>ship</name><robndbox><cx>30</cx><cy>20</cy><w>20</w><h>10</h>"
        "<angle>{}</angle></robndbox></object>"
    )
    found, issues = read(voc(tmp_path / "a.xml", body.format(np.pi / 2)))
    assert [o.mask.bbox_xywh for o in found.objects] == [(25, 10, 10, 20)]
    assert found.objects[0].drawn is not None
    assert found.objects[0].drawn.kind is ShapeKind.POLYGON
    assert issues == []
    found, _ = read(voc(tmp_path / "a.xml", body.format(np.pi / 6)))
    right = max(found.objects[0].drawn.rings[0]) if found.objects[0].drawn else (0, 0)
    assert right[0] == pytest.approx(30 + 10 * np.cos(np.pi / 6) + 5 * np.sin(np.pi / 6) - 10 * 0.5, abs=5)
    assert right[1] > 20, "the right end is turned downwards"
    found, _ = read(voc(tmp_path / "a.xml", body.format(0)))
    assert [o.mask.bbox_xywh for o in found.objects] == [(20, 15, 20, 10)]


@pytest.mark.parametrize("bad", ["<w>-3</w>", "<w>nan</w>", "", "<w>1e300</w>"])
def test_a_turned_box_that_is_none_is_told(tmp_path: Path, bad: str) -> None:
    turned = f"<robndbox><cx>30</cx><cy>20</cy>{bad}<h>9</h><angle>0</angle></robndbox>"
    body = f"<object><name>a</name>{turned}</object>"
    found, issues = read(voc(tmp_path / "a.xml", body))
    assert found.objects == ()
    assert sum(issue.lost_objects for issue in issues) == 1


@pytest.mark.parametrize(
    ("declared", "codec", "name"),
    [
        ("GBK", "gbk", "猫"),
        ("gb2312", "gbk", "镕"),  # of GBK alone, which many programs call GB2312
        ("GB18030", "gb18030", "㐀"),
        ("Big5", "big5", "貓"),
        ("Shift_JIS", "shift_jis", "猫"),
        ("EUC-KR", "euc_kr", "고양이"),
        ("ISO-8859-1", "latin-1", "Kätzchen"),
        ("windows-1251", "cp1251", "кот"),
        ("UTF-16", "utf-16", "猫"),
    ],
)
def test_xml_in_the_encoding_that_it_declares(tmp_path: Path, declared: str, codec: str, name: str) -> None:
    path = voc(tmp_path / "a.xml", corners(3, 3, 9, 9).replace("cat", name))
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{path.read_text()}'
    path.write_bytes(text.encode(codec))
    found, _ = read(path)
    assert [category.name for category in found.meta.categories] == [name]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("", "does not say its encoding"),
        ('<?xml version="1.0" encoding="zlib"?>', "not valid XML"),
        ('<?xml version="1.0" encoding="utf-8"?>', "not valid XML"),
        ('<?xml version="1.0" encoding="rot13"?>', "not valid XML"),
    ],
)
def test_xml_in_another_encoding_than_it_says_is_told(tmp_path: Path, head: str, words: str) -> None:
    path = voc(tmp_path / "a.xml", corners(3, 3, 9, 9).replace("cat", "瑞镕"))  # no UTF-8 by chance
    path.write_bytes((head + path.read_text()).encode("gbk"))
    found, issues = read(path, name="voc")
    assert found.objects == ()
    assert [words in issue.message for issue in issues] == [True]


def test_entities_are_refused_in_every_encoding(tmp_path: Path) -> None:
    path = voc(tmp_path / "a.xml", corners(3, 3, 9, 9))
    text = '<?xml version="1.0" encoding="GBK"?><!DOCTYPE a [<!ENTITY b "猫">]>' + path.read_text()
    path.write_bytes(text.encode("gbk"))
    _, issues = read(path, name="voc")
    assert ["attack" in issue.message for issue in issues] == [True]
    assert get_format("voc").recognises(path)
