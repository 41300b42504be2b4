"""Parts of the program that are loaded when something of them is asked for: the window is painted before.

The parts of the core that several sessions share stand here, each once::

    from slimsam_app.on_demand import teamwork
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["OnDemand", "class_lists", "doctor", "registry", "teamwork", "transfer"]


class OnDemand:
    """Stands for a module. The first name that is taken from it loads it, on whichever thread that is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    from slimsam_core import teamwork
    from slimsam_core.formats import class_lists, doctor, registry, transfer
else:
    class_lists = OnDemand("slimsam_core.formats.class_lists")
    doctor = OnDemand("slimsam_core.formats.doctor")
    registry = OnDemand("slimsam_core.formats.registry")
    transfer = OnDemand("slimsam_core.formats.transfer")
    teamwork = OnDemand("slimsam_core.teamwork")
