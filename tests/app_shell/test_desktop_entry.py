"""Menu entry, icon and file type of a Linux desktop."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import defusedxml.ElementTree as ElementTree
import pytest
from PySide6.QtGui import QIcon

from slimsam_app import desktop_entry
from slimsam_app.app import build_parser, main
from slimsam_core.files.resources import resources_dir
from slimsam_core.project import PROJECT_SUFFIX

FOLDER = resources_dir() / "desktop"


def entry_of(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(path.read_text("utf-8"))
    return parser


def test_what_is_installed_is_removed_again(tmp_path: Path) -> None:
    program = tmp_path / "odd $na\\me" / "slimsam-app"
    written = desktop_entry.install(tmp_path / "share", program)
    assert all(path.is_file() for path in written)
    entry = entry_of(tmp_path / "share/applications/org.slimsam.SlimSAM.desktop")
    command = entry["Desktop Entry"]["Exec"]
    assert "TryExec" not in entry["Desktop Entry"]
    unescaped = command.replace("\\\\", "\\")  # as a desktop reads a string of the file, before the quoting
    assert shlex.split(unescaped.replace("\\$", "$"))[0] == str(program)
    assert shlex.split(command)[-1] == "%F"
    assert "--new-window" in entry["Desktop Action new-window"]["Exec"]
    assert desktop_entry.remove(tmp_path / "share") == written
    assert not any(path.exists() for path in written)
    assert desktop_entry.remove(tmp_path / "share") == []


def test_the_program_does_both_and_opens_no_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["--install-desktop"]) == 0
    assert str(tmp_path / "applications/org.slimsam.SlimSAM.desktop") in capsys.readouterr().out
    assert main(["--remove-desktop"]) == 0
    assert list(tmp_path.rglob("*.desktop")) == []


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "applications").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["--install-desktop"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("slimsam-app: Cannot write")


def test_the_entry_names_what_there_is() -> None:
    entry = entry_of(FOLDER / "org.slimsam.SlimSAM.desktop")["Desktop Entry"]
    assert (FOLDER / f"{entry['Icon']}.svg").is_file()
    mime = ElementTree.parse(FOLDER / "org.slimsam.SlimSAM.xml").getroot()
    names = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    (kind,) = mime.findall("m:mime-type", names)
    assert entry["MimeType"] == kind.get("type", "") + ";"
    (glob,) = kind.findall("m:glob", names)
    assert glob.get("pattern") == f"*{PROJECT_SUFFIX}"
    assert {"--new-window", "--install-desktop"} <= set(build_parser()._option_string_actions)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["org.slimsam.SlimSAM.svg", "application-x-slimsam-project.svg"])
def test_the_icons_can_be_painted(name: str) -> None:
    image = QIcon(str(FOLDER / name)).pixmap(48, 48).toImage()
    seen = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert len(seen) > 4


@pytest.mark.parametrize(
    "command",
    [
        ["desktop-file-validate", "org.slimsam.SlimSAM.desktop"],
        ["appstreamcli", "validate", "--no-net", "org.slimsam.SlimSAM.metainfo.xml"],
    ],
    ids=lambda command: command[0],
)
def test_the_desktops_own_checkers_agree(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_entry_of_an_appimage_starts_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("APPIMAGE", "/home/ada/SlimSAM.AppImage")
    desktop_entry.install(tmp_path)
    entry = entry_of(tmp_path / "applications" / "org.slimsam.SlimSAM.desktop")["Desktop Entry"]
    assert entry["Exec"] == '"/home/ada/SlimSAM.AppImage" %F'
