"""The trials on machines made in a folder leave nothing of this machine shown there, however they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.packaging.test_environment import Machine

pytestmark = pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("setsid") is None, reason="the scripts are bash"
)

PACKAGING = Path(__file__).parents[2] / "packaging"
REAL = ("cp", "cut", "date", "du", "mkdir", "rm", "setsid", "sleep", "sort")
_PATIENCE_SECONDS = 60
"""The script begins within one on an idle machine."""


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """A machine whose mounts are lines of a file, and whose demo takes as long as ``env``."""
    (tmp_path / "bin").mkdir()
    machine = Machine(tmp_path / "bin")
    for name in REAL:
        (machine.folder / name).unlink(missing_ok=True)
        (machine.folder / name).symlink_to(str(shutil.which(name)))
    machine.has("id", "echo 0")
    machine.has("debootstrap", 'mkdir -p "$3/etc" "$3/root"; echo 12 >"$3/etc/debian_version"')
    machine.has("pip", "echo \"global.find-links='/opt/wheels'\"")
    machine.has("git", 'mkdir -p "${@: -1}"')
    for name in ("mount", "umount"):
        machine.has(name, "")
    machine.has("mountpoint", "exit 1")
    return machine


def started(machine: Machine, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(shutil.which("bash")), str(PACKAGING / "bare_machines.sh"), str(folder), "bookworm"],
        env={"PATH": str(machine.folder), "HOME": str(folder)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def places(machine: Machine, program: str) -> list[str]:
    lines = machine.calls.read_text().splitlines()
    return [line.split()[-1] for line in lines if line.startswith(f"{program} ")]


def assert_nothing_is_left(machine: Machine, folder: Path) -> None:
    shown = [f"{folder}/bookworm{path}" for path in ("/proc", "/dev", "/opt/wheels")]
    assert places(machine, "mount") == shown
    assert places(machine, "umount") == shown


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGHUP])
def test_a_trial_that_is_killed_takes_its_mounts_away(bare: Machine, tmp_path: Path, signal_: int) -> None:
    bare.has("env", f'echo "$$" >{tmp_path}/demo; exec sleep {_PATIENCE_SECONDS}')
    script = started(bare, tmp_path / "machines")
    demo = tmp_path / "demo"
    end = time.monotonic() + _PATIENCE_SECONDS
    while not (demo.is_file() and demo.read_text().strip()):
        assert script.poll() is None, script.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    script.send_signal(signal_)
    assert script.wait(_PATIENCE_SECONDS) == 143, script.communicate()
    script.communicate()
    assert_nothing_is_left(bare, tmp_path / "machines")
    with pytest.raises(ProcessLookupError):
        os.kill(int(demo.read_text()), 0)


def test_one_whose_demo_fails_does_too(bare: Machine, tmp_path: Path) -> None:
    bare.has("env", "exit 7")
    script = started(bare, tmp_path / "machines")
    told, why = script.communicate(timeout=_PATIENCE_SECONDS)
    assert script.returncode == 7, why
    assert "bookworm: exit code 7" in told
    assert_nothing_is_left(bare, tmp_path / "machines")


def test_one_that_is_still_in_use_is_taken_away_as_soon_as_it_is_not(bare: Machine, tmp_path: Path) -> None:
    bare.has("env", "exit 0")
    bare.has("umount", '[ "$1" = --lazy ]')
    script = started(bare, tmp_path / "machines")
    told, why = script.communicate(timeout=_PATIENCE_SECONDS)
    assert script.returncode == 0, told + why
    calls = [line for line in bare.calls.read_text().splitlines() if line.startswith("umount --lazy")]
    assert len(calls) == 3


@pytest.mark.parametrize("name", ["bare_machines.sh", "bundle_trial.sh"])
def test_the_usage_names_no_sudo(name: str) -> None:
    """They are for root, and a machine that has only root need not have it."""
    assert "sudo " not in (PACKAGING / name).read_text("utf-8")
