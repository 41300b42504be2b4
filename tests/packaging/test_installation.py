"""Hints name the command that reaches the environment that this program runs in."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from slimsam_core import installation
from slimsam_core.installation import EXTRAS, add_command, as_typed, how_to_add, installed_by, replace_command

PROJECT = Path(__file__).parents[2]
INDEX = "https://download.pytorch.org/whl/cpu"

Arrange = Callable[..., Path]


@pytest.fixture
def arrange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Arrange:
    """An environment as one of the ways in makes it."""

    def arranged(receipt: str = "", text: str = "{}", *, frozen: bool = False, pip: bool = True) -> Path:
        environment = tmp_path / "slimsam-desktop"
        environment.mkdir()
        if receipt:
            (environment / receipt).write_text(text, "utf-8")
        monkeypatch.setattr(sys, "prefix", str(environment))
        monkeypatch.setattr(sys, "executable", str(environment / "bin" / "python"))
        monkeypatch.setattr(sys, "frozen", frozen, raising=False)
        monkeypatch.setattr(installation.importlib.util, "find_spec", lambda _: object() if pip else None)
        return environment

    return arranged


def receipt(*requirements: str) -> str:
    return f"[tool]\nrequirements = [{', '.join(requirements)}]\nentrypoints = []\n"


def test_an_environment_with_pip_is_told_its_own_python(arrange: Arrange) -> None:
    environment = arrange()
    assert installed_by() == "pip"
    assert how_to_add("ray") == f"Add it: {environment}/bin/python -m pip install ray"
    assert add_command("torch", index=INDEX)[-3:] == ("torch", "--extra-index-url", INDEX)


def test_one_without_pip_is_reached_by_uv(arrange: Arrange) -> None:
    environment = arrange(pip=False)
    assert installed_by() == "uv"
    assert how_to_add("ray") == f"Add it: uv pip install ray --python {environment}"


def test_pipx_injects(arrange: Arrange) -> None:
    arrange("pipx_metadata.json")
    assert how_to_add("onnx", "onnxscript") == "Add it: pipx inject slimsam-desktop onnx onnxscript"
    assert as_typed(add_command("torch", index=INDEX)) == (
        f"pipx inject slimsam-desktop torch '--pip-args=--extra-index-url {INDEX}'"
    )


@pytest.mark.parametrize(
    ("requirements", "told"),
    [
        (('{ name = "slimsam-desktop" }',), "--with ray slimsam-desktop"),
        (
            ('{ name = "slimsam-desktop", specifier = "==0.1" }', '{ name = "ray", specifier = ">=2" }'),
            "--with 'ray>=2' --with ray slimsam-desktop==0.1",
        ),
        (('{ name = "slimsam-desktop", extras = ["x"], directory = "/a b" }',), "--with ray '/a b[x]'"),
        (('{ name = "slimsam-desktop", editable = "/a" }',), "--with ray --editable /a"),
        (
            ('{ name = "slimsam-desktop", git = "https://a.b/c" }',),
            "--with ray 'slimsam-desktop @ git+https://a.b/c'",
        ),
        (("3",), "--with ray slimsam-desktop"),
    ],
)  # fmt: skip
def test_a_tool_of_uv_is_made_again_of_all_that_it_was_made_of(
    arrange: Arrange, requirements: tuple[str, ...], told: str
) -> None:
    arrange("uv-receipt.toml", receipt(*requirements))
    assert installed_by() == "uv tool"
    assert how_to_add("ray") == f"Add it: uv tool install {told}"


def test_a_tool_of_uv_keeps_the_python_that_it_was_made_with(arrange: Arrange) -> None:
    arrange("uv-receipt.toml", receipt('{ name = "slimsam-desktop" }') + 'python = "3.12"\n')
    assert how_to_add("ray") == "Add it: uv tool install --python 3.12 --with ray slimsam-desktop"


def test_uv_takes_the_pytorch_that_fits_by_itself(arrange: Arrange) -> None:
    arrange("uv-receipt.toml", "no toml")
    assert as_typed(add_command("torch", index=INDEX)) == (
        "uv tool install --torch-backend auto --with torch slimsam-desktop"
    )


def test_the_stand_alone_program_names_no_command(arrange: Arrange) -> None:
    arrange(frozen=True)
    assert how_to_add("ray").startswith("The stand-alone program takes no further packages")
    assert add_command("ray") == replace_command("a", "b") == ()


def test_a_window_of_windows_names_the_python_that_prints(
    arrange: Arrange, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", "/a b/Pythonw.exe")
    assert as_typed(add_command("ray")) == '"/a b/python.exe" -m pip install ray'


@pytest.mark.parametrize(
    ("file", "first"),
    [
        ("", "{}/bin/python -m pip uninstall -y opencv-python && "),
        ("pipx_metadata.json", "pipx runpip slimsam-desktop uninstall -y opencv-python && "),
        ("uv-receipt.toml", "uv pip uninstall opencv-python --python {} && "),
    ],
)
def test_what_another_package_took_is_installed_again(arrange: Arrange, file: str, first: str) -> None:
    environment = arrange(file)
    told = as_typed(*replace_command("opencv-python", "opencv-python-headless"))
    assert told.startswith(first.format(environment))
    assert re.search(r"install --(force-)?reinstall --no-deps opencv-python-headless", told)


def test_the_extras_are_those_of_the_project() -> None:
    written = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    for extra, packages in EXTRAS.items():
        assert [Requirement(line).name for line in written[extra]] == list(packages)


def test_no_message_names_pip_itself() -> None:
    """It would be wrong for a tool of uv or pipx, and in the stand-alone program."""
    named = re.compile(r"pip (un)?install|\bpipx |uv (tool|pip) ")
    sources = [
        *sorted((PROJECT / "slimsam_core").rglob("*.py")),
        *sorted((PROJECT / "slimsam_app").rglob("*.py")),
    ]
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sources
        if path.name != "installation.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert not found
