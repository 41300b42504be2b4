"""The only door to OpenVINO: with its usage statistics shut out, since this program sends nothing anywhere.

OpenVINO reports its import and each conversion to its makers through the package ``openvino_telemetry``, and
works without it. Marking that package as absent before the first import is the one way that holds for every
version, whatever the user's settings.
"""

from __future__ import annotations

import sys
from typing import Any

from slimsam_core.errors import DeviceUnavailable

_TELEMETRY = "openvino_telemetry"


def import_openvino() -> Any:
    """The ``openvino`` module. Raises DeviceUnavailable when it is missing or does not load."""
    if "openvino" not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise DeviceUnavailable(
            "OpenVINO cannot be loaded: {error}.", "Install it with: pip install openvino", error=error
        ) from error
    return openvino
