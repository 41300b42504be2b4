"""What holds of every merge, whatever was done on up to five copies: nothing is lost in any order."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slimsam_core.project import Project
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import merge
from tests.teamwork.people import State, copy_of, joined, objects_of, state_of, work, write_base


def test_a_session_is_random_and_the_laws_hold(tmp_path: Path) -> None:
    for seed in range(6):
        _session(tmp_path / str(seed), seed, copies=2 + seed % 4)


@pytest.mark.parametrize(("seed", "copies"), [(33554433, 3), (2713, 4), (795, 3), (95630, 2), (25643, 4)])
def test_sessions_that_once_broke_a_law_hold(tmp_path: Path, seed: int, copies: int) -> None:
    """A picture that came back with what waited in it; one that several removed; one that stays away;
    an object that was deleted, came back and is deleted again: the first deletion waits no more;
    a picture that one began with, one called empty and one removed after that."""
    for number in range(3):  # the names of copies are drawn, and they decide which of two values is shown
        _session(tmp_path / str(number), seed, copies)


@pytest.mark.nightly
@pytest.mark.timeout(14_400)  # a thousand sessions of some seconds each, on a busy machine
@settings(max_examples=1000)
@given(seed=st.integers(0, 10**9), copies=st.integers(2, 5))
def test_the_laws_hold_all_night(seed: int, copies: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _session(Path(folder) / "session", seed, copies)


def _session(folder: Path, seed: int, copies: int) -> None:
    """Some work on each copy, merges to and fro in between, and at the end the laws."""
    folder.mkdir()
    rng = Random(seed)
    base = write_base(folder / "base.slimsam")
    paths = [copy_of(base, f"copy {number}") for number in range(copies)]
    for _ in range(rng.randrange(1, 3)):
        for path in paths:
            with Project.open(path) as project:
                for _ in range(rng.randrange(7)):
                    work(project, rng)
                if rng.random() < 0.3:
                    merge(project, [rng.choice([other for other in paths if other != path])])
    states = {path: _state(path) for path in paths}
    expected = joined(*states.values())
    whole = _merged(paths, "in order")
    assert _state(whole) == expected, "nothing is lost, and nothing comes that nobody did"
    assert _state(_merged(paths[::-1], "backwards")) == expected, "the order is no matter"
    at_once = copy_of(paths[0], "at once")
    with Project.open(at_once) as project:
        report = merge(project, paths[1:])
        assert report.is_whole
        objects = sum(len(_objects(path)) for path in paths[1:])
        assert report.objects_in == objects == sum(s.outcomes.total() for s in report.sources)
    assert _state(at_once) == expected, "one after another is the same as all at once"
    if copies > 2:
        pair = _merged(paths[1:], "pair")
        assert _state(_merged([paths[0], pair], "grouped")) == expected, "groups are no matter"
    with Project.open(whole) as project:
        before = project.last_seq()
        assert merge(project, paths).seq == 0, "twice is once"
        assert (project.last_seq(), state_of(project)) == (before, expected)
        assert not list(examine(project))
    _take_back(paths)


def _take_back(paths: list[Path]) -> None:
    """A merge is one step of undo, after which it can be done again with the same result."""
    target = copy_of(paths[0], "undone")
    with Project.open(target) as project:
        before, shown = project.last_seq(), _shown(project)
        if merge(project, paths[1:]).seq:
            after, shown_after = state_of(project), _shown(project)
            assert project.last_seq() == before + 1
            project.undo()
            assert _shown(project) == shown
            project.redo()
            assert _shown(project) == shown_after
            project.undo()
            merge(project, paths[1:])
            assert state_of(project) == after


def _shown(project: Project) -> list[object]:
    return [*objects_of(project), *project.categories(), *project.images(), *project.variants]


def _state(path: Path) -> State:
    with Project.open(path, read_only=True) as project:
        return state_of(project)


def _objects(path: Path) -> list[object]:
    with Project.open(path, read_only=True) as project:
        return list(objects_of(project))


def _merged(paths: list[Path], name: str) -> Path:
    """A copy of the first, with the others merged into it one after another."""
    target = paths[0].with_name(f"{name}.slimsam")
    shutil.copyfile(paths[0], target)
    for path in paths[1:]:
        with Project.open(target) as project:
            assert merge(project, [path]).is_whole
    return target
