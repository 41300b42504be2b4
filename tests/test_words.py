"""A noun has one home: no two public classes share a name. Every exception has its reason; there are few."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")])

SHARED_CLASS_NAMES: dict[str, str] = {}
"""Name -> why two classes have it. At most eight; the list may only shrink."""


def test_no_two_public_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path.relative_to(ROOT).as_posix())
    shared = {name: places for name, places in homes.items() if len(places) > 1}
    assert not {name: places for name, places in shared.items() if name not in SHARED_CLASS_NAMES}
    assert set(SHARED_CLASS_NAMES) <= set(shared), "an exception that nobody needs any more"
    assert all(SHARED_CLASS_NAMES.values()), "a reason for each"
