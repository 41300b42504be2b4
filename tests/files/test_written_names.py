"""Who writes under a name that somebody else may have prepared goes through ``atomic`` or ``plain_file``.

Both follow no link. What is listed here writes only into a folder that the program has just made for itself,
or says why else no link can stand there. The list may only shrink.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")])

WRITERS = frozenset({"write_text", "write_bytes", "touch"})
COPIERS = frozenset({"copy", "copy2", "copyfile", "copytree", "move"})

OWN_FOLDER = "a temporary folder of its own"
DRAFT = "the draft of atomic_path, made with O_EXCL"

ALLOWED: dict[str, str] = {
    "slimsam_core/files/atomic.py:atomic_path": DRAFT,
    "slimsam_core/files/atomic.py:atomic_write_bytes": DRAFT,
    "slimsam_core/files/checked_file.py:write_checked": DRAFT,
    "slimsam_core/files/foreign.py:regular_descriptor": "opens for reading",
    "slimsam_core/files/plain_file.py:open_plain": "the helper itself",
    "slimsam_core/cli.py:main": "the null device",
    "slimsam_app/settings.py:_keep_newer": "the user's own folder of settings",
    "slimsam_core/benchmarks/run.py:_started": OWN_FOLDER,
    "slimsam_core/benchmarks/window.py:measure_window": OWN_FOLDER,
    "slimsam_core/export/exporter.py:export_model": OWN_FOLDER,
    "slimsam_core/export/executorch_pair.py:write": OWN_FOLDER,
    "slimsam_core/formats/coco_write.py:write_coco": DRAFT,
    "slimsam_core/formats/cvat_video.py:fill": OWN_FOLDER,
    "slimsam_core/formats/mots.py:fill": OWN_FOLDER,
    "slimsam_core/library/added_torch.py:_extract": OWN_FOLDER,
    "slimsam_core/formats/folder_export.py:place": OWN_FOLDER,
    "slimsam_core/formats/folder_export.py:stream": OWN_FOLDER,
    "slimsam_core/formats/folder_export.py:write": OWN_FOLDER,
    "slimsam_core/formats/spool.py:__init__": OWN_FOLDER,
    "slimsam_core/inference/preparation.py:_take": "made with O_EXCL, which follows no link",
    "slimsam_core/inference/runtimes/background.py:prepare_in_child": OWN_FOLDER,
    "slimsam_core/adapting/in_child.py:adapt_in_child": OWN_FOLDER,
    "slimsam_core/project/connection.py:_connect": "after side_files.check",
    "slimsam_core/project/schema.py:_ours": "in memory",
    "slimsam_core/files/temporary.py:_lock": "opens a folder for reading, follows no link",
    "slimsam_core/project/snapshots.py:_converted": "a folder that was made just now in the user's data",
    "slimsam_core/project/snapshots.py:_keep_present": "a folder that was made just now in the user's data",
    "slimsam_core/project/empty_file.py:write_empty": DRAFT,
    "slimsam_core/files/zip_reading.py:take_out": "made with O_EXCL, which follows no link",
    "slimsam_core/teamwork/part_beside.py:own_part": "a temporary folder that was made just now",
    "slimsam_core/teamwork/split.py:_place": "a folder that was made just now",
    "slimsam_core/project/copying.py:write_pages": DRAFT,
}


def calls_that_write(tree: ast.Module) -> list[tuple[str, str, int]]:
    """Function, call and line of everything that opens a name for writing."""
    found: list[tuple[str, str, int]] = []

    def visit(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            if isinstance(child, ast.Call) and (what := _writes(child)):
                found.append((inside, what, child.lineno))
            visit(child, inside)

    visit(tree, "")
    return found


def _writes(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    module = owner.id if isinstance(owner, ast.Name) else ""
    if name in WRITERS or (module == "shutil" and name in COPIERS):
        return name
    if (module, name) in {("os", "open"), ("os", "mkfifo"), ("sqlite3", "connect"), ("os", "symlink")}:
        return f"{module}.{name}"
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    texts = [str(value.value) for value in given if isinstance(value, ast.Constant)]
    modes = [text for text in texts if len(text) <= 3 and set(text) <= set("rwaxbt+")]
    return "open" if name == "open" and any(set(mode) & set("wax+") for mode in modes) else ""


def test_every_place_that_writes_by_name_is_known() -> None:
    unknown: list[str] = []
    used: set[str] = set()
    for path in MODULES:
        module = path.relative_to(ROOT).as_posix()
        for function, what, line in calls_that_write(ast.parse(path.read_text("utf-8"))):
            key = f"{module}:{function}"
            used.add(key)
            if key not in ALLOWED:
                unknown.append(f"{module}:{line} ({function}): {what}")
    assert not unknown, "use atomic or plain_file, or say in ALLOWED why no link can stand there"
    assert used == set(ALLOWED), "ALLOWED names places that write no more"


@pytest.mark.parametrize(
    "source", ["open('a', 'w')", "p.open('ab')", "p.write_text('x')", "os.open(p, 0)", "shutil.copy(a, b)"]
)
def test_the_look_finds_what_it_should(source: str) -> None:
    assert calls_that_write(ast.parse(source))


@pytest.mark.parametrize("source", ["p.open('rb')", "p.open()", "a.copy()", "Project.open(p)"])
def test_the_look_lets_reading_be(source: str) -> None:
    assert not calls_that_write(ast.parse(source))
