"""A Ray cluster of one node in this process: all that goes there and comes back is pickled."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest


def pretend_ray(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Put it in Ray's place; the list grows by the number of pictures of each piece of work."""
    chunks: list[int] = []

    def remote(*_: Any, **__: Any) -> Callable[[Callable[..., Any]], Any]:
        def wrap(work: Callable[..., Any]) -> Any:
            def call(*arguments: Any, **named: Any) -> bytes:
                found = pickle.loads(pickle.dumps((work, arguments, named)))
                chunks.append(len(found[1][0]))
                return pickle.dumps(found[0](*found[1], **found[2]))

            return SimpleNamespace(remote=call)

        return wrap

    ray = SimpleNamespace(
        remote=remote,
        wait=lambda jobs: (jobs[-1:], jobs[:-1]),  # the last is ready first
        get=lambda jobs: [pickle.loads(job) for job in jobs],
        is_initialized=lambda: True,
        exceptions=SimpleNamespace(RayTaskError=RuntimeError, RayError=ConnectionError),
    )
    monkeypatch.setitem(sys.modules, "ray", ray)
    return chunks
