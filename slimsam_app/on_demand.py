"""Parts of the core that are loaded when something of them is asked for: the window is painted before."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class OnDemand:
    """Stands for a module. The first name that is taken from it loads it, on whichever thread that is::

    if TYPE_CHECKING:
        from slimsam_core import teamwork
    else:
        teamwork = OnDemand("slimsam_core.teamwork")
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)
