"""Commands are named in the language of the program, whatever language it had when they were done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from slimsam_app import i18n
from slimsam_app.sentences import step_words
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_shell.test_labelling import add_object
from tests.app_shell.test_steps_in_sight import told


@pytest.fixture
def german() -> Iterator[None]:
    translator = i18n.install("de")
    assert translator is not None
    yield
    application = QCoreApplication.instance()
    assert application is not None
    for installed in application.findChildren(QTranslator):  # also Qt's own words
        QCoreApplication.removeTranslator(installed)


@pytest.mark.usefixtures("german")
def test_what_was_done_in_english_is_told_in_german_and_kept_in_english(opened: MainWindow) -> None:
    workbench, lines = opened.workbench, told(opened)
    add_object(opened)
    workbench.set_state(ImageState.NEEDS_REVIEW)
    history = [entry.label for entry in workbench.document.project.history(2)]
    assert history == ["Mark as “Needs review”", "Add object"]
    marked = i18n.tr("Mark as “{name}”").format(name=i18n.tr("Needs review"))
    assert "Needs review" not in marked
    assert workbench.document.undo_stack.undoText() == marked
    opened.actions_["edit.undo"].trigger()
    opened.actions_["edit.undo"].trigger()
    assert [line.split(": ")[1] for line in lines] == [marked, i18n.tr("Add object")]
    assert i18n.tr("Add object") != "Add object"


@pytest.mark.usefixtures("german")
def test_labels_of_the_library_and_of_other_languages() -> None:
    assert step_words("Import cats.json") == i18n.tr("Import {name}").format(name="cats.json")
    assert step_words("Remove 12 images") == i18n.tr("Remove {name} images").format(name="12")
    for label in ("Boxes to masks", "Remove image", "Add images"):
        assert step_words(label) == i18n.tr(label) != label
    assert step_words("Ajouter un objet") == "Ajouter un objet"
    assert step_words("") == ""
