"""Figures are written in one style, in the language of the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from slimsam_app import figures, i18n
from slimsam_app.sentences import in_words
from slimsam_core.sentences import counted, joined, sentence

ROOT = Path(figures.__file__).parent
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def german() -> Iterator[None]:
    translator = i18n.install("de")
    assert translator is not None
    yield
    QCoreApplication.removeTranslator(translator)


BY_HAND = re.compile(r"1e6|1e9|1_000_000|strftime|isoformat|QLocale\(")
HELPERS = {"figures.py", "i18n.py", "sentences.py"}


def test_no_module_writes_figures_by_hand() -> None:
    """A format such as ``{x:.1f} s`` is another style, and English in every language."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        if path.name in HELPERS:
            continue
        text = path.read_text("utf-8")
        found += [f"{path.name}: {match.group()}" for match in BY_HAND.finditer(text)]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                found.append(f"{path.name}:{node.lineno} {ast.unparse(node.value)}")
    assert found == [], "see slimsam_app/figures.py"


def plain(text: str) -> str:
    """With usual spaces; that those of a unit do not break is tested by itself."""
    return text.replace(figures.SPACE, " ")


WRITTEN = [
    (figures.count(1_234_567), "1,234,567"),
    (figures.count_of(2, 1_000), "2 / 1,000"),
    (figures.count_of(2, 0), "2"),
    (figures.decimal(-0.25, 3, signed=True), "-0.250"),
    (figures.decimal(0.25, 3, signed=True), "+0.250"),
    (figures.decimal(-0.0004, 3, signed=True), "0.000"),
    (figures.iou(0.99999), "0.99"),
    (figures.iou(0.29), "0.29"),
    (figures.iou(1.0, 3), "1.000"),
    (figures.percent(0.48), "48 %"),
    (figures.change(50.0, 26.0), "-48 %"),
    (figures.change(0.0, 26.0), ""),
    (figures.rough_count(26_000_000), "26.0 M"),
    (figures.rough_count(999), "999"),
    (figures.file_size(18_300_000), "18.3 MB"),
    (figures.file_size(2_000_000_000), "2.00 GB"),
    (figures.file_size(12_000), "12 kB"),
    (figures.milliseconds(240.0), "240 ms"),
    (figures.milliseconds(1_300.0), "1.3 s"),
    (figures.milliseconds(999.6), "1.0 s"),
    (figures.milliseconds(None), "–"),
    (figures.duration(0.2), "1 s"),
    (figures.duration(36), "36 s"),
    (figures.duration(300), "5 min"),
    (figures.duration(9_000), "2.5 h"),
    (figures.duration(None), ""),
    (figures.moment(datetime(2026, 11, 28, 8, 36)), "28 Nov 2026, 08:36"),
]


@pytest.mark.parametrize(("written", "expected"), WRITTEN)
def test_figures_in_english(written: str, expected: str) -> None:
    assert plain(written) == expected


def test_a_unit_stays_with_its_number() -> None:
    for text in (
        figures.percent(0.5),
        figures.file_size(1e7),
        figures.milliseconds(2.0),
        figures.duration(9.0),
    ):
        assert figures.SPACE in text
        assert " " not in text


@pytest.mark.usefixtures("german")
def test_figures_in_german() -> None:
    assert figures.count(1_234_567) == "1.234.567"
    assert figures.decimal(0.25, 2) == "0,25"
    assert plain(figures.file_size(18_300_000)) == "18,3 MB"
    assert figures.moment(datetime(2026, 11, 28, 8, 36)) == "28.11.2026, 08:36"


@pytest.mark.usefixtures("german")
def test_a_sentence_of_the_core_is_said_in_german_with_its_values_in_place() -> None:
    gain = joined(
        ", ", [sentence("{times:.1f}x faster", times=1.9), sentence("{percent} % smaller", percent=48)]
    )
    told = sentence("{gain}; {loss}.", gain=gain, loss=sentence("nothing to judge its masks by"))
    assert told == "1.9x faster, 48 % smaller; nothing to judge its masks by."
    assert in_words(told).startswith("1,9-mal so schnell, ")
    assert in_words("a text of nobody") == "a text of nobody"


def test_one_and_many_are_told_apart() -> None:
    assert counted("{count} picture", "{count} pictures", 1) == "1 picture"
    assert counted("{count} picture", "{count} pictures", 2) == "2 pictures"
    assert sentence("a {brace} without a value") == "a {brace} without a value"


def test_the_value_of_a_pixel_is_whole() -> None:
    assert [figures.pixel_value(value) for value in (65535, 2012, 7, 0.25)] == ["65535", "2012", "7", "0.25"]


def test_an_estimate_outside_of_what_an_iou_can_be_is_shown_inside() -> None:
    assert (figures.iou(-0.13), figures.iou(1.04), figures.iou(0.856)) == ("0.00", "1.00", "0.85")
