"""What several tests of the runtimes stand in for."""

from __future__ import annotations

import pytest

from slimsam_core.inference.runtimes.openvino_runtime import OpenVinoRuntime


@pytest.fixture
def held_against_torch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runtimes whose masks were measured; only one in float32 throughout agrees."""
    descriptions: list[str] = []

    class Check:
        def __init__(self, *_: object) -> None:
            pass

        def measure(self, runtime: OpenVinoRuntime) -> float:
            descriptions.append(runtime.description)
            return 0.5 if "bfloat16" in runtime.description else 1.0

    monkeypatch.setattr("slimsam_core.inference.runtimes.compiling.AgreementCheck", Check)
    return descriptions
