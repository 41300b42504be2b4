"""``packaging/environment.sh`` on machines that lack things, played with programs of the same names."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are bash")

PROJECT = Path(__file__).parents[2]
SCRIPT = PROJECT / "packaging" / "environment.sh"
NEEDED = ("bash", "cat", "cut", "dirname", "grep", "id", "sed", "sha256sum", "tail", "uname")


class Machine:
    """A folder that is all of PATH: a few real programs and those that a test makes up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.calls.touch()
        for name in NEEDED:
            if found := shutil.which(name):
                (folder / name).symlink_to(found)

    def has(self, name: str, body: str) -> None:
        """Make a program; each of its calls is written down."""
        program = self.folder / name
        program.unlink(missing_ok=True)  # it may be a link to the system's own
        program.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >>{self.calls}\n{body}\n')
        program.chmod(0o755)

    def runs(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Source the script, then do ``commands``."""
        return subprocess.run(
            [str(shutil.which("bash")), "-c", f"set -euo pipefail\nsource {SCRIPT}\n{commands}"],
            env={"PATH": str(self.folder), "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def downloads(self) -> list[str]:
        """What was called of the programs that fetch something."""
        return [line for line in self.calls.read_text().splitlines() if line.startswith(("apt-get", "pip"))]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("name", ["libglib2.0-0", "libglib2.0-0t64"])
def test_a_renamed_library_is_the_library(machine: Machine, name: str) -> None:
    machine.has("dpkg-query", f'[ "${{@: -1}}" = {name} ] && echo "install ok installed"')
    machine.has("apt-get", "")
    machine.has("id", "echo 0")
    assert machine.runs("install_system_packages libglib2.0-0").returncode == 0
    assert machine.downloads() == []


@pytest.mark.parametrize(
    ("user", "sudo", "told"),
    [
        (1000, True, "   sudo apt-get install libegl1\n"),
        (1000, False, "   su -c 'apt-get install libegl1'\n"),
    ],
)
def test_without_rights_the_command_is_told_and_nothing_is_installed(
    machine: Machine, user: int, sudo: bool, told: str
) -> None:
    machine.has("id", f"echo {user}")
    if sudo:
        machine.has("sudo", "exit 1")
    machine.has("dpkg-query", "exit 1")
    machine.has("apt-get", "")
    done = machine.runs("install_system_packages libegl1")
    assert done.returncode == 0
    assert told in done.stdout
    assert machine.downloads() == []


def test_root_is_told_no_sudo(machine: Machine) -> None:
    machine.has("id", "echo 0")
    assert machine.runs("apt_command python3").stdout == "apt-get install python3\n"


def test_no_python_is_one_sentence_before_anything_is_downloaded(machine: Machine) -> None:
    done = machine.runs("PYTHON=/nowhere/python; prepare_environment")
    assert done.returncode == 1
    assert "Python 3.11 to 3.14 is needed and was not found." in done.stderr
    assert "python3-venv" in done.stderr
    assert machine.downloads() == []


def test_an_old_python_is_named(machine: Machine) -> None:
    machine.has("python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = machine.runs("PYTHON=/nowhere/python; prepare_environment")
    assert done.returncode == 1
    assert "here is Python 3.9.2" in done.stderr
    assert machine.downloads() == []


def test_a_python_without_venv_is_told_with_the_command(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("sudo", "exit 1")
    machine.has("python3.11", '[[ "$2" == *venv* ]] && exit 1; exit 0')
    done = machine.runs("PYTHON=/nowhere/python; prepare_environment")
    assert done.returncode == 1
    assert "cannot make environments" in done.stderr
    assert "sudo apt-get install python3-venv" in done.stderr
    assert machine.downloads() == []


def test_a_python_that_makes_environments_goes_before_one_that_does_not(machine: Machine) -> None:
    machine.has("python3.11", '[[ "$2" == *venv* ]] && exit 1; exit 0')
    machine.has("python3.13", "exit 0")
    assert machine.runs("need_python").stdout == "python3.13\n"


def test_the_systems_own_python_gets_its_own_venv(machine: Machine) -> None:
    at_home = "command() { echo /home/me/bin/python3.12; }"
    assert machine.runs(f"{at_home}; venv_package python3.12").stdout == "python3-venv\n"
    of_debian = "command() { echo /usr/bin/python3.12; }"
    assert machine.runs(f"{of_debian}; venv_package python3.12").stdout == "python3.12-venv\n"
    of_debian = "command() { echo /usr/bin/python3; }"
    assert machine.runs(f"{of_debian}; venv_package python3").stdout == "python3-venv\n"


@pytest.mark.parametrize("answers", [True, False])
def test_without_a_driver_torch_comes_for_the_processor(machine: Machine, answers: bool) -> None:
    ends = "exit 0" if answers else "echo 'ERROR: [SSL] a reason' >&2; exit 1"
    machine.has("python", f'[ "$1" = -c ] && exit 1; echo "pip $*" >>{machine.calls}; {ends}')
    machine.has("uname", "echo Linux")
    done = machine.runs(f"PYTHON={machine.folder}/python; has_nvidia_driver() {{ return 1; }}; install_torch")
    assert done.returncode == 0
    (call,) = machine.downloads()
    assert "--index-url https://download.pytorch.org/whl/cpu" in call
    assert ("gave nothing" in done.stdout) is not answers
    assert ("   pip: ERROR: [SSL] a reason\n" in done.stdout) is not answers


def test_with_a_driver_the_build_is_pips_own_choice(machine: Machine) -> None:
    machine.has("python", "exit 1")
    done = machine.runs(f"PYTHON={machine.folder}/python; has_nvidia_driver() {{ return 0; }}; install_torch")
    assert done.returncode == 0
    assert machine.downloads() == []


def test_the_range_of_torch_is_that_of_the_project(machine: Machine) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    ranges = [line.partition(";")[0] for line in project["dependencies"]]
    assert machine.runs('echo "$TORCH"').stdout.strip() in ranges


@pytest.mark.parametrize("there", [True, False])
def test_the_tested_versions_are_taken_or_it_is_said_that_they_are_not(machine: Machine, there: bool) -> None:
    why = "ERROR: No matching distribution found for numpy==1"
    refused = "exit 0" if there else f'[[ "$*" == *--constraint* ]] || exit 0; echo "{why}" >&2; exit 1'
    machine.has("python", f'echo "pip $*" >>{machine.calls}; {refused}')
    done = machine.runs(f"PYTHON={machine.folder}/python; install_project /a/checkout")
    assert done.returncode == 0
    calls = machine.downloads()
    assert "--constraint" in calls[0]
    assert "/packaging/constraints.txt" in calls[0]
    assert len(calls) == (1 if there else 2)
    assert ("cannot all be had" in done.stdout) is not there
    assert (why in done.stdout) is not there


@pytest.mark.parametrize(
    ("why", "times", "told"),
    [
        ("OSError: [Errno 28] No space left on device", 1, "The disk is full: the packages need about 2 GB"),
        ("ERROR: No matching distribution found for x (from versions: none)", 2, "PIP_INDEX_URL="),
        ("error: subprocess-exited-with-error", 1, "Run this again"),
        ("killed", 1, "Run this again"),
    ],
)
def test_what_pip_could_not_do_is_told_with_its_reason_and_what_helps(
    machine: Machine, why: str, times: int, told: str
) -> None:
    machine.has(
        "python",
        f'echo "pip $*" >>{machine.calls}; for i in 1 2 3 4 5 6 7; do echo "line $i"; done; '
        f'echo "{why}" >&2; exit 1',
    )
    done = machine.runs(f"PYTHON={machine.folder}/python; install_project /a/checkout; echo went on")
    assert done.returncode == 1
    assert "went on" not in done.stdout
    assert f"   pip: {why}\n" in done.stderr
    assert "line 1" not in done.stderr
    assert told in done.stderr
    assert len(machine.downloads()) == times


def test_the_reason_of_a_package_that_cannot_be_built_is_told(machine: Machine) -> None:
    """It stands above what pip says of its own subprocess."""
    said = "ERROR: Could not find a version of hatchling (from versions: none)\\n" + "\\n".join(
        "│ note" for _ in range(9)
    )
    machine.has("python", f'printf "{said}" >&2; exit 1')
    done = machine.runs(f"PYTHON={machine.folder}/python; install_project /a/checkout")
    assert "   pip: ERROR: Could not find a version of hatchling" in done.stderr
    assert "note" not in done.stderr
    assert "cannot be reached" in done.stderr


def test_every_dependency_has_a_tested_version_within_its_range() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    lines = (PROJECT / "packaging" / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    wanted = [
        *project["dependencies"],
        *(d for group in project["optional-dependencies"].values() for d in group),
    ]
    for dependency in map(Requirement, wanted):
        tested = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(dependency.name)]
        assert tested, (
            f"{dependency.name} is missing: the head of packaging/constraints.txt says how to make it"
        )
        for pin in tested:
            (exact,) = pin.specifier
            assert exact.operator == "=="
            assert dependency.specifier.contains(exact.version, prereleases=True), pin


def test_this_python_would_do(machine: Machine) -> None:
    (machine.folder / "python3.11").symlink_to(sys.executable)
    assert machine.runs("find_python").stdout.strip() == "python3.11"
