"""The Tab key: a real shell reads the script and completes commands, options, values and files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from slimsam_core.cli import main

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "slimsam.bash"
    with pytest.MonkeyPatch.context() as patch, path.open("w") as file:
        patch.setattr("sys.stdout", file)
        assert main(["completion", "bash"]) == 0
    return path


def completed(script: Path, typed: str, folder: Path) -> list[str]:
    """What the Tab key offers after ``typed`` in ``folder``."""
    words = typed.split(" ")
    asked = (
        f'source "$1"; COMP_WORDS=({" ".join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; '
        f'_shtab_slimsam slimsam {words[-1]!r} {words[-2]!r}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", asked, "bash", str(script)],
        capture_output=True, text=True, cwd=folder, env={"PATH": os.environ["PATH"]}, check=False,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("slimsam seg", {"segment"}),
        ("slimsam project sn", {"snapshot", "snapshots"}),
        ("slimsam segment --ov", {"--overlay", "--overwrite"}),
        ("slimsam completion b", {"bash"}),
        ("slimsam segment ph", {"photo.jpg", "photos"}),
        ("slimsam prepare --cache ph", {"photos"}),
    ],
)
def test_the_tab_key(script: Path, tmp_path: Path, typed: str, offered: set[str]) -> None:
    (tmp_path / "photo.jpg").touch()
    (tmp_path / "photos").mkdir()
    assert set(completed(script, typed, tmp_path)) == offered


def test_a_shell_that_is_not_known_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", "cmd.exe"])
    assert ended.value.code == 2
    assert "bash" in capsys.readouterr().err
