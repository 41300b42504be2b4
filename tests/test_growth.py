"""What grows by a new file says so when the line that makes the file known is missing."""

from __future__ import annotations

import ast
from pathlib import Path

from slimsam_app.windows.wizards.compress.criteria import criteria
from slimsam_core.compression.recipe import CRITERIA
from slimsam_core.formats.registry import MODULES

CORE = Path(__file__).parent.parent / "slimsam_core"


def test_every_module_that_registers_a_format_is_in_the_registry() -> None:
    registering = {
        path.stem
        for path in (CORE / "formats").glob("*.py")
        if path.stem != "registry"
        and any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "register"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )
    }
    assert registering == set(MODULES), "name it in MODULES of formats/registry.py"


def test_every_format_has_a_row_in_the_documentation() -> None:
    from slimsam_core.formats.registry import formats

    told = (CORE.parent / "docs" / "formats.md").read_text("utf-8")
    missing = [one.name for one in formats() if f"`{one.name}`" not in told]
    assert not missing, "describe it in docs/formats.md"


def test_every_criterion_is_known_to_the_recipe_and_to_the_window() -> None:
    modules = {
        path.stem
        for path in (CORE / "compression" / "cutting" / "criteria").glob("*.py")
        if any(
            isinstance(node, ast.Assign | ast.AnnAssign)
            and "CRITERION" in ast.unparse(node).split("=")[0].split(":")[0]
            for node in ast.parse(path.read_text("utf-8")).body
        )
    }
    assert modules == set(CRITERIA), "name it in CRITERIA of compression/recipe.py"
    assert [name for name, _ in criteria()] == list(CRITERIA)
