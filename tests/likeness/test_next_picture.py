"""The next picture to label: unlike what is labelled, and with little that is sure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Provenance
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft, to_text
from slimsam_core.likeness.next_picture import MostTelling, doubt_of, looks, most_telling, next_picture
from slimsam_core.progress import Progress
from slimsam_core.project import Project
from tests.likeness.squares import SeesColours, labelled_project, mask, picture


@pytest.fixture(scope="module")
def model() -> SeesColours:
    return SeesColours()


def seen(model: SeesColours, *colours: str) -> FloatArray:
    return looks(model.embed(picture([(colour, 10 + 40 * i, 20) for i, colour in enumerate(colours)], 1)))


def draft(*sure: float) -> str:
    made = [
        Proposal(id=i, mask=mask(4, 4), provenance=Provenance(source="likeness"), confidence=value)
        for i, value in enumerate(sure, 1)
    ]
    return to_text([ProposalsDraft(tuple(made), 0.5)])


def test_what_looks_like_the_labelled_ones_waits(model: SeesColours) -> None:
    candidates = {1: seen(model, "red"), 2: seen(model, "blue"), 3: seen(model, "red", "red")}
    assert most_telling(candidates, [seen(model, "red")], {}) == 2
    assert most_telling(candidates, [seen(model, "blue")], {}) != 2
    assert most_telling({}, [seen(model, "red")], {}) is None


def test_what_is_sure_waits(model: SeesColours) -> None:
    candidates = {1: seen(model, "blue"), 2: seen(model, "blue", "blue")}
    labelled = [seen(model, "red")]
    assert most_telling(candidates, labelled, {1: 0.1, 2: 1.0}) == 2
    assert most_telling(candidates, labelled, {1: 1.0, 2: 0.1}) == 1


def test_where_nothing_is_labelled_the_most_usual_one_begins(model: SeesColours) -> None:
    candidates = {1: seen(model, "blue"), 2: seen(model, "red"), 3: seen(model, "red"), 4: seen(model, "red")}
    assert most_telling(candidates, [], {}) in (2, 3, 4)


def test_doubt_is_full_without_proposals_and_none_where_all_is_sure() -> None:
    assert doubt_of("") == doubt_of('{"version": 99}') == 1.0
    assert doubt_of(draft(0.5)) == 1.0
    assert doubt_of(draft(1.0, 0.0)) == 0.0
    assert doubt_of(draft(0.9, 0.6)) == pytest.approx(0.5)


def test_of_a_project(tmp_path: Path, model: SeesColours) -> None:
    with Project.open(labelled_project(tmp_path, 4, 9)) as project:
        ids = {image.path: image.id for image in project.images()}
        known: dict[int, FloatArray] = {}
        steps = list(next_picture(project, model.embed, known, ids["04.png"]))
        assert [step.done for step in steps[:-1] if isinstance(step, Progress)] == list(range(8))
        found = steps[-1]
        assert isinstance(found, MostTelling)
        assert found.compared == 4
        assert found.image_id in {ids[f"{number:02}.png"] for number in range(5, 9)}
        assert len(known) == 8
        (tmp_path / "pictures/05.png").unlink()
        known.pop(ids["05.png"])
        *_, found = next_picture(project, model.embed, known, None)
        assert isinstance(found, MostTelling)
        assert found.compared == 4  # 04, 06, 07, 08


def test_looks_do_not_count_the_empty_part_of_the_square(model: SeesColours) -> None:
    embedding = model.embed(picture([], 1))
    assert np.abs(looks(embedding)[:3] - looks(embedding)[0]).max() < 0.02  # grey: all three colours alike
