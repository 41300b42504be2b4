"""Agreement in numbers: published examples, hand-made projects, and a page on which nothing acts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState
from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, Project, Stamps
from slimsam_core.teamwork import compare_annotators, compare_projects, keep_union, open_disagreements
from slimsam_core.teamwork.coefficients import alpha_of, cohens_kappa
from slimsam_core.teamwork.compare import NOTHING
from slimsam_core.teamwork.compare_report import TILE, tiles_of, write_page
from tests.teamwork.people import SIZE, copy_of, square, write_base


def test_kappa_of_a_table_by_hand() -> None:
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: 0.7 observed, 0.5 by chance."""
    table = Counter({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15})
    assert cohens_kappa(table) == pytest.approx(0.4)
    assert cohens_kappa({}) is None
    assert cohens_kappa({("a", "a"): 9}) is None


def test_alpha_of_krippendorffs_own_example() -> None:
    """Section C of his paper: four observers, twelve units, data missing: 0.743."""
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[str(value) for value in unit if value is not None] for unit in zip(*rows, strict=True)]
    assert alpha_of(units) == pytest.approx(0.743, abs=0.0005)
    assert alpha_of([["a", "a"]]) is None
    assert alpha_of([["a"], []]) is None


def draw(path: Path, name: str, image_id: int, masks: list[tuple[int, int]]) -> None:
    """Objects of a person: left edge and class."""
    with Project.open(path) as project:
        project.annotator = name
        made = [
            Annotation(
                id=project.next_id(Annotation) + n, image_id=image_id, category_id=c, mask=square(x, 3, 4)
            )
            for n, (x, c) in enumerate(masks)
        ]
        project.apply("Draw", [Edit(None, value) for value in made])


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base.slimsam")


def test_two_parts(base: Path) -> None:
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    draw(ana, "ana", 1, [(0, 1), (6, 1), (12, 2)])
    draw(ben, "ben", 1, [(1, 1), (6, 2)])
    draw(ana, "ana", 2, [(0, 1)])
    with Project.open(ana, read_only=True) as project:
        found = compare_projects(project, [ben])
    (pair,) = found.pairs
    assert (found.pictures, found.unchanged) == (3, 3)
    assert pair.pairs == {
        ("cat", "cat"): 1,
        ("cat", "dog"): 1,
        ("dog", NOTHING): 1,
        ("cat", NOTHING): 1,
    }
    assert (pair.matched, pair.missed, pair.extra, pair.agreed) == (2, 2, 0, 1)
    assert pair.iou == pytest.approx(12 / 20)
    assert pair.classes["cat"].agreement == pytest.approx(2 / (2 + 2))
    assert [one.gravity for one in found.worst] == pytest.approx([1, 1, 1, 0.4])


def test_a_picture_that_somebody_did_not_begin_is_not_missed(base: Path) -> None:
    with Project.open(base) as project:
        for annotation in [o for image in project.images() for o in project.annotations(image.id)]:
            project.apply("Empty", [Edit(annotation, None)])
    ana, ben = copy_of(base, "ana"), copy_of(base, "ben")
    draw(ana, "ana", 1, [(0, 1)])
    with Project.open(ana, read_only=True) as project:
        assert compare_projects(project, [ben]).pictures == 0
    with Project.open(ben) as project:
        image = project.image(1)
        project.apply("Empty", [Edit(image, replace(image, state=ImageState.EMPTY_CHECKED))])
    with Project.open(ana, read_only=True) as project:
        (pair,) = compare_projects(project, [ben]).pairs
        assert pair.pairs == {("cat", NOTHING): 1}


def test_three_people_in_one_project(base: Path) -> None:
    for name, masks in (("ana", [(0, 1), (8, 1)]), ("ben", [(0, 1), (8, 2)]), ("carl", [(1, 1)])):
        draw(base, name, 3, masks)
    with Project.open(base, read_only=True) as project:
        found = compare_annotators(project)
    assert found.observers == ("ana", "ben", "carl")
    assert [(p.first, p.second) for p in found.pairs] == [("ana", "ben"), ("ana", "carl"), ("ben", "carl")]
    assert found.pairs[0].pairs == {("cat", "cat"): 1, ("cat", "dog"): 1}
    assert found.pairs[1].pairs == {("cat", "cat"): 1, ("cat", NOTHING): 1}
    assert found.alpha == pytest.approx(alpha_of([["cat"] * 3, ["cat", "dog", NOTHING]]))


def test_one_person_alone_cannot_be_compared(base: Path) -> None:
    draw(base, "ana", 1, [(0, 1)])
    with (
        Project.open(base, read_only=True) as project,
        pytest.raises(ProjectError, match="no two annotators"),
    ):
        compare_annotators(project)


def test_the_score_by_a_gold_project(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ana = copy_of(base, "ana")
    draw(ana, "ana", 1, [(9, 1)])
    draw(base, "lead", 1, [(9, 1), (0, 2)])
    assert main(["project", "compare", str(base), str(ana), "--gold", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (pair,) = found["pairs"]
    assert (found["gold"], pair["second"]) == ("base", "ana")
    assert (pair["precision"], pair["recall"]) == (1.0, pytest.approx(4 / 5))
    assert main(["project", "compare", str(base), "--gold"]) == 1
    assert "nobody to measure" in capsys.readouterr().err


def test_names_on_the_page_do_not_act(base: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    with Project.open(base) as project:
        cat = project.categories()[0]
        project.apply("Rename", [Edit(cat, replace(cat, name=f"{evil}&"))])
    draw(base, evil, 1, [(0, 1)])
    draw(base, "ben", 1, [(8, 2)])
    page = tmp_path / "page.html"
    assert (
        main(["project", "compare", str(base), "--html", str(page), "--json-file", str(tmp_path / "a")]) == 0
    )
    text = page.read_text("utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in text
    assert json.loads((tmp_path / "a").read_text("utf-8"))["observers"] == [evil, "ben"]
    assert main(["project", "compare", str(base), "--html", str(page)]) == 1


def test_the_masks_of_people_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    grey = np.full((*SIZE.hw, 3), 128, np.uint8)
    assert cv2.imwrite(str(tmp_path / "pictures" / "1.jpg"), grey)
    base = write_base(tmp_path / "base.slimsam", objects=0)
    draw(base, "ana", 1, [(0, 1)])
    draw(base, "ben", 1, [(1, 2)])
    draw(base, "carl", 1, [(11, 1)])
    with Project.open(base, read_only=True) as project:
        found = compare_annotators(project)
    one = next(worst for worst in found.worst if len(worst.masks) == 2)
    tiles = tiles_of(one, found.observers)
    assert [(tile.who, tile.said) for tile in tiles] == [("ana", "cat"), ("ben", "dog"), ("carl", NOTHING)]
    assert len({tile.rgb.shape for tile in tiles}) == 1
    assert max(tiles[0].rgb.shape) == TILE
    painted = [np.ptp(tile.rgb.astype(int), axis=2).max(initial=0) > 20 for tile in tiles]
    assert painted == [True, True, False], "grey stays grey where somebody made nothing"
    assert len({tile.color for tile in tiles}) == 3
    write_page(found, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count("<img") == sum(len(tiles_of(worst, found.observers)) for worst in found.worst)


def test_what_was_decided_counts_for_nobody(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person who decides is not one who labelled, and whose object was taken has not found more."""
    for name, masks in (("ana", [(0, 1), (8, 1)]), ("ben", [(0, 1), (8, 2)])):
        draw(base, name, 3, masks)
    with Project.open(base) as project:
        before = compare_annotators(project)
        assert (before.pairs[0].agreed, before.decided) == (1, 0)
        project.annotator = "olga"
        for one in [found for found in open_disagreements(project) if not found.agrees]:
            edits = keep_union(one)
            project.apply("Decide", edits, stamps=Stamps.AUTHORS)
        found = compare_annotators(project)
    assert (found.observers, found.decided) == (("ana", "ben"), 1)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("ana", "ben")]
    assert (found.pairs[0].agreed, found.pairs[0].missed, found.pairs[0].extra) == (1, 0, 0)
    assert found.worst == []
    assert main(["project", "compare", str(base)]) == 0
    assert "decided already, and left out: 1 object" in capsys.readouterr().out


def test_people_who_agree_are_no_disagreement(tmp_path: Path) -> None:
    """Edges that differ by a pixel of hundreds stand in the mean IoU, not in the list of the gravest."""
    size = Size(120, 160)
    path = tmp_path / "large.slimsam"
    with Project.create(path, [tmp_path / "pictures"]) as project:
        values = [
            Category(id=1, name="cat"),
            ImageEntry(id=1, root_id=1, path="1.jpg", size=size, content_hash="1" * 64),
        ]
        project.apply("Begin", [Edit(None, value) for value in values])
        for number, (name, x, side) in enumerate(
            (("ana", 10, 80), ("ben", 10, 79), ("ana", 100, 20), ("ben", 105, 20)), 1
        ):
            project.annotator = name
            mask = square(x, 10, side, size)
            new = Annotation(id=number, image_id=1, category_id=1, mask=mask)
            project.apply("Add", [Edit(None, new)])
        found = compare_annotators(project)
    assert found.pairs[0].agreed == 2
    assert [round(one.iou, 2) for one in found.worst] == [0.6]
