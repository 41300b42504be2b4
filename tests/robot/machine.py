"""A labeller who does whatever can be done, and who knows after every step what must be in the project.

The rules work the real window, and each says what a labeller expects of it: what is accepted is there with
its class, nothing else changed, what is open stays with its picture, undo gives back what was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from tests.robot.hands import Hands
from tests.robot.world import Difference, What, World, differences, without_ids

CLASSES = ("person", "car", "tree")
HEIGHT, WIDTH = 120, 160
"""Of the pictures that the robot labels."""
MOSTLY_BARE = 0.5
"""Less than this share of an object is painted while it is refined: the new mask may cover some of it."""
DIALOGS = (
    "class.edit", "model.manage", "model.compare", "edit.settings", "edit.history", "help.keys",
    "help.about", "help.palette", "help.guide",
    "image.statistics", "file.export", "file.import", "file.doctor", "view.adjust", "object.edit",
    "model.compress", "class.choose", "mask.simplify", "image.queue", "image.go_to", "file.left_out",
    "file.go_back",
    "file.open_images", "file.open_folder", "file.open_project", "file.import_folder", "file.export_image",
)  # fmt: skip
"""Actions that show something to be closed again."""
xs = st.integers(8, WIDTH - 8).map(float)
ys = st.integers(8, HEIGHT - 8).map(float)
places = st.tuples(xs, ys)


class Step(NamedTuple):
    """A step that can be taken back."""

    was: World
    became: World
    chosen: frozenset[int]
    """What was selected before it: taking it back selects these objects again."""


class Labeller(RuleBasedStateMachine):
    """The robot. ``folder`` and ``model`` are set by whoever runs it."""

    folder: Path
    model: Path
    steps = 0
    """That all robots together have taken."""

    def __init__(self) -> None:
        super().__init__()
        self.hands = Hands(self._fresh_folder(), self.model)
        self.before: World = {}
        self.history: list[Step] = []
        self.undone: list[Step] = []
        self.class_name: str | None = None
        self.mine: frozenset[int] = frozenset()
        """What the labeller selected himself."""
        self.chosen: frozenset[int] = frozenset()
        """What was selected when the step began."""
        self.drafts: dict[str, str] = {}
        """Pictures with something open -> what."""
        self.came_back = False
        """What is open was begun earlier: a class given to it is its own, and not that of the next object."""
        self.kept_if_left = True
        """Whether the prompts that were open after the last step come back when their picture is left."""
        self.exports = 0

    def _fresh_folder(self) -> Path:
        return self.folder

    def teardown(self) -> None:
        self.hands.close_dialogs()
        self.hands.stop()

    # --- the beginning

    @initialize()
    def name_the_classes(self) -> None:
        """Three classes, typed as a person types them."""
        for name in CLASSES:
            self.hands.trigger("class.new")
            line = self.hands.window.findChild(QLineEdit, "newClass")
            assert line is not None
            QTest.keyClicks(line, name)
            QTest.keyClick(line, Qt.Key.Key_Return)
            self.hands.settle()
        line.clearFocus()
        self.hands.key("1")
        self.class_name = CLASSES[0]
        self.hands.key("q")
        self.before = self.hands.world

    # --- what must be so after every step

    @invariant()
    def all_is_well(self) -> None:
        """No error of the program's own, no strange selection; lists and canvas show what the store holds."""
        hands = self.hands
        Labeller.steps += 1
        hands.words.clear()
        self.kept_if_left = hands.kept_if_left or not hands.open_prompt
        assert not hands.bugs, hands.bugs[0]
        assert hands.selected <= self.mine, f"selected {set(hands.selected)}, wanted {set(self.mine)}"
        self.chosen = hands.selected
        if not self.before or not hands.picture:
            return
        assert hands.listed == (len(self.before), len(self.before[hands.picture].things))
        wanted = self.drafts.get(hands.picture, "")
        assert hands.open_prompt == (wanted == "prompt"), f"should be open: {wanted or 'nothing'}"
        if hands.window.workspace.canvas.tool.id == "polygon":
            assert hands.open_outline == (wanted == "outline"), f"should be open: {wanted or 'nothing'}"

    # --- helpers of the rules

    def happened(self, *, allowed: Iterable[What] = ()) -> tuple[Difference, ...]:
        """What the step changed: only the picture that is shown, and only in these ways."""
        now = self.hands.world
        found = differences(self.before, now)
        for one in found:
            assert one.picture == self.hands.picture, f"not shown and changed: {one}"
            assert one.what in allowed, f"changed unasked: {one}"
        if found:
            self.history.append(Step(self.before, now, self.chosen))
            self.undone.clear()
        self.before = now
        return found

    def added(self, found: Iterable[Difference]) -> list[Difference]:
        """Objects that are new; each must have the class of the labeller."""
        new = [one for one in found if one.what == What.ADDED]
        for one in new:
            assert self.class_name in (None, one.after), f"{one}, wanted {self.class_name}"
        return new

    @property
    def here(self) -> str:
        return self.drafts.get(self.hands.picture, "")

    def forget(self) -> None:
        """Nothing is open on this picture any more."""
        self.drafts.pop(self.hands.picture, None)
        if self.came_back:
            self.class_name, self.came_back = None, False

    # --- prompts

    @precondition(lambda self: self.here != "outline")
    @rule(place=places, right=st.booleans())
    def click(self, place: tuple[float, float], right: bool) -> None:
        self.hands.key("q")
        button = Qt.MouseButton.RightButton if right and self.here else Qt.MouseButton.LeftButton
        was_open = self.hands.open_prompt
        self.hands.click(*place, button)
        if self.hands.open_prompt or was_open:
            self._note_prompt()
        self.happened()

    @precondition(lambda self: self.here != "outline")
    @rule(start=places, end=places)
    def box(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.hands.key("w")
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.hands.drag(start, middle, end)
        self._note_prompt()
        self.hands.key("q")
        self.happened()

    def _note_prompt(self) -> None:
        if self.hands.open_prompt:
            self.drafts[self.hands.picture] = "prompt"
        else:
            self.forget()  # the last point was clicked away

    @precondition(lambda self: self.here == "prompt")
    @rule(key=st.sampled_from(["Return", "N"]))
    def accept(self, key: str) -> None:
        refining = bool(self.refines)
        for _ in range(2 if refining else 1):  # a result that loses much of the object asks once more
            self.hands.key(key)
            if not self.hands.open_prompt:
                break
        found = self.happened(
            allowed=(What.MASK, What.REMOVED, What.CLASS) if refining else (What.ADDED, What.STATE),
        )
        if refining:
            assert {one.thing for one in found} <= self.refines, f"refined another one: {found}"
            self.refines = frozenset()
        else:
            assert len(self.added(found)) <= 1, "one mask became several objects"
            assert found or self.told(), "a mask was accepted, nothing is there and nothing was said"
        if self.hands.open_prompt:
            assert not found, "accepted, and still open"
        else:
            self.forget()
        self.mine = frozenset()

    refines: frozenset[int] = frozenset()

    def told(self) -> bool:
        """Whether the program said something in this step."""
        return bool(self.hands.words)

    @precondition(lambda self: self.here == "prompt")
    @rule()
    def cycle(self) -> None:
        self.hands.key("Tab")
        self.happened()

    @precondition(lambda self: self.here == "prompt")
    @rule(key=st.sampled_from(["Backspace", "Ctrl+Z"]))
    def take_back_a_step(self, key: str) -> None:
        self.hands.key(key)
        self._note_prompt()
        if not self.here:
            self.refines = frozenset()
        self.happened()

    @rule()
    def escape(self) -> None:
        """Esc drops what is open, as it says."""
        self.hands.key("Escape")
        if not self.hands.open_prompt and not self.hands.open_outline:
            self.forget()
            self.refines = frozenset()
        if not self.here:
            self.mine = self.mine & self.hands.selected
        self.happened()

    # --- classes

    @rule(number=st.integers(1, len(CLASSES)))
    def class_key(self, number: int) -> None:
        name = CLASSES[number - 1]
        prompt = bool(self.here)
        self.hands.key(str(number))
        self._class_given(name, prompt)

    @rule(number=st.integers(1, len(CLASSES)))
    def class_in_the_list(self, number: int) -> None:
        prompt = bool(self.here)
        self.hands.choose_in_list(self.hands.window.classes_dock.view, number - 1)
        self.hands.window.workspace.canvas.setFocus()
        self._class_given(CLASSES[number - 1], prompt)

    def _class_given(self, name: str, prompt: bool) -> None:
        found = self.happened(allowed=() if prompt or not self.mine else (What.CLASS,))
        for one in found:
            assert one.thing in self.mine, f"{one}, and nobody selected it"
            assert one.after == name, str(one)
        if found:
            assert self.told(), "objects got another class without a word"
        # whether a class given to selected objects is also that of the next one is left to the program
        if not self.refines:  # what is refined gets it alone
            self.class_name = name if prompt or not self.mine else None

    # --- by hand

    @precondition(lambda self: not self.here)
    @rule(start=places, end=places)
    def brush(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A stroke is a new object, unless the labeller selected one to paint on."""
        self.hands.key("b")
        mine = self.mine & self.hands.selected
        self.hands.drag(start, ((start[0] + end[0]) / 2, start[1]), end)
        found = self.happened(allowed=(What.ADDED, What.MASK, What.STATE))
        self.added(found)
        for one in found:
            assert one.what != What.MASK or one.thing in mine, f"{one} grew, and nobody selected it"
        self.hands.key("q")

    @precondition(lambda self: not self.here)
    @rule(corners=st.lists(places, min_size=3, max_size=5, unique=True), complete=st.booleans())
    def polygon(self, corners: list[tuple[float, float]], complete: bool) -> None:
        self.hands.key("p")
        for corner in corners if complete else corners[:2]:
            self.hands.click(*corner)
        if complete:
            self.hands.key("Return")
        found = self.happened(allowed=(What.ADDED, What.STATE))
        self.added(found)
        if self.hands.open_outline:
            self.drafts[self.hands.picture] = "outline"
        else:
            self.hands.key("q")

    # --- objects that are there

    @precondition(lambda self: not self.here and self.before and self.before[self.hands.picture].things)
    @rule(data=st.data())
    def select(self, data: st.DataObject) -> None:
        things = sorted(self.before[self.hands.picture].things)
        self.select_one(data.draw(st.sampled_from(things)))

    def select_one(self, thing: int) -> None:
        """Click on an object that can be hit."""
        place = self.hands.place_on(thing)
        if place is None:
            return
        self.hands.key("v")
        self.hands.click(*place)
        self.mine = frozenset({thing})
        assert self.hands.selected == self.mine, "clicked and not selected"
        self.happened()

    @precondition(
        lambda self: not self.here and len(self.hands.selected) == 1 and self.hands.selected <= self.mine
    )
    @rule(place=places)
    def refine(self, place: tuple[float, float]) -> None:
        """E, a right click: what is open now refines the object, and the object itself is not painted."""
        (thing,) = self.hands.selected  # its copy is ours too
        self.hands.key("e")
        if not self.hands.open_prompt:
            return
        self.hands.click(*place, Qt.MouseButton.RightButton)
        self.hands.click(place[0] / 2, place[1] / 2, Qt.MouseButton.RightButton)
        self.refines = frozenset({thing})
        self._note_prompt()
        self.happened()
        assert self.hands.painted(thing) < MOSTLY_BARE, "the former mask is painted over the new one"

    @precondition(
        lambda self: not self.here and len(self.hands.selected) == 1 and self.hands.selected <= self.mine
    )
    @rule(number=st.integers(1, len(CLASSES)), key=st.sampled_from(["Return", "Ctrl+Return", "D"]))
    def refine_the_class_alone(self, number: int, key: str) -> None:
        """E, a digit, and on: the class is the object's, or waits with its picture."""
        (thing,) = self.hands.selected
        former, name = self.hands.picture, CLASSES[number - 1]
        self.hands.key("e")
        if not self.hands.open_prompt:
            return
        self.hands.key(str(number))
        same = self.before[former].things[thing].class_name == name
        self.hands.key(key)
        now = self.hands.world
        found = differences(self.before, now)
        for one in found:
            assert one.picture == former, f"not shown and changed: {one}"
            assert one.what == What.STATE or (one.what, one.thing) == (What.CLASS, thing), str(one)
        if key == "D":
            assert not found, "going to another picture changed something"
            if self.hands.picture == former:  # it was the last one
                self.hands.key("Escape")
                self.mine = self.mine & self.hands.selected
                return
            if not same:
                self.drafts[former] = "prompt"
        else:
            assert now[former].things[thing].class_name == name, "the class that was given is lost"
        if found:
            self.history.append(Step(self.before, now, self.chosen))
            self.undone.clear()
        self.before, self.mine = now, frozenset()
        self._left(former)
        self._returned()

    @precondition(lambda self: not self.here)
    @rule(place=places, number=st.integers(1, len(CLASSES)), key=st.sampled_from(["Return", "Ctrl+Return"]))
    def asked_for_its_class(self, place: tuple[float, float], number: int, key: str) -> None:
        """The class is asked for when the object is there, over the next picture perhaps."""
        former, name = self.hands.picture, CLASSES[number - 1]
        self.hands.window.settings.set("label.ask_class", True)
        self.hands.key("q")
        self.hands.click(*place)
        self.hands.key(key)
        taken = self.hands.take_class(name)
        self.hands.window.settings.set("label.ask_class", False)
        now = self.hands.world
        found = differences(self.before, now)
        for one in found:
            assert one.picture == former, f"not shown and changed: {one}"
            assert one.what in (What.ADDED, What.STATE), f"changed unasked: {one}"
        new = [one for one in found if one.what == What.ADDED]
        assert bool(new) == taken, "made and not asked for, or the other way round"
        assert all(one.after == name for one in new), f"asked for, and not given: {new}"
        if not new and (self.hands.picture != former or self.hands.open_prompt):
            self.drafts[former] = "prompt"  # it became another mask, which waits
        if found:
            self.history.append(Step(self.before, now, self.chosen))
            self.undone.clear()
        self.before, self.mine = now, frozenset()
        self.class_name = name if taken else self.class_name
        if self.hands.picture != former:
            self._returned()

    @precondition(lambda self: not any(self.drafts.values()))
    @rule(start=places, end=places, number=st.integers(1, len(CLASSES)))
    def boxes_passed_by(self, start: tuple[float, float], end: tuple[float, float], number: int) -> None:
        """Boxes that are left and met again keep their class, and the next object keeps its own."""
        former, name = self.hands.picture, self.class_name
        self.hands.key("Shift+W")
        self.hands.drag(start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end)
        self.hands.key("D")
        if self.hands.picture != former:
            self.hands.key(str(number))
            self.class_name = CLASSES[number - 1]
            self.hands.key("A")
            self.mine = frozenset()
        self.hands.key("Return")
        assert self.hands.picture == former
        for one in self.happened(allowed=(What.ADDED, What.STATE)):
            assert one.what != What.ADDED or name in (None, one.after), f"{one}, wanted {name}"
        self.mine = frozenset()
        chosen = self.hands.window.workbench.objects.category_id
        category = self.hands.window.workbench.document.category(chosen)
        assert category is not None
        assert self.class_name in (None, category.name), "boxes took the class of the next object along"
        self.hands.key("q")

    @precondition(lambda self: not self.here and self.mine & self.hands.selected)
    @rule(action_id=st.sampled_from(["mask.fill", "mask.largest", "mask.smooth", "mask.specks"]))
    def clean(self, action_id: str) -> None:
        self.hands.trigger(action_id)
        for one in self.happened(allowed=(What.MASK, What.REMOVED)):
            assert one.thing in self.mine, str(one)

    @precondition(lambda self: not self.here and self.mine & self.hands.selected)
    @rule()
    def duplicate(self) -> None:
        self.hands.trigger("edit.duplicate")
        found = self.happened(allowed=(What.ADDED, What.STATE))
        self.mine = self.mine | {one.thing for one in found if one.what == What.ADDED}

    @precondition(lambda self: not self.here and self.mine & self.hands.selected)
    @rule()
    def delete(self) -> None:
        mine = self.mine & self.hands.selected
        self.hands.trigger("object.delete")
        found = self.happened(allowed=(What.REMOVED, What.STATE))
        assert {one.thing for one in found if one.what == What.REMOVED} == mine
        self.mine = frozenset()

    # --- undo

    @precondition(lambda self: bool(self.history) and not self.here)
    @rule()
    def undo(self) -> None:
        self._journal("Ctrl+Z", self.history, self.undone, "back")

    @precondition(lambda self: bool(self.undone))
    @rule()
    def redo(self) -> None:
        self._journal("Ctrl+Shift+Z", self.undone, self.history, "forth")

    def _journal(self, key: str, source: list[Step], target: list[Step], way: str) -> None:
        """One step; what comes out is what was, and it is seen in the picture that it changes."""
        step = source.pop()
        back = way == "back"
        wanted, former = step.was if back else step.became, self.hands.picture
        for _ in range(8):  # one thing that a person did may have been several commands
            self.hands.key(key)
            now = self.hands.world
            if without_ids(now) == without_ids(wanted):
                break
            if back and self.hands.picture != former and (self.hands.open_prompt or self.hands.open_outline):
                self.hands.key("Escape")  # what is open there would be taken back first
                self.drafts.pop(self.hands.picture, None)
        found = differences(self.before, now)
        assert without_ids(now) == without_ids(wanted), f"undo and redo do not agree: {found}"
        changed = {one.picture for one in found}
        assert not changed or self.hands.picture in changed, f"changed unseen: {sorted(changed)}"
        target.append(step)
        self.before = now
        mine = self.mine | step.chosen if back else self.mine
        self.mine = mine & frozenset(now[self.hands.picture].things) & self.hands.selected
        self._left(former)
        self._returned()

    def _left(self, former: str) -> None:
        """The class that was given to what came back in a picture stays with it."""
        if self.drafts.get(former) == "prompt" and not self.kept_if_left and self.hands.picture != former:
            del self.drafts[former]  # an object that was to be refined, and nothing was done to it
        if self.came_back and self.hands.picture != former:
            self.class_name, self.came_back = None, False

    # --- from picture to picture

    @rule(key=st.sampled_from(["D", "A", "PgDown", "PgUp"]))
    def step(self, key: str) -> None:
        self._leave(lambda: self.hands.key(key))

    @rule(row=st.integers(0, 2))
    def picture_in_the_list(self, row: int) -> None:
        self._leave(lambda: self.hands.choose_in_list(self.hands.window.images_dock.view, row))
        self.hands.window.workspace.canvas.setFocus()

    def _leave(self, go: object) -> None:
        """What is open stays with its picture; nothing in the project changes."""
        former = self.hands.picture
        assert callable(go)
        go()
        now = self.hands.world
        assert differences(self.before, now) == (), "going to another picture changed something"
        if self.hands.picture != former:
            self.mine = frozenset()
            self.refines = frozenset()
            self._left(former)
            self._returned()

    def _returned(self) -> None:
        """What was open in the picture that is shown now comes back."""
        wanted = self.drafts.get(self.hands.picture, "")
        if wanted == "prompt":
            self.hands.wait(lambda: self.hands.open_prompt, "the draft to come back")
            self.hands.settle()
            self.refines = frozenset({self.hands.refined} - {None})
            self.class_name, self.came_back = None, True
        elif wanted == "outline":
            self.hands.wait(lambda: self.hands.open_outline, "the outline to come back")
            self.class_name, self.came_back = None, True
        else:
            self.refines = frozenset()

    @rule()
    def done(self) -> None:
        """Ctrl+Return accepts what is open, marks the picture and goes on."""
        former, was_open = self.hands.picture, self.here
        refining = self.refines
        self.hands.key("Ctrl+Return")
        if self.hands.open_prompt and self.hands.picture == former:  # asks once more, or told why not
            self.hands.key("Ctrl+Return")
        now = self.hands.world
        found = differences(self.before, now)
        for one in found:
            assert one.picture == former, f"not shown and changed: {one}"
            usual = one.what in (What.STATE, What.ADDED)
            assert usual or one.thing in refining, f"changed unasked: {one}"
        new = self.added(found)
        if was_open == "prompt" and not refining and self.hands.picture != former:
            assert new, "the open mask is gone"
        if self.hands.picture != former or not (self.hands.open_prompt or self.hands.open_outline):
            if was_open == "outline" and not new:
                pass  # two corners are no object: they stay as a draft
            else:
                self.drafts.pop(former, None)
                self.class_name = None if self.came_back else self.class_name
                self.came_back = False
        if found:
            self.history.append(Step(self.before, now, self.chosen))
            self.undone.clear()
        self.before = now
        stayed = self.hands.picture == former and not new  # the last picture, and nothing was accepted
        self.mine = self.mine & self.hands.selected if stayed and not refining else frozenset()
        self.refines = frozenset()
        self._returned()

    @rule(action_id=st.sampled_from(["image.review", "image.new"]))
    def mark(self, action_id: str) -> None:
        self.hands.trigger(action_id)
        self.happened(allowed=(What.STATE,))

    # --- around it

    @rule(action_id=st.sampled_from(DIALOGS))
    def open_and_close(self, action_id: str) -> None:
        self.hands.trigger(action_id, patient=False)
        self.hands.close_dialogs()
        if action_id == "image.queue":  # goes to its first entry, whose objects are selected to be judged
            self.mine |= self.hands.selected
        self.happened()

    @rule(scheme=st.sampled_from(["light", "dark", "auto"]))
    def theme(self, scheme: str) -> None:
        self.hands.window.settings.set("look.scheme", scheme)
        self.hands.settle()
        self.happened()

    @rule()
    def search_and_clear(self) -> None:
        """A search that finds nothing, then none: everything is listed again."""
        dock = self.hands.window.images_dock
        former = self.hands.picture
        self.hands.type_into(dock.search, "nothing has this name")
        self.hands.wait(lambda: self.hands.window.images_model.rowCount() == 0, "the list to be filtered")
        self.hands.type_into(dock.search, "")
        self.hands.wait(lambda: self.hands.window.images_model.rowCount() == 3, "the whole list")
        self.hands.settle()
        self.hands.window.workspace.canvas.setFocus()
        assert differences(self.before, self.hands.world) == ()
        if self.hands.picture != former:
            self.mine = self.refines = frozenset()
        self._returned()

    @rule()
    def export(self) -> None:
        """The file holds what the project holds."""
        self.exports += 1
        target = self.hands.folder.parent / f"export-{id(self)}-{self.exports}.json"
        self.hands.trigger("file.export")
        dialog = self.hands.window.findChild(ExportDialog)
        assert dialog is not None
        dialog.target.setText(str(target))
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        self.hands.wait(lambda: target.exists() or self.told(), "the export")
        self.hands.settle()
        self.happened()
        if not target.exists():
            assert not any(picture.things for picture in self.before.values())
            return
        data = json.loads(target.read_text("utf-8"))
        names = {image["id"]: image["file_name"] for image in data["images"]}
        classes = {category["id"]: category["name"] for category in data["categories"]}
        written = sorted((names[a["image_id"]], classes[a["category_id"]]) for a in data["annotations"])
        held = sorted(
            (name, thing.class_name)
            for name, picture in self.before.items()
            for thing in picture.things.values()
        )
        assert written == held

    @rule()
    def restart(self) -> None:
        """Quit and start again: everything is there, also what was open."""
        self.hands.quit()
        self.hands.start()
        now = self.hands.world
        if self.here == "prompt" and not self.kept_if_left:
            self.forget()
        assert without_ids(now) == without_ids(self.before), differences(self.before, now)
        self.before = now
        self.mine = frozenset()
        self.class_name = None  # a person looks which class is chosen; the robot takes either
        self._returned()
