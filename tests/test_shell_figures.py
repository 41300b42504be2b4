"""The shell says sizes, durations, IoU and numbers of things in one way: by ``slimsam_core/figures.py``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from slimsam_core import figures

CORE = Path(__file__).parent.parent / "slimsam_core"
SPOKEN = (
    *sorted((CORE / "commands").glob("*.py")),
    CORE / "compression" / "verdict_report.py",
    CORE / "inference" / "preparation.py",
    CORE / "labelling" / "box_masks.py",
    CORE / "teamwork" / "compare_report.py",
)
"""What people read in a shell, or in a page that it writes."""
MANY = re.compile(r" (pictures|objects|images|classes|proposals|commands)\b(?!/)")
"""What is counted, and there may be one of it; ``1 of 3 pictures`` and columns are no matter."""
UNIT = re.compile(r"\s?(ms|s|min|h|kB|MB|GB|%)(?![A-Za-z])")
LARGE = {"1e6", "1000000.0", "1e9", "1000000000.0"}


def hand_made(source: str) -> list[str]:
    """Figures with a unit, bytes over a million, IoUs and plurals that are put together on the spot."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.IfExp) and {"", "s"} == {
            part.value for part in (node.body, node.orelse) if isinstance(part, ast.Constant)
        }:
            found.append(f"{node.lineno}: plural")
        if not isinstance(node, ast.JoinedStr):
            continue
        before = ""
        for part, after in zip(node.values, [*node.values[1:], ast.Constant("")], strict=True):
            if isinstance(part, ast.Constant):
                before = str(part.value)
            elif isinstance(part, ast.FormattedValue):
                rounded = part.format_spec is not None and ast.unparse(part.format_spec).rstrip(
                    "'\""
                ).endswith("f")
                behind = str(after.value) if isinstance(after, ast.Constant) else ""
                parts = {ast.unparse(one) for one in ast.walk(part.value) if isinstance(one, ast.Constant)}
                whole = before.endswith((" of ", " of the ")) or ">" in ast.unparse(part.format_spec or part)
                if MANY.match(behind) and not whole and not _is_constant(part.value):
                    found.append(f"{node.lineno}: number of{behind.split(',')[0].split('.')[0]}")
                if rounded and UNIT.match(behind):
                    found.append(f"{node.lineno}: unit {behind.split()[0]}")
                elif rounded and (parts & LARGE or before.lower().endswith("iou ")):
                    found.append(f"{node.lineno}: {ast.unparse(part)}")
    return found


def _is_constant(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id.isupper()


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_figures_come_from_the_helper(path: Path) -> None:
    assert hand_made(path.read_text("utf-8")) == []


def test_the_test_above_sees_what_is_made_by_hand() -> None:
    wrong = """say(f"{time:.1f} s an object")
say(f"{size / 1e6:.1f}")
say(f"{n} picture{'' if n == 1 else 's'}")
say(f"mIoU {value:.3f}")
say(f"{share:.0f} % done")
say(f"{n:,} pictures")
"""
    assert sorted({line.split(":")[0] for line in hand_made(wrong)}) == ["1", "2", "3", "4", "5", "6"]
    assert hand_made('say(f"{measured_time(time)}, {loss:.4f}, {pictures(count)}, {LEAST} pictures")') == []


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (figures.file_size(0), "0 kB"),
        (figures.file_size(999_999), "1,000 kB"),
        (figures.file_size(18_345_000), "18.3 MB"),
        (figures.file_size(2_500_000_000), "2.50 GB"),
        (figures.measured_time(0.24), "240 ms"),
        (figures.measured_time(1.25), "1.2 s"),
        (figures.measured_time(0.9996), "1.0 s"),
        (figures.duration(0.2), "1 s"),
        (figures.duration(36), "36 s"),
        (figures.duration(300), "5 min"),
        (figures.duration(5400), "1.5 h"),
        (figures.percent(0.484), "48 %"),
        (figures.iou(0.99999), "0.999"),
        (figures.iou(1.0), "1.000"),
        (figures.things("{count} picture", "{count} pictures", 1), "1 picture"),
        (figures.things("{count} picture", "{count} pictures", 1234), "1,234 pictures"),
    ],
)
def test_a_figure_is_said_as_in_the_window(said: str, wanted: str) -> None:
    assert said == wanted


def test_an_iou_of_two_digits_is_told_as_it_is() -> None:
    assert [figures.iou(hundredth / 100, 2) for hundredth in range(101)] == [
        f"{n / 100:.2f}" for n in range(101)
    ]
    assert figures.iou(0.9999) == "0.999"


def test_a_share_has_the_interval_of_textbooks() -> None:
    """The numbers are those of ``scipy.stats.binomtest(...).proportion_ci(method="wilson")``."""
    assert figures.share_interval(112, 120) == pytest.approx((0.87395, 0.96583), abs=1e-5)
    assert figures.share_interval(7, 7) == pytest.approx((0.64567, 1.0), abs=1e-5)
    assert figures.share_interval(0, 7) == pytest.approx((0.0, 0.35433), abs=1e-5)
    assert figures.share_interval(0, 0) == (0.0, 1.0)
    assert figures.share_with_interval(112, 120) == "93 % (87 to 97)"
