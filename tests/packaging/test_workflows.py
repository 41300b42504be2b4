"""The workflows name scripts, extras and markers that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_there_is_one_for_tests_and_one_for_releases() -> None:
    assert [path.stem for path in WORKFLOWS] == ["release", "tests"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert runs
    for named in re.findall(r"(?:packaging|resources|tests)/[\w./-]+\w", "\n".join(runs)):
        assert (ROOT / named).exists(), named
    for extra in re.findall(r"\.\[(\w+)\]", text):
        assert extra in PROJECT["project"]["optional-dependencies"]
    markers = {marker.split(":")[0] for marker in PROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    for marker in re.findall(r"not (\w+)", text):
        assert marker in markers
    for action in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{action} may change without a notice"


def test_the_suite_runs_with_the_python_of_its_matrix() -> None:
    steps = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"]["linux"][
        "steps"
    ]
    runs = [step["run"].split("#")[0].strip() for step in steps if "run" in step]
    assert runs.index("python -m venv .venv") < runs.index("bash packaging/test.sh")
