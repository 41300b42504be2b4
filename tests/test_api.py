"""docs/API.md tells the truth: its names are the faces of their modules, and its examples run."""

from __future__ import annotations

import importlib
import re
import shutil
from pathlib import Path

import pytest

from slimsam_core.files.resources import resources_dir
from tests.synthetic import write_sa1b

ROOT = Path(__file__).parent.parent
API = (ROOT / "docs" / "API.md").read_text("utf-8")
FACES = {
    line[0]: re.findall(r"`(\w+)`", line[1])
    for line in re.findall(r"^- `(slimsam_core[\w.]*)` \([^)]*\): (.*)$", API, re.MULTILINE)
}
PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "slimsam_core").rglob("__init__.py")
)
SECTIONS = re.split(r"^## ", API, flags=re.MULTILINE)[1:]
EXAMPLES = {
    section.split("\n", 1)[0]: section.split("```python\n")[1].split("```")[0]
    for section in SECTIONS
    if "```python" in section
}


def modules_below(package: str) -> set[str]:
    """Modules of a package that the page names on lines of their own."""
    return {
        name.removeprefix(f"{package}.").split(".")[0] for name in FACES if name.startswith(f"{package}.")
    }


@pytest.mark.parametrize("module", FACES)
def test_the_names_are_the_face_of_their_module(module: str) -> None:
    found = importlib.import_module(module)
    assert FACES[module] == sorted(set(found.__all__) - modules_below(module))
    assert all(hasattr(found, name) for name in FACES[module])


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_shows_what_the_page_names_and_nothing_else(package: str) -> None:
    below = modules_below(package)
    own = set(importlib.import_module(package).__all__)
    if package in FACES:
        assert own == set(FACES[package]) | below
    else:
        assert own == below


@pytest.mark.parametrize("name", ["Labelling", "Judging", "Compressing"])
def test_the_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photographs").mkdir()
    for picture in ("chelsea.jpg", "coffee.jpg"):
        shutil.copy(resources_dir() / "samples" / picture, tmp_path / "photographs")
    write_sa1b(tmp_path / "labelled", 2)
    assert len(EXAMPLES[name].splitlines()) <= 30
    values: dict[str, object] = {}
    exec(EXAMPLES[name], values)
    if name == "Labelling":
        assert (tmp_path / "cats.slimsam").is_file()
        assert values["made"].mask.area > 1000  # type: ignore[attr-defined]
