"""What files say reaches terminal and window as letters, never as commands to them."""

from __future__ import annotations

import ast
import json
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.cli import main
from slimsam_core.commands.console import say, say_json, say_text
from slimsam_core.visible_text import in_html, one_line, visible, visible_json
from tests.tiny_models import save_tiny

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, tschüß, 漢字, عربى, 👩‍🔬, a\u00a0b", None),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("invoice\u202egpj.exe\u2066x\u2069", "invoice\\u202egpj.exe\\u2066x\\u2069"),
        ("nul\x00, del\x7f, csi\x9b31m", "nul\\x00, del\\x7f, csi\\x9b31m"),
        ("line\u2028separator\u2029 mark\ufeff\u200b", "line\\u2028separator\\u2029 mark\\ufeff\\u200b"),
        ("not Unicode: \udcff", "not Unicode: \\udcff"),
    ],
)
def test_what_would_act_is_shown_as_its_code(text: str, shown: str | None) -> None:
    assert one_line(text) == (text if shown is None else shown)


def test_texts_of_several_lines_keep_them() -> None:
    assert visible("a\n\tb\x1b") == "a\n\tb\\x1b"
    assert one_line("x" * 50, limit=10) == "x" * 10 + "…"


@given(st.text(st.characters()))
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = one_line(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not {*shown} & {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    shown.encode()


@given(st.text(st.characters()))
def test_json_keeps_its_value(text: str) -> None:
    shown = visible_json(json.dumps({text: [text]}, ensure_ascii=False, indent=1))
    assert json.loads(shown) == {text: [text]}
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\n"]


def test_commands_print_one_line_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    say("cat\nslimsam: all is well\x1b[2J")
    say_text("a\nb\x1b", err=True)
    say_json({"name": "\x9b\u202e"})
    printed = capsys.readouterr()
    assert printed.out == 'cat\\nslimsam: all is well\\x1b[2J\n{\n "name": "\\u009b\\u202e"\n}\n'
    assert printed.err == "a\nb\\x1b\n"


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")
def test_a_model_whose_name_and_licence_speak_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b]0;owned\x07\nMeta AI (verified)\u202e"
    path = tmp_path / f"m{evil}.safetensors"
    save_tiny(path, licence=evil, source=evil)
    assert main(["models", "info", str(path)]) == 0
    assert main(["models", "info", str(path), "--json"]) == 0
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["models", "verify", str(path)]) == 1
    printed = capsys.readouterr()
    assert "owned" in printed.out
    assert "owned" in printed.err
    assert not {*(printed.out + printed.err)} & {"\x1b", "\x07", "\u202e"}
    assert "\nMeta AI" not in printed.out
    assert printed.err.count("\n") == 1


def test_pages_are_written_in_one_way() -> None:
    """``html.escape`` leaves control characters and lone surrogates as they are."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "slimsam_core").rglob("*.py")
        if "html.escape" in path.read_text("utf-8")
    }
    assert found == {"slimsam_core/visible_text.py"}, "use in_html of slimsam_core.visible_text"
    assert in_html("<b>\x1b\udcff\u202e</b>\n") == "&lt;b&gt;\\x1b\\udcff\\u202e&lt;/b&gt;\n"


SILENT = {
    "slimsam_core/commands/console.py": "the helper",
    "slimsam_core/benchmarks/child.py": "JSON for the parent process",
    "slimsam_core/adapting/child.py": "JSON and errors for the parent process",
    "slimsam_core/inference/runtimes/background.py": "JSON and errors for the parent process",
    "slimsam_core/export/pair_trial.py": "why a pair is refused, for the parent process",
    "slimsam_core/judging/footprint.py": "a number for the parent process",
}


def test_nothing_else_prints() -> None:
    """A bare ``print`` would give the terminal what files say."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "slimsam_core").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            getattr(node.func, "id", "") == "print"
            or ast.unparse(node.func) in ("sys.stdout.write", "sys.stderr.write")
        )
    }
    assert found == SILENT.keys()
