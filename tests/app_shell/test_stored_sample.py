"""What classes look like is learnt from pictures of the whole project."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_app.sessions.stored_objects import PICTURES, pictures_to_learn_from
from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.project import Edit, Project
from tests.teamwork.people import SIZE, square


def labelled(path: Path, pictures: int, rare: int) -> list[int]:
    """As many pictures of a common class, and some of a rare one at the end; the sample of them."""
    with Project.create(path, [path.parent]) as project:
        made = [
            Category(id=1, name="common"),
            Category(id=2, name="rare"),
            Category(id=3, name="never"),
            *(ImageEntry(id=n, root_id=1, path=f"{n}.jpg", size=SIZE) for n in range(1, pictures + 1)),
            *(
                Annotation(id=n, image_id=n, category_id=2 if n > pictures - rare else 1, mask=square(2, 2))
                for n in range(1, pictures + 1)
            ),
        ]
        project.apply("Begin", [Edit(None, value) for value in made])
        found = pictures_to_learn_from(project)
        assert found == pictures_to_learn_from(project)
    return found


@pytest.mark.parametrize("pictures", [199, 1000])
def test_they_are_from_all_over_it_and_a_rare_class_is_among_them(tmp_path: Path, pictures: int) -> None:
    found = labelled(tmp_path / "a.slimsam", pictures, rare=4)
    assert len(set(found)) == len(found) == PICTURES
    assert set(range(pictures - 3, pictures + 1)) <= set(found)
    quarters = [
        sum(low < i <= low + pictures // 4 for i in found) for low in range(0, pictures - 3, pictures // 4)
    ]
    assert min(quarters[:4]) > PICTURES // 6, quarters
    assert max(found[:8]) - min(found[:8]) > pictures // 2  # also when the first are all that is encoded


def test_of_a_small_project_all_are_taken(tmp_path: Path) -> None:
    assert sorted(labelled(tmp_path / "a.slimsam", 30, rare=0)) == list(range(1, 31))
