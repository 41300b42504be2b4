"""What a window finds stored and somebody changed: drafts, its own layout, the work of others."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.windows import stored_layout
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import DrawnShape, Provenance, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.labelling.drafts import (
    BoxesDraft,
    OutlineDraft,
    PromptDraft,
    Proposal,
    ProposalsDraft,
    from_text,
    to_text,
)
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from slimsam_core.project.proof import ProjectDamaged
from tests.app_shell.conftest import make_window, open_and_wait, window
from tests.hostile.conftest import write_project
from tests.hostile.records import change

__all__ = ["make_window", "window"]  # fixtures

HIDDEN = {"\x1b", "\u202e", "\0"}


def whole_draft(project: Project, image_id: int) -> str:
    """One of each part, as a person leaves them."""
    found = project.annotations(image_id)[0]
    box = BoxXYXY(2.0, 3.0, 20.0, 25.0)
    prompts = PromptSet(points=(PointPrompt(8.0, 9.0, True), PointPrompt(20.0, 20.0, False)), box=box)
    made = Provenance(source="model", prompts=prompts, model_name="a model", predicted_iou=0.8)
    drawn = DrawnShape(ShapeKind.RECTANGLE, (((2.0, 3.0), (20.0, 25.0)),))
    proposal = Proposal(
        id=1,
        mask=found.mask,
        provenance=made,
        category_id=1,
        confidence=0.7,
        drawn=drawn,
        track=3,
        follows=found.id,
    )
    return to_text(
        (
            PromptDraft(
                steps=((prompts, 1),), refines_id=found.id, category_id=1, seconds=3.0, looked_at=box
            ),
            BoxesDraft((box, box), 1),
            OutlineDraft("polygon", ((1.0, 2.0), (9.0, 3.0))),
            ProposalsDraft((proposal,), 0.5, (MeasuredFinds(1, ((0.5, 3, 2),)),)),
        )
    )


def spoilt(text: str, rng: Random) -> str:
    """One to three values are others."""
    data = json.loads(text)
    for _ in range(rng.choice((1, 1, 2, 3))):
        change(data, rng)
    return json.dumps(data)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "mine", pictures=PICTURES)


PICTURES = 16
"""Each with a draft that is spoilt in another way."""


def test_drafts_of_others_are_read_or_refused(project: Path) -> None:
    with Project.open(project) as opened:
        whole = whole_draft(opened, 1)
    assert to_text(from_text(whole)) == whole
    told = Counter[str]()
    for seed in range(3000):
        try:
            parts = from_text(spoilt(whole, Random(seed)))
        except FormatError:
            told["refused"] += 1
            continue
        assert to_text(parts) or not parts
        for part in parts:
            if isinstance(part, ProposalsDraft):
                assert all(
                    proposal.mask.decode().shape == proposal.mask.size.hw for proposal in part.proposals
                )
        told["read"] += 1
    assert min(told["read"], told["refused"]) > 100, told


@pytest.mark.parametrize("code", ["5@5@5@", "~~~~", "0", "{}", "\u20ac"])
def test_the_mask_of_a_proposal_that_is_no_code_is_refused(project: Path, code: str) -> None:
    """COCO's decoder does not come back from some: a draft of a stranger would hold the window for good."""
    with Project.open(project) as opened:
        data = json.loads(whole_draft(opened, 1))
    data["parts"][3]["masks"][0][2] = code
    with pytest.raises(FormatError):
        from_text(json.dumps(data))


@pytest.mark.timeout(300)
def test_pictures_with_drafts_of_others_are_shown(qtbot: QtBot, window: MainWindow, project: Path) -> None:
    with Project.open(project) as opened:
        before = {image_id: opened.annotations(image_id) for image_id in opened.image_ids()}
        texts = {i: spoilt(whole_draft(opened, i), Random(100 + i)) for i in opened.image_ids()}
        for image_id, text in (texts | {1: "{", 2: '{"version": 9}', 3: "[" * 90_000}).items():
            opened.keep_draft(image_id, text)
    open_and_wait(qtbot, window, project)
    navigator = window.workbench.navigator
    for image_id in before:
        navigator.go(image_id)
        qtbot.waitUntil(
            lambda image_id=image_id: (
                navigator.picture is not None  # type: ignore[misc]
                and navigator.current_id == image_id
                and not window.workbench.pool.busy
            ),
            timeout=60_000,
        )
    document = window.workbench.document.project
    assert {image_id: document.annotations(image_id) for image_id in before} == before
    assert [*examine(document)] == []


@pytest.mark.parametrize("key", ["state.layout", "state.geometry"])
def test_a_layout_that_somebody_changed_is_not_given_to_qt(
    qtbot: QtBot,
    make_window: Callable[[], MainWindow],
    project: Path,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few other bytes in it end the program inside of Qt, at each start."""
    first = make_window()
    open_and_wait(qtbot, first, project)
    first.classes_dock.hide()
    first.close()
    whole = first.settings.get(key)
    assert not stored_layout.from_text(whole).isEmpty()
    given: list[bytes] = []
    monkeypatch.setattr(MainWindow, "restoreState", lambda _, data, *__: given.append(bytes(data.data())))
    monkeypatch.setattr(MainWindow, "restoreGeometry", lambda _, data: given.append(bytes(data.data())))
    rng = Random(3)
    for _ in range(200):
        text = list(whole)
        for _ in range(rng.choice((1, 3))):
            text[rng.randrange(len(text))] = rng.choice("AZaz09+/=:\u20ac")
        changed = "".join(text[: rng.choice((len(text), rng.randrange(len(text))))])
        assert changed == whole or stored_layout.from_text(changed).isEmpty()
    first.settings.set(key, whole[:-9] + "AAAAAAAA=")
    make_window()
    assert b"" in given
    assert stored_layout.from_text(whole) not in given


def test_damage_that_nobody_meets_is_told_by_the_look_in_the_background(
    qtbot: QtBot, window: MainWindow, project: Path
) -> None:
    """The count of a picture's objects is wrong: no row says so, and no mask is read for it."""
    with closing(sqlite3.connect(project)) as connection, connection:
        connection.execute("UPDATE image SET objects = 7 WHERE id = 9")
    told: list[object] = []
    window.workbench.failed.connect(told.append)
    open_and_wait(qtbot, window, project)
    qtbot.waitUntil(lambda: any(isinstance(error, ProjectDamaged) for error in told), timeout=60_000)
    (found,) = (error for error in told if isinstance(error, ProjectDamaged))
    assert "9.png" in str(found)
