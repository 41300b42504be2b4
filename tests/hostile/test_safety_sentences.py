"""Each sentence on safety of the documents has a row with the tests that hold it, and those tests exist."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from slimsam_core.cli import main
from slimsam_core.project import Project
from tests.hostile.conftest import Stranger
from tests.hostile.sentences import DOCS, SECTIONS, rows, sentences
from tests.hostile.test_weights import TITLES

ROOT = Path(__file__).parents[2]


@functools.cache
def functions_of(file: str) -> frozenset[str]:
    """Names of the tests in a file; none when it is not there."""
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("document", SECTIONS)
def test_every_sentence_has_a_row_and_every_row_a_sentence(document: str) -> None:
    parts = [part for named, part in rows() if named == document]
    found = sentences(document)
    assert len(found) > 15
    without = [sentence for sentence in found if not any(part in sentence for part in parts)]
    assert not without, "write a row into docs/safety-sentences.md: what test fails when this is not so?"
    stale = [part for part in parts if not any(part in sentence for sentence in found)]
    assert not stale, "the sentence of these rows of docs/safety-sentences.md is gone or reads otherwise"
    unclear = [part for part in parts if sum(part in sentence for sentence in found) > 1]
    assert not unclear, "these parts stand in several sentences: take a longer one"


def test_the_named_tests_exist_and_most_sentences_have_one() -> None:
    named = [test for tests in rows().values() for test in tests]
    missing = [test for test in named if test.partition("::")[2] not in functions_of(test.partition("::")[0])]
    assert not missing
    explaining = [key for key, tests in rows().items() if not tests]
    assert len(explaining) <= 9, "a sentence that only explains promises nothing; may only fall"


def test_the_sentences_are_found() -> None:
    assert "A view, a trigger" in " ".join(sentences("projects.md"))
    assert any(sentence.startswith("Weights that are NaN") for sentence in sentences("models.md"))


def test_the_kinds_of_bad_files_are_as_many_as_is_said() -> None:
    for page in ("models.md", "SECURITY.md"):
        assert f"{len(TITLES)} kinds of bad files" in " ".join((DOCS / page).read_text("utf-8").split()), page


def test_a_repaired_project_has_no_drafts_and_no_history(stranger: Stranger) -> None:
    with Project.open(stranger.project) as project:
        project.keep_draft(1, "{}")
        assert project.drafts() == {1: "{}"}
        assert len(project.history()) > 5
    target = stranger.folder / "new.slimsam"
    assert main(["project", "repair", str(stranger.project), str(target)]) == 0
    with Project.open(target) as project:
        assert project.drafts() == {}
        assert project.count_annotations() == 6
        assert len(project.history()) <= 1
