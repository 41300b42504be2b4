"""Every command that the guides and the hints of the program name is one that the program takes, and runs.

All are parsed. Those that need no model and no training are run in the order in which a guide gives them, in
a folder with the files that it speaks of; ``nightly`` runs those of one picture with the bundled model too.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.commands.command_line import build_parser
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import convert, import_into
from slimsam_core.project import Project, add_root, scan_root

ROOT = Path(__file__).parents[1]
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_IN_TEXT = re.compile(r"`(slimsam(?: [^`]+))`")
_LINE = re.compile(r"\s*(slimsam [^#\n]+?)\s*(?:#.*)?$")
_HINT = re.compile(r"""['`](slimsam [a-z][^'`]*)['`]""")
FOR_EXAMPLE = {"SHELL": "bash", "N": "3", "FORMAT": "onnx", "COMMAND": "doctor"}
"""Words of a guide that stand for one of a few values."""
_LAST = re.compile(r": (slimsam [a-z][^'`]*)$")
"""What a line of output ends with."""
_WHOLE = re.compile(r"slimsam (?:models|project) \S+.*")
"""A string that is a command and nothing else, as errors carry it for people to copy."""
_NAMES_ONE = re.compile(r"slimsam [a-z]|command=\(")
"""What no file lacks that names a command."""


@dataclass(frozen=True)
class Named:
    """A command, and the file that names it."""

    place: str
    text: str
    whole: bool = True
    """Whether it is to be typed as it stands; in a sentence what it works on may be left out."""
    copied: bool = False
    """Shown alone, for people to copy: nothing may be left out."""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def blocks(text: str) -> Iterator[str]:
    """The lines of fenced and of indented code."""
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line


def guide_commands(guide: Path) -> list[Named]:
    """What a guide says to type, in order: in blocks, then within its sentences."""
    text = guide.read_text("utf-8")
    lines = [match[1] for line in blocks(text) if (match := _LINE.match(line))]
    sentences = [match.replace("\n", " ") for match in _IN_TEXT.findall(text) if match not in lines]
    whole = [Named(guide.name, command) for command in lines]
    return [*whole, *(Named(guide.name, command, whole=False) for command in sentences)]


def hint_commands() -> Iterator[Named]:
    """What messages of the program say to type; parts that are filled in stand as NAME."""
    for path in sorted((*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py"))):
        source = path.read_text("utf-8")
        if not _NAMES_ONE.search(source):  # most files; each process that tests reads all of them
            continue
        tree = ast.parse(source)
        described = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        inner = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if id(node) in described or id(node) in inner:
                continue
            place = path.relative_to(ROOT).as_posix()
            if isinstance(node, ast.keyword) and node.arg == "command" and isinstance(node.value, ast.Tuple):
                words = [said(part) or "NAME" for part in node.value.elts]
                yield Named(place, shlex.join(words), copied=True)
            text = said(node)
            yield from (Named(place, command, copied=True) for command in _LAST.findall(text))
            found = [text] if text and _WHOLE.fullmatch(text) else _HINT.findall(text)
            yield from (Named(place, command) for command in found)


def said(node: ast.AST) -> str:
    """The text of a string, whose filled in parts are NAME; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(said(part) or "NAME" for part in node.values)
    return ""


def argv_of(command: str) -> list[str]:
    """The arguments after ``slimsam``: what may be left out is given, of alternatives the first.

    Where the output goes (``> FILE``) is the shell's.
    """
    command, *_ = command.split(" > ")
    text = re.sub(r"\[([^\]|]*)(?:\|[^\]]*)?\]", r"\1", command.replace("...", ""))
    return [FOR_EXAMPLE.get(word, word) for word in shlex.split(text)[1:]]


def parsed(command: str) -> str:
    """Parse a command; returns what the parser has against it, empty for nothing."""
    argv, told = argv_of(command), io.StringIO()
    try:
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
            build_parser(argv[0]).parse_args(argv)
    except SystemExit as stopped:
        return told.getvalue().strip().splitlines()[-1] if stopped.code else ""
    return ""


NAMED = [command for guide in GUIDES for command in guide_commands(guide)]
HINTS = list(hint_commands())


def test_commands_are_found_where_people_read_them() -> None:
    assert len(NAMED) > 30
    assert {"README.md", "formats.md", "projects.md", "training.md"} <= {command.place for command in NAMED}
    assert len(HINTS) > 8
    assert any(hint.text == "slimsam models download NAME" for hint in HINTS)


@pytest.mark.parametrize("command", [*NAMED, *HINTS], ids=str)
def test_a_named_command_is_one_that_the_program_takes(command: Named) -> None:
    argv = argv_of(command.text)
    if not command.copied and (len(argv) == 1 or (len(argv) == 2 and argv[0] in ("project", "models"))):
        # named without what it works on: that there is such a command is all that can be said
        argv.append("--help")
    trouble = parsed(shlex.join(["slimsam", *argv]))
    assert trouble == "" or (not command.whole and "arguments are required" in trouble)


SAMPLES = ROOT / "resources" / "samples"
QUICK = ("convert", "doctor", "import", "export", "project")
LONG = ("segment", "everything", "boxes-to-masks")
NEEDS_MORE = ("slimsam-77", "OLD", "NEW", "PROJECT", "SRC", "FILE", "COMMAND", "DIR", "DST")
"""Models that are not there, and words that stand for a choice of the reader."""


def photographs(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("chelsea", "coffee"):
        shutil.copy(SAMPLES / f"{name}.jpg", folder / f"{name}.jpg")
    return folder


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the guides speak of: pictures, labels of two formats, two projects."""
    from tests.formats.foreign_files import coco

    for name in ("photographs", "photos", "pictures", "old/pictures"):
        photographs(tmp_path / name)
    (tmp_path / "pictures" / "cats").mkdir()
    shutil.copy(SAMPLES / "chelsea.jpg", tmp_path / "pictures" / "cats" / "1.jpg")
    shutil.copytree(tmp_path / "pictures", tmp_path / "new" / "pictures")
    shutil.copy(SAMPLES / "chelsea.jpg", tmp_path / "cat.jpg")
    size = {"width": 451, "height": 300}
    for name in ("labels.json", "instances.json"):
        coco(tmp_path / name, "chelsea.jpg", **size)
    convert(tmp_path / "labels.json", get_format("coco"), tmp_path / "labels", get_format("labelme"))
    with Project.create(tmp_path / "photographs.slimsam", []) as project:
        scan_root(project, add_root(project, tmp_path / "photographs").id)
        import_into(project, get_format("coco"), tmp_path / "labels.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def runs(guide: str, kinds: tuple[str, ...]) -> list[str]:
    """The commands of a guide that can be run as they stand, in its order."""
    wanted = [
        command.text for command in NAMED if command.place == guide and command.text.split()[1] in kinds
    ]
    return [
        text for text in wanted if not any(word in text for word in NEEDS_MORE) and len(argv_of(text)) > 1
    ]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("guide", ["README.md", "formats.md"])
def test_the_commands_of_a_guide_run_as_they_are_written(
    guide: str, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = runs(guide, QUICK)
    assert commands
    for text in commands:
        assert main(argv_of(text)) == 0, f"{text}: {capsys.readouterr().err}"


def test_the_commands_for_projects_run_as_they_are_written(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = [text for text in runs("projects.md", QUICK) if "pets.slimsam" in text]
    commands.sort(key=lambda text: "create" not in text)  # the guide makes it last
    assert len(commands) > 4
    for text in commands:
        argv = [str(desk / part.lstrip("/")) if part.startswith("/") else part for part in argv_of(text)]
        if "go-back" in argv or "relink" in argv:
            continue  # a state of that day, and a folder that moved: tests of their own
        code = main(argv)
        told = capsys.readouterr()
        assert code == 0 or "Nothing left to do" in told.out, f"{text}: {told.err}"


@pytest.mark.nightly
def test_the_commands_of_the_first_page_find_objects(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in runs("README.md", LONG):
        assert main(argv_of(text)) == 0, f"{text}: {capsys.readouterr().err}"
    assert (desk / "cat.json").is_file()
    assert (desk / "all.json").is_file()
