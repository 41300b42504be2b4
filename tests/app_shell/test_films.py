"""A film opens as a folder of its frames, those that are wanted; a time line leads through them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.film_session import OfferedFilm
from slimsam_app.windows.dialogs.film_dialog import ALL, EVERY, PER_SECOND, FilmDialog
from slimsam_app.windows.dropping import sort_out
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft
from slimsam_core.pixels.film_frames import FrameChoice, are_frames
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, from_runs
from slimsam_core.pixels.video import FilmFacts
from tests.cli.test_frames import COUNT, HEIGHT, RATE, WIDTH, film


def asked(qtbot: QtBot, window: MainWindow, path: Path) -> FilmDialog:
    with qtbot.waitSignal(window.workbench.films.offered, timeout=60_000):
        window.workbench.open([path])
    dialog = window.findChild(FilmDialog)
    assert isinstance(dialog, FilmDialog)
    return dialog


def take(qtbot: QtBot, window: MainWindow, dialog: FilmDialog) -> None:
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    return film(tmp_path / "walk.mp4")


def square() -> Rle:
    return from_runs([WIDTH // 4 * HEIGHT, WIDTH // 2 * HEIGHT, WIDTH // 4 * HEIGHT], Size(HEIGHT, WIDTH))


def test_every_fifth_frame_becomes_an_image(qtbot: QtBot, window: MainWindow, walk: Path) -> None:
    dialog = asked(qtbot, window, walk)
    assert dialog.facts.text().startswith(f"walk.mp4, {WIDTH}×{HEIGHT}, {COUNT} frames, ")
    assert dialog.words.text().startswith("About 4 pictures, ")
    take(qtbot, window, dialog)
    folder = walk.with_name("walk frames")
    assert sorted(path.name for path in folder.glob("*.jpg")) == [
        f"walk_{number:07}.jpg" for number in range(0, COUNT, 5)
    ]
    assert len(window.workbench.navigator.ids) == 4


def test_the_number_of_pictures_is_told_while_one_chooses(
    qtbot: QtBot, window: MainWindow, walk: Path
) -> None:
    dialog = asked(qtbot, window, walk)
    dialog.which.setCurrentIndex(PER_SECOND)
    dialog.rate.setValue(5.0)
    assert dialog.choice == FrameChoice(per_second=5.0)
    assert f"About {round(COUNT / RATE * 5)} pictures" in dialog.words.text()
    dialog.which.setCurrentIndex(ALL)
    assert dialog.choice == FrameChoice()
    assert "n =" not in {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}
    assert f"About {COUNT} pictures" in dialog.words.text()
    dialog.folder.clear()
    assert not dialog.go.isEnabled()
    assert "Name a folder" in dialog.words.text()


def test_ten_hours_are_not_unpacked_unseen(qtbot: QtBot, window: MainWindow) -> None:
    facts = FilmFacts(frames=36_000 * 25, per_second=25.0, size=Size(1080, 1920))
    dialog = FilmDialog(
        window.workbench.films, OfferedFilm(Path("long.mp4"), facts, Path("long frames")), window
    )
    qtbot.addWidget(dialog)
    dialog.which.setCurrentIndex(ALL)
    assert not dialog.go.isEnabled()
    assert dialog.words.text().startswith("That would be about 900,000 pictures")
    dialog.which.setCurrentIndex(EVERY)
    dialog.every.setValue(100)
    assert dialog.go.isEnabled()


def test_what_is_no_film_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "fake.mp4"
    path.write_bytes(b"no film at all")
    with qtbot.waitSignal(window.workbench.failed, timeout=60_000) as told:
        window.workbench.open([path])
    assert "is no film that can be read" in str((told.args or [""])[0])
    assert window.findChild(FilmDialog) is None


def test_a_film_that_is_dropped_is_opened(walk: Path) -> None:
    assert sort_out([walk]).to_open == (walk,)


def test_half_a_film_opens_and_says_so(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.avi", 40, "MJPG").read_bytes()
    path = tmp_path / "half.avi"
    path.write_bytes(whole[: len(whole) // 2])
    told: list[str] = []
    window.workbench.told.connect(lambda *words: told.extend(words))
    dialog = asked(qtbot, window, path)
    dialog.which.setCurrentIndex(ALL)
    take(qtbot, window, dialog)
    assert told[0].startswith("The film ended after ")
    assert 0 < len(window.workbench.navigator.ids) < 30


def test_a_time_line_marks_what_is_labelled_and_leads_there(
    qtbot: QtBot, window: MainWindow, walk: Path
) -> None:
    dialog = asked(qtbot, window, walk)
    dialog.which.setCurrentIndex(ALL)
    take(qtbot, window, dialog)
    workbench, line = window.workbench, window.workspace.time_line
    ids = workbench.navigator.ids
    qtbot.waitUntil(lambda: not line.isHidden(), timeout=60_000)
    assert (line.labelled, line.waiting) == ((), ())
    assert workbench.classes.add("car") is not None
    new = NewObject(mask=square(), provenance=Provenance(source="polygon"))
    assert workbench.objects.add(new, ids[3])
    proposal = Proposal(id=1, mask=square(), provenance=Provenance(source="carried"), confidence=0.9)
    workbench.drafts.keep(ids[7], (ProposalsDraft((proposal,), 0.5),))
    qtbot.waitUntil(lambda: line.labelled == (3,) and line.waiting == (7,), timeout=60_000)
    place = line.place(7).center()
    assert line.row_at(place.x()) == 7
    assert line.words_at(place.x()) == "walk_0000007.jpg: 8 of 20\nsomething waits to be accepted"
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(place.x(), 10))
    assert workbench.navigator.current_id == ids[7]
    workbench.undo()
    qtbot.waitUntil(lambda: line.labelled == (), timeout=60_000)


def test_photographs_have_no_time_line(opened: MainWindow) -> None:
    assert opened.workspace.time_line.isHidden()


def test_names_tell_frames_from_photographs() -> None:
    assert are_frames(["a/walk_0000000.jpg", "a/walk_0000005.png"])
    assert not are_frames(["walk_0000000.jpg", "cat.jpg"])
    assert not are_frames(["IMG_20260101.jpg"])
    assert not are_frames([])
