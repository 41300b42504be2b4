"""Every text can be translated, and the shipped German is whole."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from slimsam_app import i18n

ROOT = Path(__file__).parent.parent.parent
TOOL = runpy.run_path(str(ROOT / "packaging" / "translations.py"))


def test_the_shipped_translation_has_every_text_and_keeps_its_blanks() -> None:
    texts = TOOL["all_texts"]()
    known = TOOL["read_translations"](TOOL["FOLDER"] / "slimsam_de.ts")
    assert [text for text in texts if text not in known] == [], (
        "run packaging/translations.py, then translate"
    )
    for text in texts:
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", known[text])), text


@pytest.mark.usefixtures("qapp")
def test_german_is_shown_when_it_is_chosen() -> None:
    translator = i18n.install("de")
    assert translator is not None
    try:
        assert i18n.tr("Open folder…") == "Ordner öffnen…"
        assert i18n.tr("a text that nobody translated") == "a text that nobody translated"
    finally:
        QCoreApplication.removeTranslator(translator)
    assert i18n.tr("Open folder…") == "Open folder…"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("language", ["en", "xx"])
def test_without_a_translation_the_texts_stay_english(language: str) -> None:
    assert i18n.install(language) is None
    assert set(i18n.languages()) == {"en", "de"}
