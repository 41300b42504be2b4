"""What needs PyTorch says so here, in one sentence, where it is not installed. Labelling never needs it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from slimsam_core.errors import TorchMissing
from slimsam_core.installation import how_to_add
from slimsam_core.sentences import Sentence, joined, sentence

_PACKAGES = frozenset({"torch", "torch_pruning"})
_CPU_BUILD = "https://download.pytorch.org/whl/cpu"
"""Without an NVIDIA driver: a tenth of the size of the build with CUDA."""
_NO_BUILD = frozenset({("darwin", "x86_64")})
"""System and processor for which there is no PyTorch."""


def torch_present() -> bool:
    """Whether torch is installed; answers without loading it."""
    if "torch" in sys.modules:
        return sys.modules["torch"] is not None
    try:
        return importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):
        return False


def require_torch() -> None:
    """Raise TorchMissing where torch is not installed; for the door of what needs it."""
    if not torch_present():
        raise TorchMissing(missing_words(), _way(), command=_command())


def why_not() -> str:
    """What a part of a window that needs torch says where it is not installed; empty where it is."""
    return "" if torch_present() else joined(" ", (missing_words(), _way()))


def missing_words() -> Sentence:
    """What is missing, in one sentence."""
    return sentence("This needs PyTorch, which is not installed; labelling works without it.")


@contextlib.contextmanager
def torch_at_hand() -> Iterator[None]:
    """Within the block, a torch that is not there is TorchMissing and never ModuleNotFoundError."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _PACKAGES:
            raise
        raise TorchMissing(missing_words(), _way(), command=_command()) from error


def gpu_driver_present() -> bool:
    """Whether an NVIDIA driver may be here; answers without loading torch."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").exists()
    return Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists()


def _way() -> Sentence:
    """How to add it to this installation."""
    if (sys.platform, platform.machine()) in _NO_BUILD:
        return sentence("There is no PyTorch for Macs with Intel processors any more.")
    if getattr(sys, "frozen", False):
        return sentence("Add it in the window Models….")
    return how_to_add("torch", "torch-pruning", index="" if gpu_driver_present() else _CPU_BUILD)


def way_in_a_shell() -> str:
    """How to add it, for somebody at a shell."""
    return f"Add it: {shlex.join(_command())}" if _command() else _way()


def _command() -> tuple[str, ...]:
    """What adds it in a shell, where this program can do it itself."""
    return ("slimsam", "models", "add-torch") if getattr(sys, "frozen", False) else ()
