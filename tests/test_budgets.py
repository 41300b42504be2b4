"""The size budgets of docs/ARCHITECTURE.md; the lists of exceptions may only shrink."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from slimsam_core.families import families

ROOT = Path(__file__).parent.parent
MODULES = sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")])
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_PUBLIC_METHODS = 20
MAX_FILE_BYTES = 500_000

LARGE_MODULES: frozenset[str] = frozenset()
LARGE_FUNCTIONS: frozenset[str] = frozenset()
LARGE_CLASSES: frozenset[str] = frozenset()
MAX_INNER_IMPORTS = 59
"""Imports inside functions: of torch, of optional libraries, of what the first paint can do without.
The number may only fall."""
MAX_POSITIONAL_CALLS = 11
"""Calls with six or more arguments by place, where neighbours of one type swap unseen. They are calls of
other libraries: ours take at most five (PLR0917 of ruff). May only fall."""
TABLES = frozenset({"Action", "Setting"})
"""Rows of a table, whose columns are the same in every line."""
MOST_FIELDS_BY_PLACE = 4
"""A dataclass with more fields takes them by name: neighbours of one type swap unseen."""
LARGE_FILES_IN = ("resources/models/", "resources/samples/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_is_within_its_budget(path: Path) -> None:
    source = path.read_text("utf-8")
    lines = source.count("\n")
    assert lines <= MAX_MODULE_LINES or name_of(path) in LARGE_MODULES, f"{lines} lines"
    tree = ast.parse(source)
    assert ast.get_docstring(tree) or path.name == "__main__.py", "one sentence that says which noun this is"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            key = f"{name_of(path)}:{node.name}"
            assert length <= MAX_FUNCTION_LINES or key in LARGE_FUNCTIONS, f"{key} has {length} lines"
        if isinstance(node, ast.ClassDef):
            methods = [
                n.name
                for n in node.body
                if isinstance(n, ast.FunctionDef)
                and not n.name.startswith("_")
                and not any(isinstance(d, ast.Name) and d.id == "property" for d in n.decorator_list)
            ]
            key = f"{name_of(path)}:{node.name}"
            assert len(methods) <= MAX_PUBLIC_METHODS or key in LARGE_CLASSES, (
                f"{key}: {len(methods)} methods"
            )


def test_nothing_large_in_git() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    large = [
        name
        for name in listing.stdout.split("\0")
        if name
        and (ROOT / name).is_file()
        and (ROOT / name).stat().st_size > MAX_FILE_BYTES
        and not name.startswith(LARGE_FILES_IN)
    ]
    assert not large


def test_imports_inside_functions_grow_fewer() -> None:
    found = {
        f"{name_of(path)}:{line.lineno}:{line.col_offset}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for line in _later(node)
    }
    assert len(found) <= MAX_INNER_IMPORTS, sorted(found)


def _later(node: ast.AST) -> list[ast.stmt | ast.expr]:
    """What is imported later than its module, by the statement or by a call that names it.

    A stand-in counts as one, wherever it is: it is an import that waits.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [line for line in ast.walk(node) if isinstance(line, ast.Import | ast.ImportFrom)]
    names_it = isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
    if names_it and ast.unparse(node.func).rpartition(".")[2] in ("OnDemand", "import_module"):
        return [node]
    return []


def test_an_import_by_a_call_is_counted_like_the_statement() -> None:
    said = (
        "def f():\n    import a",
        "b = OnDemand('b')",
        "c = importlib.import_module('c')",
        "d = import_module('d')",
    )
    for code in said:
        assert sum(len(_later(node)) for node in ast.walk(ast.parse(code))) == 1, code
    assert not any(_later(node) for node in ast.walk(ast.parse("import_module(name)")))


def test_long_calls_name_their_arguments() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in MODULES
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and len(call.args) >= 6 and ast.unparse(call.func) not in TABLES
    ]
    assert len(found) <= MAX_POSITIONAL_CALLS, found


def test_dataclasses_of_many_fields_take_them_by_name() -> None:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ClassDef) or node.name in TABLES:
                continue
            fields = [
                line
                for line in node.body
                if isinstance(line, ast.AnnAssign)
                and "ClassVar" not in ast.unparse(line.annotation)
                and "init=False" not in ast.unparse(line)
            ]
            decorators = [ast.unparse(d) for d in node.decorator_list]
            if len(fields) > MOST_FIELDS_BY_PLACE and any(
                d.startswith("dataclass") and "kw_only=True" not in d for d in decorators
            ):
                found.append(f"{name_of(path)}:{node.name}")
    assert not found


CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
NAMED_WITHOUT_TORCH = tuple(
    name
    for contract in CONTRACTS
    if contract.get("forbidden_modules") == ["torch"]
    for name in contract["source_modules"]
)
COMPUTES = frozenset(
    {
        "slimsam_core.adapting", "slimsam_core.benchmarks", "slimsam_core.checkpoints",
        "slimsam_core.compression", "slimsam_core.export", "slimsam_core.families",
        "slimsam_core.inference", "slimsam_core.models", "slimsam_core.training",
    }
)  # fmt: skip
"""Packages with modules that import torch at their top."""
INSIDE_FUNCTIONS = frozenset(
    {
        "slimsam_core.commands", "slimsam_core.files", "slimsam_core.torchrun",
        "slimsam_app.__main__", "slimsam_app.workers",
    }
)  # fmt: skip
"""Those that do inside functions, or in what starts a process."""
WITHOUT_TORCH = (
    *(name for name in NAMED_WITHOUT_TORCH if "*" not in name),
    *(f"slimsam_core.families.{name}.spec" for name in families()),
    "slimsam_core.cli", "slimsam_core.commands", "slimsam_core.export.exporter",
    "slimsam_core.families.cutting", "slimsam_core.files",
    "slimsam_core.inference.predictor", "slimsam_core.inference.preparation",
    "slimsam_core.compression.job_folder", "slimsam_core.compression.monitor", "slimsam_core.training.recipe",
    "slimsam_app",
)  # fmt: skip
"""What is imported without torch, with all its modules: what needs it imports it inside a function."""
WITH_TORCH = frozenset(
    {
        "slimsam_core.commands.bench_run",
        "slimsam_app.sessions.compression.goal",
        "slimsam_app.sessions.model_numbers",
    }
)


def test_every_package_is_named_without_torch_or_known_to_need_it() -> None:
    there = {
        f"{package}.{path.stem}"
        for package in ("slimsam_core", "slimsam_app")
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.stem != "__init__"
    }
    named = there & set(NAMED_WITHOUT_TORCH)
    assert there - named == COMPUTES | INSIDE_FUNCTIONS


def test_what_starts_at_once_imports_no_torch() -> None:
    wanted = [
        name
        for path in MODULES
        for name in [name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")]
        if any(name == one or name.startswith(f"{one}.") for one in WITHOUT_TORCH)
        and name not in WITH_TORCH
        and not name.endswith("__main__")
    ]
    code = f"import importlib, sys\nfor name in {wanted!r}:\n    importlib.import_module(name)\n"
    code += "    assert 'torch' not in sys.modules, name\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1]


OTHERS_WORDS = {
    "slimsam_core/formats/": "files of other programs",
    "slimsam_core/checkpoints/": "files of other programs",
    "slimsam_core/families/": "files of other programs",
    "slimsam_core/pixels/": "Pillow, NumPy, Unicode, kinds of picture files",
    "slimsam_core/project/checkup.py": "SQLite's answers",
    "slimsam_core/project/connection.py": "SQLite's answers",
    "slimsam_core/project/proof.py": "a column of SQL",
    "slimsam_core/compression/events.py": "a type as Python writes it",
    "slimsam_core/detecting/detector.py": "types of ONNX, tasks of other programs",
    "slimsam_core/files/label_pictures.py": "folders of other programs",
    "slimsam_core/files/onnx_file.py": "the ending of a file's name",
    "slimsam_core/files/stored_array.py": "types of safetensors",
    "slimsam_core/inference/embedding_store.py": "types of NumPy",
    "slimsam_core/library/added_torch.py": "folders in wheels",
    "slimsam_core/library/redirects.py": "schemes of addresses",
    "slimsam_core/own_process.py": "modules, as Python calls them",
    "slimsam_core/project/effects.py": "columns of SQL",
    "slimsam_core/teamwork/dealing.py": "names that Windows keeps",
    "slimsam_core/teamwork/source.py": "columns of SQL",
    "slimsam_core/torch_part.py": "packages of other people",
    "slimsam_core/training/recipe.py": "fields of the recipe",
    "slimsam_core/visible_text.py": "categories of Unicode",
    "slimsam_core/compression/recipe.py": "names of modules, each a criterion",
    "slimsam_core/datasets/opening.py": "the ending of a file's name",
    "slimsam_core/export/local_paths.py": "a key of a header that other programs read too",
    "slimsam_app/desktop_entry.py": "the ending of a file's name",
    "slimsam_app/keys.py": "keys as Qt writes them",
    "slimsam_app/physical_keys.py": "Qt's platforms",
    "slimsam_app/windows/dropping.py": "the ending of a file's name",
    "slimsam_app/windows/menus.py": "keys of the table of actions",
    "slimsam_app/windows/dialogs/about.py": "a word of PyPI's list of licences",
}
"""Where -> whose words are compared there: they are not ours to make an enum of."""
SYSTEM = frozenset({"sys.platform", "os.name", "__name__"})
"""mypy knows these comparisons as they stand."""


def test_compared_words_are_enums() -> None:
    found = {
        f"{name_of(path)}:{line}"
        for path in MODULES
        for line in _lines_comparing_words(ast.parse(path.read_text("utf-8")))
    }
    ours = sorted(place for place in found if not place.startswith(tuple(OTHERS_WORDS)))
    assert not ours, "an enum is checked, a string literal is not"
    idle = [place for place in OTHERS_WORDS if not any(one.startswith(place) for one in found)]
    assert not idle, "an exception that nobody needs any more"


def test_words_are_seen_behind_a_name_and_in_a_case_too() -> None:
    said = (
        "a == 'word'", "a in ('word', 'other')", "KNOWN = frozenset({'word'})\na in KNOWN",
        "match a:\n    case 'word' | 'other':\n        pass", "KNOWN: Final = ('word',)\na in KNOWN",
    )  # fmt: skip
    assert all(_lines_comparing_words(ast.parse(code)) for code in said)
    assert not _lines_comparing_words(
        ast.parse("KNOWN = (Kind.A,)\na in KNOWN\nb == '-'\nc == len('word')\nKEY = 'key'\nd == KEY")
    )


def _lines_comparing_words(tree: ast.Module) -> list[int]:
    """Where a value is held against words: written there, in a case, or in a set that is a constant of the
    module. A constant of one word is the one home of a key or a name, and no closed set."""
    constants = {
        target.id: line.value
        for line in tree.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
        if isinstance(target, ast.Name) and not isinstance(line.value, ast.Constant)
    }
    compared = [
        (node.lineno, side)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and ast.unparse(node.left) not in SYSTEM
        for operator, side in zip(node.ops, node.comparators, strict=True)
        if isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn)
    ]
    compared += [(node.lineno, node.value) for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    return [
        line
        for line, side in compared
        if _has_a_word(constants.get(side.id, side) if isinstance(side, ast.Name) else side)
    ]


def _has_a_word(side: ast.expr) -> bool:
    if isinstance(side, ast.Call) and ast.unparse(side.func) in ("frozenset", "set", "tuple") and side.args:
        side = side.args[0]
    words = side.elts if isinstance(side, ast.Tuple | ast.Set | ast.List) else [side]
    return any(
        isinstance(word, ast.Constant) and isinstance(word.value, str) and any(map(str.isalpha, word.value))
        for word in words
    )


def test_where_a_mask_comes_from_is_said_by_an_enum() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Provenance", "replace")
        for given in node.keywords
        if given.arg == "source" and isinstance(given.value, ast.Constant | ast.JoinedStr)
    ]
    assert not found, "MaskSource or imported_from(format)"
