"""What the guides say to type, line by line: a team's day, films, detectors.

Whatever a guide shows in a block is run by a test as it stands or has its reason here; scripts, extras and
options that are named are there.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from slimsam_app.app import build_parser as window_parser
from slimsam_core.annotation import Category
from slimsam_core.cli import main
from slimsam_core.project import Edit, Project, add_root, scan_root
from tests.cli.test_frames import film
from tests.detecting import networks
from tests.teamwork import people
from tests.test_named_commands import GUIDES, LONG, NAMED, QUICK, ROOT, argv_of, blocks, desk, runs

__all__ = ["desk"]

TEXTS = [*GUIDES, *sorted((ROOT / "docs" / "adr").glob("*.md")), ROOT / "resources" / "samples" / "README.md"]
SOURCES = [*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

SOON = ("frames", "detect", "completion")
"""Sub-commands that take a second with what ``desk`` gives them."""
NOT_RUN = {
    "slimsam segment cat.jpg --box 60,20,380,290 --model slimsam-77": "the model has to be downloaded",
    "slimsam label-rest": "needs dozens of labelled objects; tests/likeness",
    "slimsam evaluate lite2": "nightly, below",
    "slimsam prepare": "nightly, below",
    "slimsam doctor": "tests/cli and tests/library run it: what it says depends on the machine",
    "slimsam compress": "minutes to days; tests/compression run every option with networks that are tiny",
    "slimsam adapt": "needs dozens of accepted objects and minutes; tests/adapting",
    "slimsam train": "minutes to days; tests/training run every option with networks that are tiny",
    "slimsam evaluate MODEL": "stands for models of the reader; tests/judging run it with tiny ones",
    "slimsam bench": "measures for minutes; tests/benchmarks run it with one repetition",
}
"""Beginning of a command -> why no test types it as it stands."""


def shell_words(command: str) -> list[str]:
    """The arguments as a shell gives them: patterns of file names are filled in."""
    return [part for word in argv_of(command) for part in (filled(word) or [word])]


def filled(pattern: str) -> list[str]:
    return sorted(map(str, Path.cwd().glob(pattern))) if "*" in pattern else []


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``pets.slimsam`` with six pictures and an object in each; gold, ana and ben are copies that went
    on."""
    for folder in ("cats", "dogs"):
        (tmp_path / "pictures" / folder).mkdir(parents=True)
        for number in (1, 2, 3):
            Image.new("RGB", (people.SIZE.width, people.SIZE.height), (number, 0, 0)).save(
                tmp_path / "pictures" / folder / f"{number}.jpg"
            )
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pets.slimsam"
    with Project.create(path, []) as project:
        scan_root(project, add_root(project, tmp_path / "pictures").id)
        project.apply("Add class", [Edit(None, Category(id=1, name="cat"))])
        for image in project.images():
            people.add(project, image.id, 2)
    for name, x in (("gold", 2), ("ana", 3), ("ben", 4)):
        with Project.open(people.copy_of(path, name)) as project:
            project.annotator = name
            for one in people.objects_of(project):
                people.redraw(project, one.id, x)
    return path


def differ(path: Path) -> None:
    """Everybody draws every object anew, elsewhere."""
    for x, one in enumerate([path, *sorted(path.parent.glob("pets-parts/*/*.slimsam"))]):
        with Project.open(one) as project:
            for annotation in people.objects_of(project):
                people.redraw(project, annotation.id, x)


def test_a_day_of_a_team_runs_as_it_is_written(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [text for text in runs("teams.md", QUICK) if ".slimsam" in text]
    assert len(commands) > 12
    told = {}
    for text in commands:
        if " merge " in text:
            differ(pets)
        code = main(shell_words(text))
        told[text], said = capsys.readouterr()
        waits = re.search(r" merge | conflicts pets.slimsam$|--number", text)
        assert code == bool(waits), f"{text}: {told[text]} {said}"
    assert (pets.parent / "agreement.html").is_file()
    listed, _, taken = (out for text, out in told.items() if " conflicts " in text)
    assert "3" in listed
    assert taken


def test_a_kept_state_comes_back_and_moved_pictures_are_found(
    pets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take, show, back, relink = (
        next(text for text in runs("projects.md", QUICK) if text.startswith(f"slimsam project {action} "))
        for action in ("snapshot", "snapshots", "go-back", "relink")
    )
    assert main(argv_of(take)) == 0
    with Project.open(pets) as project:
        people.delete(project, 1)
    capsys.readouterr()
    assert main(argv_of(show)) == 0
    day = capsys.readouterr().out[: len("2026-11-27")]
    assert main([*argv_of(back)[:-1], day]) == 0
    with Project.open(pets) as project:
        assert project.annotation(1).image_id
    (pets.parent / "pictures").rename(pets.parent / "moved")
    assert main([*argv_of(relink)[:-2], str(pets.parent / "pictures"), str(pets.parent / "moved")]) == 0
    with Project.open(pets) as project:
        assert all(project.image_path(image).is_file() for image in project.images())


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("guide", ["README.md", "INSTALL.md"])
def test_films_detectors_and_the_tab_key_run_as_they_are_written(
    guide: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film(tmp_path / "walk.mp4")
    networks.yolo_v8(tmp_path / "yolo.onnx")
    with Project.open(tmp_path / "photographs.slimsam") as project:
        red = Category(id=project.next_id(Category), name="red")  # one of those that the network knows
        project.apply("Add class", [Edit(None, red)])
    commands = runs(guide, SOON)
    assert commands
    for text in commands:
        assert main(argv_of(text)) == 0, f"{text}: {capsys.readouterr().err}"


@pytest.mark.nightly
def test_what_computes_for_some_seconds_runs_as_it_is_written(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "slim").mkdir()
    shutil.copy(ROOT / "resources" / "models" / "lite2.safetensors", desk / "slim" / "model.safetensors")
    assert main(["convert", "labels.json", "--from", "coco", "--to", "labelme", "--out", "labelled"]) == 0
    shutil.copy(desk / "cat.jpg", desk / "labelled" / "chelsea.jpg")
    for text in ("slimsam prepare photos", *runs("README.md", ("evaluate",))):
        assert main(argv_of(text)) == 0, f"{text}: {capsys.readouterr().err}"


def test_every_command_of_a_block_is_run_or_says_why_not() -> None:
    typed = {
        *(
            text
            for guide in ("README.md", "formats.md", "projects.md", "teams.md")
            for text in runs(guide, QUICK)
        ),
        *(text for guide in ("README.md", "INSTALL.md") for text in runs(guide, SOON)),
        *runs("README.md", LONG),
    }
    shown = [command for command in NAMED if command.whole]
    assert len(shown) > 45
    left = [
        c for c in shown if c.text not in typed and not any(c.text.startswith(known) for known in NOT_RUN)
    ]
    assert not left, "\n".join(str(command) for command in left)
    unused = [known for known in NOT_RUN if not any(c.text.startswith(known) for c in shown)]
    assert not unused, unused


def window_commands(text: str) -> Iterator[str]:
    """What a guide says of ``slimsam-app``, in its blocks and its sentences."""
    for line in blocks(text):
        yield from re.findall(r"^\s*(slimsam-app[^#\n`]*)", line)
    yield from re.findall(r"`(?:\.venv/bin/|SlimSAM/)?(slimsam-app[^`]*)`", text)


@pytest.mark.parametrize("guide", TEXTS, ids=lambda path: path.name)
def test_options_of_the_window_are_those_that_it_takes(guide: Path) -> None:
    known = set(re.findall(r"--[\w-]+", window_parser().format_help()))
    named = [
        word for command in window_commands(guide.read_text("utf-8")) for word in shlex.split(command)[1:]
    ]
    assert {word for word in named if word.startswith("-")} <= known


def test_the_window_is_named_with_its_options() -> None:
    found = {command.strip() for guide in TEXTS for command in window_commands(guide.read_text("utf-8"))}
    assert {"slimsam-app", "slimsam-app --install-desktop", "slimsam-app --remove-desktop"} <= found


@pytest.mark.parametrize("guide", TEXTS, ids=lambda path: path.name)
def test_scripts_that_are_named_are_there(guide: Path) -> None:
    text = guide.read_text("utf-8")
    for name in re.findall(r"(?:bash|python|pytest) (?:-[^\s`]+ )*((?:packaging|tests)/[\w/.-]+\w)", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\bpython -m ([\w.]+)", text):
        module = ROOT.joinpath(*name.split("."))
        assert module.with_suffix(".py").is_file() or (module / "__init__.py").is_file(), name


def test_extras_that_are_named_can_be_installed() -> None:
    named = {
        (path.name, extra)
        for path in (*TEXTS, *SOURCES)
        for extra in re.findall(r"(?:slimsam-desktop|[`' ]\.)\[(\w+)\]", path.read_text("utf-8"))
    }
    assert {("INSTALL.md", "fused"), ("models.md", "export")} <= named
    assert {place: extra for place, extra in named if extra not in EXTRAS} == {}
