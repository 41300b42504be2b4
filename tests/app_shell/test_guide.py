"""The user guide in the program: found without a network, with its pictures, as wide as the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.guide_page import GuidePage
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.resources import guides_dir


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> GuidePage:
    window.actions_["help.guide"].trigger()
    (found,) = window.findChildren(GuidePage)
    with qtbot.waitExposed(found):
        found.show()
    return found


def test_it_is_the_guide_with_all_its_pictures(page: GuidePage) -> None:
    written = (guides_dir() / "USER_GUIDE.md").read_text("utf-8")
    assert "From a folder to a file" in page.text.toPlainText()
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", written)
    assert pictures
    for width in (900, 500):
        page.resize(width, 600)
        for name in pictures:
            picture = page.text.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
            assert isinstance(picture, QImage)
            assert 0 < picture.width() <= page.text.viewport().width()


def test_every_guide_that_it_leads_to_opens_in_the_page(
    page: GuidePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside: list[str] = []
    monkeypatch.setattr(
        "slimsam_app.windows.dialogs.guide_page.QDesktopServices.openUrl",
        lambda url: outside.append(url.toString()),
    )
    written = (guides_dir() / "USER_GUIDE.md").read_text("utf-8")
    for link in {
        link.partition("#")[0] for link in re.findall(r"[^!]\[[^\]]+\]\(([^)]+\.md[^)]*)\)", written)
    }:
        page.text.setSource(QUrl.fromLocalFile(str(guides_dir() / "USER_GUIDE.md")))
        page.text.anchorClicked.emit(QUrl(link))
        assert Path(page.text.source().toLocalFile()).name == Path(link).name
        assert page.text.toPlainText().strip()
    page.text.anchorClicked.emit(QUrl("https://example.org/x"))
    assert outside == ["https://example.org/x"]
