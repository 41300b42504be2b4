"""Tiny jobs: few objects judge, no processes of their own measure memory, one thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from slimsam_core.judging import model_facts as facts
from slimsam_core.judging import rivals as judging


@pytest.fixture(autouse=True, scope="package")
def _small_verdicts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "MOST_OBJECTS", 8)
        patch.setattr(facts, "peak_memory", lambda *_: 0)  # tested in test_facts.py
        yield


@pytest.fixture(autouse=True, scope="module")
def _one_thread(one_thread: None) -> None:
    """In every test of this folder."""
