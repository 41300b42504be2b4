"""SIGKILL of the window at any moment of labelling: what was shown as done is there, what is open is right.

The program is a process of its own and is started again over the same folder after each kill, as a labeller
does. A hundred kills by ``-m nightly``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from slimsam_core.files.user_folders import settings_path
from slimsam_core.inference.prediction import candidate_rle
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import OutlineDraft, PromptDraft, from_text
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import Rle, iou
from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.robot.hurried import UNDO, Pictures, pictures_of
from tests.robot.machine import HEIGHT, WIDTH

ROOT = Path(__file__).parents[2]
PICTURES = 4
KILLS, NIGHTLY_KILLS = 2, 10
"""Of one folder, one after another."""
MOST_SAID = 80
"""Lines that are heard from it before it is killed: some ten objects."""
AFTER_S = 0.03
"""The kill comes up to this long behind the last of them: in the middle of any step."""
AT_START = 0.2
"""Share of kills that come while the program starts, or opens the folder."""
START_S = 3.0
"""That it takes about to be at work."""
PATIENCE_S = 240.0
NEAR = 1.5
"""Pixels of the picture between where the hand aims and the pixel of the screen that it hits."""
SAME = 0.99
"""Least IoU of masks of the same clicks: kept embeddings have half precision."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")

Place = tuple[float, float]


class Seen(NamedTuple):
    """What the labeller saw up to the kill."""

    holds: Pictures | None
    """All that was shown as done; None when the program never came to its work."""
    since: list[str]
    """Movements of the hand after that was shown."""
    clicks: dict[str, list[Place]]
    """Picture -> where it was clicked."""


def work_until_killed(folder: Path, rng: Random) -> Seen:
    """One window, and its end."""
    command = [sys.executable, "-m", "tests.robot.hurried", str(folder), str(rng.randrange(1 << 30))]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    early = rng.random() < AT_START
    wanted, heard = rng.randint(1, MOST_SAID), threading.Event()

    def listen(stream: Any) -> None:
        for line in stream:
            lines.append(line)
            if len(lines) == wanted:
                heard.set()
        heard.set()

    listener = threading.Thread(target=listen, args=(process.stdout,))
    listener.start()
    try:
        if early:
            heard.wait(rng.uniform(0, START_S))
        else:
            assert heard.wait(PATIENCE_S), "the window did not come to its work"
            time.sleep(rng.uniform(0, AFTER_S))
        assert process.poll() is None, "it ended by itself"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        listener.join()
        process.stdout.close()
    return _seen(lines)


def _seen(lines: list[str]) -> Seen:
    holds: Pictures | None = None
    since: list[str] = []
    clicks: dict[str, list[Place]] = {}
    for line in lines:
        if not line.endswith("\n"):
            break  # killed while it spoke
        kind, *words = json.loads(line)
        if kind == "holds":
            holds = {
                path: {int(number): tuple(thing) for number, thing in things.items()}
                for path, things in words[0].items()
            }
            since = []
        else:
            what, path, x, y = words
            since.append(what)
            if what == "click":
                clicks.setdefault(path, []).append((x, y))
    return Seen(holds, since, clicks)


def check_objects(found: Pictures, seen: Seen) -> None:
    """At most the step that was under way is there beyond what was shown as done."""
    if seen.holds is None:
        return
    shown = {
        (path, number, *thing) for path, things in seen.holds.items() for number, thing in things.items()
    }
    there = {(path, number, *thing) for path, things in found.items() for number, thing in things.items()}
    lost, more = shown - there, there - shown
    assert not lost or (UNDO in seen.since and len(lost) == 1), f"lost: {lost}"
    assert len(lost) + len(more) <= 1, f"lost {lost}, and there unseen: {more}"


def check_drafts(project: Project, clicks: dict[str, list[Place]]) -> None:
    """What is open on a picture was clicked on that picture, and did not become an object as well."""
    names = {entry.id: entry.path for entry in project.images()}
    for image_id, text in project.drafts().items():
        made = [found.provenance.prompts for found in project.annotations(image_id)]
        outlines = [found.drawn.rings for found in project.annotations(image_id) if found.drawn is not None]
        for part in from_text(text):
            if isinstance(part, PromptDraft):
                places = [(p.x, p.y) for prompts, _ in part.steps for p in prompts.points]
                assert part.steps[-1][0] not in made, f"{names[image_id]}: accepted and open as well"
            else:
                assert isinstance(part, OutlineDraft)
                places = list(part.points)
                assert not any(len(places) >= 3 and set(places) <= set(ring) for o in outlines for ring in o)
            for x, y in places:
                aimed = clicks.get(names[image_id], [])
                assert any(abs(x - u) < NEAR and abs(y - v) < NEAR for u, v in aimed), (
                    f"{names[image_id]}: {x:.1f}, {y:.1f} was not clicked on it"
                )


def mask_of(predictor: Predictor, path: Path, steps: tuple[tuple[PromptSet, int], ...]) -> Rle:
    """What a model of its own answers to the clicks of a draft, one after another."""
    embedding = predictor.embed(read_image(path).rgb)
    candidate = None
    for prompts, chosen in steps:
        candidate = predictor.predict(embedding, prompts, candidate).candidates[chosen]
    assert candidate is not None
    return candidate_rle(embedding, candidate)


def check_window(qtbot: QtBot, qapp: QApplication, folder: Path, model: Path) -> int:
    """Open the folder once more: the objects are there, and what is open becomes the mask of its clicks.

    Returns how many masks were open.
    """
    with Project.open(folder / ".slimsam/project.slimsam", read_only=True) as project:
        stored, drafts = pictures_of(project), project.drafts()
    window = create_window(qapp, Settings(settings_path()))
    predictor, checked = Predictor.load(model, "cpu", "torch"), 0
    try:
        window.resize(1280, 720)
        window.show()
        window.workbench.model_in_use.start()
        open_and_wait(qtbot, window, folder)
        document, prompts = window.workbench.document, window.prompting.prompts
        assert pictures_of(document.project) == stored
        for image_id, text in drafts.items():
            for part in from_text(text):
                if not isinstance(part, PromptDraft):
                    continue
                window.workbench.navigator.go(image_id)
                qtbot.waitUntil(partial(_open_at, window, image_id), timeout=60_000)
                before = {found.id for found in document.annotations(image_id)}
                with qtbot.waitSignal(prompts.accepted, timeout=60_000):
                    prompts.accept()
                (made,) = (one for one in document.annotations(image_id) if one.id not in before)
                entry = document.image(image_id)
                assert entry is not None
                _check_same(made, mask_of(predictor, document.project.image_path(entry), part.steps))
                checked += 1
    finally:
        window.close()
        window.deleteLater()
    return checked


def _open_at(window: MainWindow, image_id: int) -> bool:
    return window.workspace.canvas.image_id == image_id and bool(window.prompting.prompts.candidates)


def _check_same(made: Annotation, wanted: Rle) -> None:
    assert iou(made.mask, wanted) > SAME, "the open mask came back as another one"


def kill_windows(folder: Path, model: Path, seed: int, kills: int) -> int:
    """Several windows over one folder, each killed; returns how many objects there are in the end."""
    settings = Settings(settings_path())
    settings.set("model.name", str(model))
    settings.set("model.runtime", "torch")
    settings.set("canvas.hover_preview", False)
    for number in range(PICTURES):
        write_picture(folder / f"{number}.png", number, (HEIGHT, WIDTH))
    rng, path, made = Random(seed), folder / ".slimsam/project.slimsam", 0
    clicks: dict[str, list[Place]] = {}
    for number in count(1):
        seen = work_until_killed(folder, rng)
        for name, places in seen.clicks.items():
            clicks.setdefault(name, []).extend(places)
        if path.exists():
            with Project.open(path) as project:
                assert list(examine(project)) == []
                found = pictures_of(project)
                check_objects(found, seen)
                check_drafts(project, clicks)
                made = sum(map(len, found.values()))
        if number >= kills:
            return made
    raise AssertionError


@pytest.mark.timeout(600)
def test_a_window_that_is_killed_loses_nothing_that_was_shown_as_done(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, tiny_model: Path
) -> None:
    made = kill_windows(tmp_path / "pictures", tiny_model, 1, KILLS)
    assert made > 0
    check_window(qtbot, qapp, tmp_path / "pictures", tiny_model)


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(100, 110))
def test_a_hundred_kills(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, tiny_model: Path, seed: int
) -> None:
    made = kill_windows(tmp_path / "pictures", tiny_model, seed, NIGHTLY_KILLS)
    opened = check_window(qtbot, qapp, tmp_path / "pictures", tiny_model)
    print(f"seed {seed}: {made} objects after {NIGHTLY_KILLS} kills, {opened} open masks compared")
