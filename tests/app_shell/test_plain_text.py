"""Texts of files are never HTML in the window: by the source, and by what is shown of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, Qt
from PySide6.QtGui import QAction, QFont
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

import slimsam_app
from slimsam_app.canvas.pins import PinItem
from slimsam_app.item_models import images_model
from slimsam_app.kept import Intent
from slimsam_app.plain_text import MOST_LETTERS, PlainElidingLabel, PlainLabel, message_box, plain_tip
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.notes_bar import NotesBar
from slimsam_core.annotation import Category, ImageEntry, PictureReview, ReviewNote, ReviewState
from slimsam_core.compression.job_folder import CompressionJob, JobFolder
from slimsam_core.compression.presets import preset
from slimsam_core.errors import SlimSamError
from slimsam_core.files.runs import RunFolder
from slimsam_core.files.user_folders import jobs_dir
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit
from slimsam_core.visible_text import visible
from tests.app_shell.test_connections import OPENERS, _windows
from tests.app_shell.test_labelling import add_object
from tests.tiny_models import save_tiny

ROOT = Path(slimsam_app.__file__).parent
HELPER = "plain_text.py"
EVIL = "<b>Meta AI (verified)</b><img src='/dev/zero'>\x1b[2J\u202egpj"
NAME = EVIL.replace("/", "")
SHOWN = "<b>Meta AI (verified)</b><img src='/dev/zero'>\\x1b[2J\\u202egpj"


WIDGETS = ("QLabel", "QElidingLabel", "QMessageBox", "QErrorMessage", "setHtml", "insertHtml")


def faults(tree: ast.AST) -> list[str]:
    """Calls that could take a text of a file for HTML."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [f"{call.lineno}: {ast.unparse(call.func)}" for call in calls if could_be_html(call)]


def could_be_html(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    if last in ("setToolTip", "setWhatsThis"):
        return not harmless(call.args[-1])
    if name == "QToolTip.showText":
        return not harmless(call.args[1])
    return last in WIDGETS or (name.startswith("QMessageBox.") and last[0].islower())


def harmless(argument: ast.expr) -> bool:
    """A literal, a translated literal, or what went through the helper."""
    if isinstance(argument, ast.Constant):
        return True
    if not isinstance(argument, ast.Call):
        return False
    name = ast.unparse(argument.func)
    return name == "plain_tip" or (name == "tr" and isinstance(argument.args[0], ast.Constant))


def test_every_text_is_shown_by_the_helper() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in sorted(ROOT.rglob("*.py"))
        if path.name != HELPER
        for fault in faults(ast.parse(path.read_text("utf-8")))
    ]
    assert not found, "use PlainLabel, PlainElidingLabel, plain_tip or message_box of slimsam_app.plain_text"


TAKES_HTML = (
        "QLabel(name, self)", "QtWidgets.QLabel()", "QElidingLabel('', self)", "QMessageBox(self)",
        "QMessageBox.warning(self, a, b)", "button.setToolTip(str(path))", "item.setToolTip(0, path)",
        "button.setToolTip(tr(name))", "button.setToolTip(tr('{name}').format(name=name))",
        "view.setHtml(text)", "QToolTip.showText(place, tip, self)",
)  # fmt: skip


def test_the_test_above_finds() -> None:
    assert [source for source in TAKES_HTML if not faults(ast.parse(source))] == []


def test_labels_show_letters(qtbot: QtBot) -> None:
    for kind in (PlainLabel, PlainElidingLabel):
        label = kind(EVIL)
        qtbot.addWidget(label)
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert label.text() == SHOWN
        label.setText("a\nb" + EVIL)
        assert label.text() == "a\nb" + SHOWN


def test_tool_tips_show_letters() -> None:
    assert plain_tip("photographs/a < b.jpg") == "photographs/a < b.jpg"
    shown = plain_tip(EVIL)
    assert GuiQt.mightBeRichText(shown)
    assert "&lt;img" in shown
    assert "<img" not in shown
    assert "\x1b" not in shown


def test_message_boxes_show_letters(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = message_box(parent, QMessageBox.Icon.Question, EVIL, EVIL, EVIL)
    labels = [label for label in box.findChildren(QLabel) if "Meta AI" in label.text()]
    assert len(labels) == 2
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert box.text() == SHOWN
    assert "<img" not in box.informativeText()


def test_errors_show_letters(window: MainWindow) -> None:
    window.messages.show_error(SlimSamError(f"{EVIL} cannot be read.", EVIL))
    texts = [label for label in window.findChildren(QLabel) if "Meta AI" in label.text()]
    assert [label.text() for label in texts] == [f"{SHOWN} cannot be read.", SHOWN]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in texts)


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")
def test_no_list_of_the_window_shows_a_name_as_html(opened: MainWindow) -> None:
    """In the roles that a view shows."""
    document = opened.workbench.document
    document.run(Intent("a stranger's class", (Edit(None, Category(id=77, name=EVIL)),)))
    views = [view for view in opened.findChildren(QAbstractItemView) if view.model() is not None]
    seen = set()
    for view in views:
        model = view.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            shown, tip = str(index.data()), str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
            assert not {*shown} & {"\x1b", "\u202e"}
            assert "<img" not in tip
            seen |= {"list"} if "Meta AI" in shown else set()
            seen |= {"tip"} if "Meta AI" in tip else set()
    assert seen == {"list", "tip"}


def painted(top: QWidget) -> Iterator[tuple[str, str]]:
    """Every text that a window and what is in it give to Qt, with where it stands."""
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        yield where, widget.windowTitle()
        for tip in (widget.toolTip(), widget.whatsThis(), *tips_of_actions(widget)):
            assert "<img" not in tip, where
            yield f"{where}, a tool tip", tip
        if isinstance(widget, QLabel) and "<img" in widget.text():
            assert widget.textFormat() is Qt.TextFormat.PlainText, where
        for read in ("text", "title", "currentText", "placeholderText"):
            method = getattr(widget, read, None)
            if callable(method) and not isinstance(widget, QLineEdit | QPlainTextEdit):  # those are edited
                yield f"{where}.{read}", str(method())
        for action in widget.actions():
            yield f"{where}, an action", action.text()
        if isinstance(widget, QComboBox):
            for row in range(widget.count()):
                yield where, widget.itemText(row)
        elif isinstance(widget, QTreeWidget):
            for item in widget.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive):
                yield from ((where, item.text(column)) for column in range(item.columnCount()))
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from ((where, text) for text in shown_in(widget.model(), QModelIndex()))


def tips_of_actions(widget: QWidget) -> list[str]:
    """Of the buttons of a tool bar; a menu shows none but those that were given."""
    return [] if isinstance(widget, QMenu) else [action.toolTip() for action in widget.actions()]


def shown_in(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    """The texts at the top of a model."""
    is_list = isinstance(model, QAbstractListModel)
    for row in range(model.rowCount(parent)):
        for column in range(1 if is_list else model.columnCount(parent)):
            yield str(model.index(row, column, parent).data() or "")


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")
@pytest.mark.timeout(300)
def test_no_window_shows_a_control_character(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    """A project whose classes, objects, pictures, steps and models all have names that act."""
    models = ModelLibrary().models_dir
    models.mkdir(parents=True, exist_ok=True)
    save_tiny(models / f"model {NAME}.safetensors", licence=EVIL, source=EVIL)
    document = opened.workbench.document
    add_object(opened)
    (category,) = document.categories()
    odd = replace(
        category, name=EVIL, supercategory=EVIL, hotkey="\x1b", attributes={EVIL: [EVIL, "x"], "b": "bool"}
    )
    document.run(Intent(EVIL, (Edit(category, odd),)))
    (owner,) = opened.workbench.objects.objects
    document.run(
        Intent(EVIL, (Edit(owner, replace(owner, note=EVIL, attributes={EVIL: EVIL}, extra={EVIL: EVIL})),))
    )
    entry = opened.workbench.navigator.entry
    assert entry is not None
    document.run(Intent(EVIL, (Edit(entry, replace(entry, comment=EVIL)),)))
    opened.settings.remember(tmp_path / NAME)
    recipe = replace(preset("quick-look"), teacher=EVIL, name=EVIL)
    job = JobFolder.create(jobs_dir() / "a job", CompressionJob(title=EVIL, recipe=recipe))
    RunFolder.create(job.slim_dir, {"name": EVIL}).log("ImageSkipped", path=EVIL, reason=EVIL, skipped=1)
    seen: dict[str, int] = {}
    for name, press in OPENERS.items():
        opened.workbench.objects.select(a.id for a in opened.workbench.objects.objects[:1])
        press(opened)
        qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
        shown = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        texts = [text for top in shown for text in painted(top)]
        assert not [found for found in texts if found[1] != visible(found[1])], name
        seen[name] = sum("Meta AI" in text for _, text in texts)
        for found in _windows(opened):
            found.close()
        qtbot.waitUntil(lambda: not _windows(opened))
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    telling = [name for name, count in seen.items() if count > min(seen.values())]
    assert len(telling) >= 4, seen


def test_no_letter_is_cut_at_the_width_that_a_label_asks_for(qtbot: QtBot) -> None:
    """Letters have fractions of pixels."""
    label = PlainElidingLabel()
    qtbot.addWidget(label)
    label.show()
    font = label.font()
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.3)
    label.setFont(font)
    for length in range(1, 40):
        label.setText("x" * length)
        label.setFixedSize(label.sizeHint())
        assert QLabel.text(label) == label.text()


ENDLESS = {
    "letters": "a" * 3_000_000,
    "lines": "x\n" * 1_000_000,
    "codes": "\u202e\x1b[31m" * 300_000,
    "marks over one letter": "e" + "\u0301" * 1_000_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_a_second_person_said_is_shown_up_to_a_limit(qtbot: QtBot, name: str) -> None:
    """Some megabytes of text held the window for seconds, each time that the picture was shown."""
    text = ENDLESS[name]
    above, fixed, approve = QWidget(), QAction("fixed"), QAction("approve")
    qtbot.addWidget(above)
    bar = NotesBar(fixed, approve, above)
    note = ReviewNote(x=1.0, y=2.0, text=text, author=text)
    bar.show_review(PictureReview(state=ReviewState.REJECTED, author=text, notes=(note,) * 1000))
    most = 4 * len("\\u202e") * MOST_LETTERS  # each letter may be shown as its code
    shown = [bar.words.text(), bar.notes[0].text(), bar.notes[0].toolTip(), bar.notes[0].accessibleName()]
    shown += [PinItem(1, note).toolTip(), PlainLabel(text).text(), plain_tip(text)]
    for words in shown:
        assert 0 < len(words) <= most
        assert "\u202e" not in words
        assert "\x1b" not in words
    entry = ImageEntry(
        id=1, root_id=1, path="1.png", size=Size(1, 1), content_hash="",
        review=PictureReview(state=ReviewState.REJECTED, author=text, notes=(note,) * 1000),
    )  # fmt: skip
    assert sum(map(len, images_model._review_lines(entry))) < most
