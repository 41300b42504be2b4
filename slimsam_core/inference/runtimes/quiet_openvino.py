"""The only door to OpenVINO: with its usage statistics shut out, since this program sends nothing anywhere.

OpenVINO reports its import and each conversion to its makers through the package ``openvino_telemetry``, and
works without it. Marking that package as absent before the first import is the one way that holds for every
version, whatever the user's settings.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from slimsam_core.errors import DeviceUnavailable
from slimsam_core.installation import how_to_add

_TELEMETRY = "openvino_telemetry"
_CONVERTER = "openvino.tools"
"""What OpenVINO imports to convert models of other libraries; it goes without when that is missing. 8 MB of
memory and 25 ms that nobody needs who runs models."""
_LATER = {"convert_model": f"{_CONVERTER}.ovc"}
"""Attribute of the ``openvino`` module -> what is imported when it is asked for."""


def import_openvino() -> Any:
    """The ``openvino`` module. Raises DeviceUnavailable when it is missing or does not load.

    Its ``convert_model`` is imported with its first use, which raises ImportError where there is none.
    """
    first = "openvino" not in sys.modules
    if first:
        sys.modules.update({_TELEMETRY: None, _CONVERTER: None})  # type: ignore[dict-item]
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise DeviceUnavailable(
            "OpenVINO cannot be loaded: {error}.", how_to_add("openvino"), error=error
        ) from error
    finally:
        if first:
            del sys.modules[_CONVERTER]
    if first:
        openvino.__getattr__ = _later
    return openvino


def _later(name: str) -> Any:
    """An attribute that the ``openvino`` module has not got."""
    if name not in _LATER:
        raise AttributeError(f"module 'openvino' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
