"""What every test gets: no screen, no user folders, and a check that nothing is left running."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "0"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["OPENVINO_TELEMETRY_OPT_OUT"] = "1"

LONG_LIVED_THREADS = ("tqdm_monitor", "pytest_timeout", "QDBusConnection", "Dummy-", "asyncio_")
"""Threads of libraries that live as long as the process by design. This list may only shrink."""


@pytest.fixture(autouse=True)
def private_user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models, caches and settings of a test go to a folder of its own, never to the user's."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        folder = home / name.lower()
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    return home


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a Python thread or an active Qt timer behind."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5.0
    while leftovers := [
        t.name for t in threading.enumerate() if t not in before and not t.name.startswith(LONG_LIVED_THREADS)
    ]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {leftovers}")
        time.sleep(0.01)
