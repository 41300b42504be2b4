"""Switches and choices can be seen: their rings stand out from the window, light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QRadioButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio, WCAG 2; 1 = none."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", [QRadioButton, QCheckBox])
def test_a_choice_can_be_seen_chosen_or_not(
    qtbot: QtBot, opened: MainWindow, scheme: str, kind: type[QAbstractButton]
) -> None:
    opened.theme.set_scheme(scheme)
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    buttons = [kind("Choice", window) for _ in range(2)]
    for button in buttons:
        layout.addWidget(button)
    buttons[0].setChecked(True)
    window.show()
    qtbot.waitExposed(window)
    around = opened.theme.color("window")
    for button in buttons:
        image = button.grab().toImage()
        middle = image.height() // 2
        row = [image.pixelColor(x, middle) for x in range(18)]  # across the ring, left of the text
        assert max(contrast(colour, around) for colour in row) > 3
    assert buttons[0].grab().toImage() != buttons[1].grab().toImage()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_opened_choice_has_one_frame_of_one_colour(qtbot: QtBot, window: MainWindow, scheme: str) -> None:
    window.theme.set_scheme(scheme)
    choice = QComboBox()
    qtbot.addWidget(choice)
    choice.addItems([f"entry {number}" for number in range(6)])
    choice.setCurrentIndex(2)
    choice.show()
    qtbot.waitExposed(choice)
    choice.showPopup()
    opened = choice.view().window()
    qtbot.waitExposed(opened)
    image = opened.grab().toImage()
    choice.hidePopup()
    right, below, middle = image.width() - 1, image.height() - 1, image.width() // 2
    side = image.height() // 6  # at the height of the first entry, which is not marked
    frame = {image.pixelColor(*at).name() for at in ((middle, 0), (middle, below), (0, side), (right, side))}
    assert len(frame) == 1
    inside = [(middle, 1), (middle, below - 1), (1, side), (right - 1, side)]
    inside += [(middle, step) for step in range(1, 6)]
    grounds = [image.pixelColor(*at) for at in inside]
    assert all(contrast(ground, window.theme.color("panel")) < 1.1 for ground in grounds)
    assert contrast(QColor(frame.pop()), window.theme.color("panel")) > 1.15
