"""The sentences on safety in the documents, and the table that ties each to the tests that hold it."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
TABLE = DOCS / "safety-sentences.md"
SECTIONS = {
    "projects.md": (
        "Nothing to save", "When something is in the way", "Going back", "When the disk damages it",
        "Opened from another place: nothing of it is trusted", "Pictures",
    ),
    "models.md": ("Getting one", "Files of strangers"),
    "formats.md": ("What an export promises", "What an import promises"),
}  # fmt: skip
"""Document -> headings of the sections that promise something about safety."""
_BLOCK = re.compile(r"\n(?=- |\| |\n)|\n\n")
_END = re.compile(r"(?<=[.!])\s+(?=[A-Z`*0-9])|(?<=;)\s+(?=[a-z`])")


def sentences(document: str) -> list[str]:
    """Every sentence of the sections of a document that ``SECTIONS`` names, each on one line.

    An item of a list, or a row of a table, begins a sentence; a semicolon ends one. Code and headings of
    tables are none.
    """
    text = (DOCS / document).read_text("utf-8")
    found = []
    for heading in SECTIONS[document]:
        match = re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        assert match is not None, f"{document} has no section {heading!r}"
        body = re.sub(r"^    .*$", "", match[1], flags=re.MULTILINE)  # code
        body = re.sub(
            r"^\|(?: ?\|.*|-.*| way \|.*| what is lost \|.*)$", "", body, flags=re.MULTILINE
        )  # heads of tables
        for block in _BLOCK.split(body):
            line = " ".join(block.split()).strip("|- ").replace(" | ", ": ")
            found += [sentence for sentence in _END.split(line) if re.search("[a-z]", sentence)]
    return found


def rows() -> dict[tuple[str, str], list[str]]:
    """Document and sentence -> the tests that hold it, as ``tests/file.py::test``; none for those that only
    explain."""
    found: dict[tuple[str, str], list[str]] = {}
    document = ""
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            document = line[3:].strip()
        elif line.startswith("| ") and not line.startswith("| sentence"):
            sentence, tests = line[2:].rstrip(" |").rsplit(" | ", 1)
            found[document, sentence.replace("\\|", "|")] = re.findall(r"`(tests/[\w/]+\.py::\w+)`", tests)
    return found
