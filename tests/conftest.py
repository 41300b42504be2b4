"""What every test gets: no screen, no user folders, and a check that nothing is left running."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import shiboken6
from hypothesis import settings

gc.disable()  # a quarter of the time to import all tests, in each process; on again once they are collected

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "0"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["OPENVINO_TELEMETRY_OPT_OUT"] = "1"

RAM_DISK = Path("/dev/shm")
RAM_DISK_BYTES = 4 << 30
"""Twice what a run holds there at a time, folders of tests that passed being removed."""
if (
    "PYTEST_DEBUG_TEMPROOT" not in os.environ
    and RAM_DISK.is_dir()
    and shutil.disk_usage(RAM_DISK).free > RAM_DISK_BYTES
):
    # every setting, picture and step of a project is written through to the disk: half of the tests' time
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(RAM_DISK)

settings.register_profile("any machine", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("any machine")

LONG_LIVED_THREADS = ("tqdm_monitor", "pytest_timeout", "QDBusConnection", "Dummy-", "asyncio_")
"""Threads of libraries that live as long as the process by design. This list may only shrink."""


LONG_FIRST = ("robot", "hostile", "benchmarks", "export", "e2e")
"""Folders whose files take minutes: begun last, one of them would run on while the other processes wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; else the order stays."""
    items.sort(key=lambda item: item.nodeid.split("/")[1] not in LONG_FIRST if "/" in item.nodeid else True)


def pytest_collection_finish() -> None:
    """What the modules made stays for good: looked through by no collection after a test of the window."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for homes, one for each test: ``mktemp`` would look through thousands of them."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def private_user_folders(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models, caches and settings of a test go to a folder of its own, never to the user's."""
    home = next(homes)
    home.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        folder = home / name.lower()
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    return home


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of the smallest model, random but always the same."""
    from tests.tiny_models import save_tiny  # loads torch

    return save_tiny(tmp_path_factory.mktemp("model") / "tiny.safetensors")


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny tensors gain nothing from threads, and waiting for each other costs much on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test itself passed."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Remove the folder of a test that passed once its windows are closed: it may be in memory.

    Pytest's own ``tmp_path_retention_policy`` removes it before fixtures that were made earlier than it.
    """
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    yield
    if folder is not None and item.stash.get(PASSED, False):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a Python thread, a Qt thread or an active Qt timer behind."""
    before = set(threading.enumerate())
    yield
    if "qapp" in request.fixturenames:
        _no_qt_leftovers()
    deadline = time.monotonic() + 5.0
    while leftovers := [
        t.name for t in threading.enumerate() if t not in before and not t.name.startswith(LONG_LIVED_THREADS)
    ]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {leftovers}")
        time.sleep(0.01)


def _no_qt_leftovers() -> None:
    """Fail when a timer of ours is active or a thread of ours runs once the windows are closed."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # windows that were let go
    gc.collect()
    ours = [item for item in gc.get_objects() if type(item) in (QTimer, QThread) and shiboken6.isValid(item)]
    timers = [item for item in ours if isinstance(item, QTimer) and item.isActive()]
    threads = [item for item in ours if isinstance(item, QThread) and item.isRunning()]
    if timers or threads:
        pytest.fail(f"left running: {[(t.interval(), t.parent()) for t in timers]}, {threads}")
    gc.freeze()  # what is still there stays, as modules and caches do: the next test looks at its own
