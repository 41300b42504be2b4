"""None of the actions lacks its check in this folder, and none has two."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path

from slimsam_app.actions import BY_ID


def test_every_action_has_a_check_here() -> None:
    files = [path.stem for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    found = Counter(
        action_id for name in files for action_id in importlib.import_module(f"{__package__}.{name}").CHECKS
    )
    assert set(BY_ID) - set(found) == set(), "write down what these do, and how that shows"
    assert set(found) - set(BY_ID) == set()
    assert [action_id for action_id, times in found.items() if times > 1] == []
