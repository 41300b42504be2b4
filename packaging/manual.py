"""The manual pages below resources/man, written from the parsers: ``python packaging/manual.py``.

One page for ``slimsam``, one for each of its sub-commands and one for ``slimsam-app``. tests/packaging fails
when an option is not in its page. Needs the extra ``dev``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from argparse_manpage.manpage import Manpage

from slimsam_app.app import build_parser
from slimsam_core.commands import command_line

MAN = Path(__file__).parents[1] / "resources" / "man"


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each page."""
    whole = command_line.full_parser()
    [commands] = (action for action in whole._actions if isinstance(action, argparse._SubParsersAction))
    for name, parser in commands.choices.items():
        yield f"slimsam-{name}", page(parser, command_line.COMMANDS[name])
    yield "slimsam-app", page(build_parser(), "label images with Segment Anything, in a window")
    yield (
        "slimsam",
        page(command_line.build_parser(), "label images with Segment Anything, and make the model small"),
    )


def page(parser: argparse.ArgumentParser, what: str) -> str:
    """One page; ``what`` is its line in ``apropos``. No date: it changes with its words alone."""
    parser.man_short_description = what  # type: ignore[attr-defined]
    parser.description = parser.description or f"{what[:1].upper()}{what[1:]}."
    text = str(Manpage(parser, format="pretty"))
    name = parser.prog.replace(" ", "-")
    text = re.sub(
        r"^\.TH .*$", f'.TH {name.upper()} "1" "" "SlimSAM desktop" "User Commands"', text, flags=re.M
    )
    return text.replace(f".SH NAME\n{parser.prog}", f".SH NAME\n{name}")


if __name__ == "__main__":
    MAN.mkdir(exist_ok=True)
    for old in MAN.glob("*.1"):
        old.unlink()
    for title, content in pages():
        (MAN / f"{title}.1").write_text(content, "utf-8")
