"""Commands of other programs that guides, scripts and hints name: pip, uv, pipx, scripts, the window itself.

Nothing is installed and no network is asked: options, extras and packages are held against what is known, and
where a program is here, against its own help.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from slimsam_app.app import build_parser as window_parser
from slimsam_core.installation import EXTRAS, InstalledBy, add_command, replace_command
from tests.test_named_commands import ROOT, blocks
from tests.test_named_walks import TEXTS, window_commands

SCRIPTS = [*sorted((ROOT / "packaging").glob("*.sh")), *sorted((ROOT / "packaging").glob("*/*.sh"))]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGES = {
    canonicalize_name(Requirement(line).name)
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in group
}
FURTHER = {"executorch", "opencv-python"}
"""What no extra has: one does not fit beside everything else, the other is only taken away."""

TAKEN = {
    "pip install": {
        "--constraint", "--editable", "--extra-index-url", "--force-reinstall", "--index-url", "--no-deps",
    },
    "pip uninstall": {"-y"},
    "pipx inject": {"--pip-args"},
    "pipx install": {"--force"},
    "pipx runpip": {"-y", "--force-reinstall", "--no-deps"},
    "pipx uninstall": set(),
    "pipx upgrade": set(),
    "uv cache clean": set(),
    "uv pip install": {"--extra-index-url", "--no-deps", "--python", "--reinstall"},
    "uv pip uninstall": {"--python"},
    "uv tool install": {"--editable", "--python", "--torch-backend", "--with"},
    "uv tool uninstall": set(),
    "uv tool upgrade": set(),
}  # fmt: skip
"""What a command of another program takes, as far as it is named."""
WITH_VALUE = {
    "--constraint", "--extra-index-url", "--index-url", "--pip-args", "--python", "--torch-backend", "--with",
}  # fmt: skip
_OTHERS = re.compile(
    r"(?:\S*python[\d.]* -m )?((?:pip|pipx|uv)(?: (?:tool|pip|cache)(?= ))? (?!tool$)[a-z]+\b.*)"
)
_USAGE = re.compile(
    r"bash (packaging/[\w/-]+\.sh)((?: \[?[A-Z][A-Z_]*(?: \.\.\.)?\]?| \[?--[\w-]+(?: [\w]+)?\]?)*)"
)
_ANY_ARGUMENTS = {"packaging/demo.sh", "packaging/test.sh"}
"""A folder that may be given, and what goes to pytest: said in sentences."""


def typed(text: str) -> Iterator[str]:
    """What a guide shows to type: lines of its blocks, and code within its sentences."""
    code = [*blocks(text), *re.findall(r"`([^`\n]+)`", text)]
    for line in code:
        yield re.split(r"\s+#|\s&&\s", line.strip())[0]


def others(text: str) -> list[str]:
    """Commands of other programs in a guide."""
    return [found[1] for line in typed(text) if (found := _OTHERS.fullmatch(line))]


def against(command: str) -> str:
    """What such a command gets wrong; empty for nothing."""
    words = shlex.split(command)
    head = " ".join(words[: 3 if words[0] == "uv" else 2])
    if head not in TAKEN:
        return f"{head} is no command that is known"
    rest = iter(words[len(head.split()) :])
    for word in rest:
        option, _, value = word.partition("=")
        if not word.startswith("-"):
            if wrong := no_package(word):
                return wrong
        elif option not in TAKEN[head]:
            return f"{head} does not take {option}"
        elif option in WITH_VALUE:
            value = value or next(rest, "")
            if option == "--with" and value and (wrong := no_package(value)):
                return wrong
            if option == "--constraint" and not (ROOT / value).is_file():
                return f"{value} is not there"
    return ""


def no_package(word: str) -> str:
    """What is wrong with something to install: a package, this checkout or a folder; empty for nothing."""
    name, _, extras = word.partition("[")
    unknown = {extra for extra in extras.rstrip("]").split(",") if extra} - set(
        PROJECT["optional-dependencies"]
    )
    if unknown:
        return f"{word} names an extra that is not there"
    if name == "." or name.startswith("/") or word in ("install", "uninstall"):  # those of runpip
        return ""
    known = PACKAGES | FURTHER | {PROJECT["name"]}
    return "" if canonicalize_name(Requirement(word).name) in known else f"{word} is no package of ours"


@pytest.mark.parametrize("guide", TEXTS, ids=lambda path: path.name)
def test_what_a_guide_says_to_pip_uv_and_pipx_is_understood(guide: Path) -> None:
    found = others(guide.read_text("utf-8"))
    assert {command: wrong for command in found if (wrong := against(command))} == {}


def test_they_are_found() -> None:
    found = {command for guide in TEXTS for command in others(guide.read_text("utf-8"))}
    assert {
        "uv tool install --torch-backend auto .",
        "pipx upgrade slimsam-desktop",
        'pip install "torch<2.14" --index-url https://download.pytorch.org/whl/cpu',
    } <= found


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("pip install .[nothing]", "an extra"),
        ("pip install no-such-package", "no package"),
        ("pipx add slimsam-desktop", "no command"),
        ("uv tool install --torch auto .", "does not take --torch"),
        ("pip install . --constraint nowhere.txt", "is not there"),
    ],
)
def test_wrong_ones_would_be_seen(command: str, wrong: str) -> None:
    assert wrong in against(command)


@pytest.mark.parametrize("way", [way for way in InstalledBy if way is not InstalledBy.BUNDLE])
def test_what_hints_say_is_understood(way: InstalledBy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slimsam_core.installation.installed_by", lambda: way)
    monkeypatch.setattr(sys, "prefix", "/tools/slimsam-desktop")
    packages = {package for group in EXTRAS.values() for package in group}
    for path in (ROOT / "slimsam_core").rglob("*.py"):
        packages |= set(re.findall(r'how_to_add\("([\w-]+)"', path.read_text("utf-8")))
    assert len(packages) > 6
    made = [
        add_command(*packages),
        add_command("torch", index="https://download.pytorch.org/whl/cpu"),
        *replace_command("opencv-python", "opencv-python-headless"),
    ]
    wrong = []
    for command in made:
        found = _OTHERS.fullmatch(shlex.join(command))
        assert found is not None, command
        wrong.append(against(found[1]))
    assert wrong == [""] * 4


@pytest.mark.parametrize("command", TAKEN)
def test_each_of_them_is_in_the_programs_own_help(command: str) -> None:
    program, *words = command.split()
    here = importlib.util.find_spec("pip") if program == "pip" else shutil.which(program)
    if not here:
        pytest.skip(f"{program} is not installed")
    start = [sys.executable, "-m", "pip"] if program == "pip" else [program]
    if command == "pipx runpip":
        words = ["runpip"]  # its options are pip's
    told = subprocess.run([*start, *words, "--help"], capture_output=True, text=True, timeout=60, check=True)
    options = set() if command == "pipx runpip" else TAKEN[command]
    assert {option for option in options if not re.search(rf"{option}\b", told.stdout)} == set()


@pytest.mark.parametrize("guide", TEXTS, ids=lambda path: path.name)
def test_the_window_takes_what_a_guide_gives_it(guide: Path) -> None:
    for command in window_commands(guide.read_text("utf-8")):
        words = [word for word in re.sub(r"[\[\]]", "", command).split()[1:] if word != "--version"]
        window_parser().parse_args(words)


def usage(script: str) -> tuple[int, float] | None:
    """How many arguments without ``--`` a script takes at least and at most, as its first lines say."""
    head = (ROOT / script).read_text("utf-8").split("\nset -", 1)[0]
    for found in _USAGE.finditer(head):
        if found[1] == script and found[2]:
            words = re.sub(r"\[--[^\]]*\]", "", found[2]).split()
            needed = [word for word in words if not word.startswith("[") and word != "...]"]
            return len(needed), float("inf") if "...]" in words else len([w for w in words if w != "...]"])
    return None


@pytest.mark.parametrize("path", [*TEXTS, *WORKFLOWS], ids=lambda path: path.name)
def test_scripts_are_given_as_many_arguments_as_they_take(path: Path) -> None:
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = typed(text) if path in TEXTS else text.splitlines()
    for line in lines:
        for script, given in re.findall(r"bash (packaging/[\w/-]+\.sh)([^|>&;#`]*)", line):
            assert (ROOT / script).is_file(), script
            if script in _ANY_ARGUMENTS or (path in TEXTS and not given.strip()):
                continue  # named without what it works on
            takes = usage(script)
            assert takes is not None, f"{script} does not say what it takes"
            count = len([word for word in shlex.split(re.sub(r" --[\w-]+ [^\s-]\S*", "", given))
                         if not word.startswith("--")])  # fmt: skip
            assert takes[0] <= count <= takes[1], f"{path.name}: {line}"


@pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are bash")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_written_without_a_mistake(script: Path) -> None:
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_variables_that_are_named_are_read() -> None:
    named = {
        name
        for path in TEXTS
        for name in re.findall(r"`([A-Z][A-Z_]{5,})(?:=[^`]*)?`", path.read_text("utf-8"))
        if "_" in name
    }
    sources = [*SCRIPTS, *(ROOT / "packaging").glob("*.py"), *(ROOT / "tests").rglob("*.py")]
    sources += [*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")]
    read = "\n".join(path.read_text("utf-8") for path in sources if path != Path(__file__))
    assert "TORCH_OFFER" in named
    assert {name for name in named if name not in read} == set()
