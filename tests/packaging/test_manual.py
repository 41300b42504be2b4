"""The manual pages that ship are those of the parsers: every command has one, and it names every option."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_app.app import build_parser as app_parser
from slimsam_core.commands.command_line import COMMANDS, build_parser, full_parser

MAN = Path(__file__).parents[2] / "resources" / "man"
AGAIN = "run: python packaging/manual.py"


def sub_parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Options, sub-commands and their options."""
    for action in parser._actions:
        yield from action.option_strings
    for name, inner in sub_parsers(parser).items():
        yield name
        yield from words(inner)


def pages() -> dict[str, set[str]]:
    commands = sub_parsers(full_parser())
    return {
        "slimsam": set(words(build_parser())),
        "slimsam-app": set(words(app_parser())),
        **{f"slimsam-{name}": set(words(parser)) for name, parser in commands.items()},
    }


def test_every_command_has_a_page_and_no_page_is_left_of_a_former_one() -> None:
    assert {path.stem for path in MAN.glob("*")} == {
        "slimsam", "slimsam-app", *(f"slimsam-{name}" for name in COMMANDS)
    }, AGAIN  # fmt: skip


@pytest.mark.parametrize(
    "name", sorted(["slimsam", "slimsam-app", *(f"slimsam-{name}" for name in COMMANDS)])
)
def test_a_page_names_every_option(name: str) -> None:
    text = (MAN / f"{name}.1").read_text("utf-8").replace(r"\-", "-")
    assert text.startswith(f".TH {name.upper()} ")
    missing = {
        word
        for word in pages()[name] - {"-h", "--help"}
        if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)
    }
    assert not missing, AGAIN
    options = set(re.findall(r"\\fB(--?[\w-]+)\\fR", text))
    assert options <= pages()[name] | {"-h", "--help"}, AGAIN
