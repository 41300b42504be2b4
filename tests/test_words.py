"""A noun has one home and one word: no two public classes share a name, nobody uses a word to avoid."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")])


@cache
def parsed(path: Path) -> ast.Module:
    """Its syntax tree, made once for all these tests."""
    return ast.parse(path.read_text("utf-8"))


SHARED_CLASS_NAMES: dict[str, str] = {}
"""Name -> why two classes have it. At most eight; the list may only shrink."""


def test_no_two_public_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path.relative_to(ROOT).as_posix())
    shared = {name: places for name, places in homes.items() if len(places) > 1}
    assert not {name: places for name, places in shared.items() if name not in SHARED_CLASS_NAMES}
    assert set(SHARED_CLASS_NAMES) <= set(shared), "an exception that nobody needs any more"
    assert all(SHARED_CLASS_NAMES.values()), "a reason for each"


LEAST_NODES = 22
"""Of the syntax tree of a body: smaller ones are alike by chance, such as those that pass a call on."""


TWICE: dict[str, str] = {
    "__init__": "of graphs of three families, each with its own kind of encoder, which types need",
    "_chosen": "of two docks, each by its own kind of rows",
}
"""Functions that are alike but for names -> why they stay two. May only shrink."""


class Saying:
    """What a function does: the same words for two functions that are alike but for own names and types.

    A renamed variable makes no other function, nor does a type. One walk; to copy and dump every tree of the
    program took twice as long as to parse it.
    """

    def __init__(self, function: ast.FunctionDef) -> None:
        parts = (part for line in function.body for part in ast.walk(line))
        used = [part.id for part in parts if isinstance(part, ast.Name)]
        own = [part.arg for part in ast.walk(function) if isinstance(part, ast.arg)]
        self.names = {name: f"v{number}" for number, name in enumerate(dict.fromkeys([*used, *own]))}

    def of(self, value: object) -> str:
        """A part of the tree, or what stands in one."""
        if isinstance(value, list):
            return f"[{','.join(map(self.of, value))}]"
        match value:
            case ast.Name(id=name) | ast.arg(arg=name):
                return self.names.get(name, name)
            case ast.AnnAssign(target=target, value=None):
                return self.of(target)
            case ast.AnnAssign(target=target, value=assigned):
                return f"Assign([{self.of(target)}],{self.of(assigned)})"
            case ast.Assign(targets=targets, value=assigned):
                return f"Assign({self.of(targets)},{self.of(assigned)})"
            case ast.AST():
                fields = (getattr(value, field, None) for field in value._fields)
                return f"{type(value).__name__}({','.join(map(self.of, fields))})"
        return repr(value)


def test_no_two_functions_do_the_same() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if sum(1 for line in body for _ in ast.walk(line)) >= LEAST_NODES:
                    place = f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}"
                    homes[Saying(node).of(body)].append(place)
    twice = [places for places in homes.values() if len(places) > 1]
    assert not [places for places in twice if places[0].split()[-1] not in TWICE], "one of them is enough"
    assert set(TWICE) <= {places[0].split()[-1] for places in twice}, (
        "an exception that nobody needs any more"
    )


FOR_TESTS = {
    "alpha_of": "Krippendorff's alpha of published examples, which the streamed one is held against",
    "convert_boxes": "the steps of boxes to masks in one call",
}
"""Public names that tests alone use -> why they stay. May only shrink."""


def test_no_public_name_is_for_tests_alone() -> None:
    """A name that is said once in programs and their page is said by its definition."""
    programs = [*MODULES, *(ROOT / "packaging").rglob("*.py"), ROOT / "docs" / "API.md"]
    said = Counter(word for path in programs for word in re.findall(r"\w+", path.read_text("utf-8")))
    public = {
        name
        for path in MODULES
        for node in parsed(path).body
        for name in (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else [name for name, _ in _named(node.targets[0], node.value)]
            if isinstance(node, ast.Assign)
            else []
        )
        if not name.startswith("_")
    }
    assert {name for name in public if said[name] == 1} == set(FOR_TESTS)


SHARED_CONSTANTS = {
    "BOX": "columns of two families of networks, one a file",
    "GAP_PX": "one between toolbars, one between words of a line",
    "GRID": "a benchmark's clicks are not those that compare masks",
    "IMAGE_SIZE": "of two families, which do not know each other",
    "LOCK": "each guards its own values",
    "LONGEST_NAME": "of a file, and of an object in a row",
    "MAX_BYTES": "of an embedding, and of a picture",
    "MAX_CONFIG_BYTES": "of files of two programs",
    "MAX_PROJECTS": "each of a list of its own",
    "MOST": "of two lists that have nothing to do with each other",
    "OPACITY": "of an icon, and of a mask",
    "PAGE": "of rows, and of pictures",
    "PIECE": "bytes that two readers take at a time",
    "PICTURES": "folders and keys of the formats of others, one a file",
    "RECIPE_VERSION": "of two kinds of recipes",
    "REPORT_EVERY": "as often as its own steps are long",
    "SIDE": "of tiles, of previews and of crops",
    "STEPS": "of a bench of the window, and of a measurement",
    "STRIPE_PIXELS": "each for its own working memory",
}
"""Names of constants that have one value in two modules by chance -> what they are. May only shrink."""


def test_no_constant_has_two_owners() -> None:
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in MODULES:
        for node in parsed(path).body:
            if isinstance(node, ast.Assign):
                for name, value in _named(node.targets[0], node.value):
                    if name.isupper():
                        homes[name.strip("_"), ast.dump(value)].append(path.relative_to(ROOT).as_posix())
    shared = {name: places for (name, _), places in homes.items() if len(places) > 1}
    new = {name: places for name, places in shared.items() if name not in SHARED_CONSTANTS}
    assert not new, "import it from one of them; where they are alike by chance, say so in SHARED_CONSTANTS"
    assert set(SHARED_CONSTANTS) <= set(shared), "an exception that nobody needs any more"


def test_the_size_of_an_array_is_asked_for_in_one_way() -> None:
    geometry = ROOT / "slimsam_core" / "pixels" / "geometry.py"
    by_hand = re.compile(r"\bSize\(\*?[\w.\[\]]*\.shape")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if path != geometry and by_hand.search(path.read_text("utf-8"))
    ]
    assert not found, "Size.of(array)"


OTHERS_FILES = {
    "checkpoints/reading.py": "the folder of a model of transformers",
    "export/safetensors_file.py": "a name that is proposed for a file anywhere",
    "export/transformers_folder.py": "the folder of a model of transformers",
    "families/declaration.py": "the folder of a model of transformers",
}
"""Modules that say the name of a file of other programs, which is one of ours by chance."""


def test_names_of_our_files_stand_in_one_place() -> None:
    names = {
        value.value: (path, name)
        for path in MODULES
        for node in parsed(path).body
        if isinstance(node, ast.Assign)
        for name, value in _named(node.targets[0], node.value)
        if name.strip("_").endswith("FILE")
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
    }
    assert {"job.json", "metrics.json", "model.safetensors", "recipe.json", "report.html"} <= set(names)
    again = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.value}"
        for path in MODULES
        if path.relative_to(ROOT / path.relative_to(ROOT).parts[0]).as_posix() not in OTHERS_FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in [node.value.rpartition("/")[2]]
        if name in names and names[name][0] != path and "\n" not in node.value
    ]
    assert not again, "import the constant"


def _named(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    """The names of an assignment and what each gets."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for pairs in map(_named, target.elts, value.elts) for pair in pairs]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
GLOSSARY = ROOT / "docs" / "GLOSSARY.md"


def avoided() -> list[str]:
    """The words in the third column of the glossary."""
    rows = [
        line.strip("|").split("|") for line in GLOSSARY.read_text("utf-8").splitlines() if line[:3] == "| *"
    ]
    return [word.strip() for row in rows for word in row[2].split(",") if word.strip()]


def test_the_glossary_has_words_to_avoid() -> None:
    assert len(avoided()) >= 20


def test_nobody_uses_a_word_to_avoid() -> None:
    stems = "|".join(re.escape(word.removesuffix("e")) for word in avoided())
    words = re.compile(rf"\b({stems})(e?s|e?d|er|ing|e)?\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {match.group()}"
        for path in [*MODULES, *DOCUMENTS]
        if path != GLOSSARY
        for match in words.finditer(path.read_text("utf-8"))
    ]
    assert not found


def test_every_station_of_the_walks_is_there() -> None:
    text = (
        (ROOT / "docs" / "ARCHITECTURE.md")
        .read_text("utf-8")
        .split("## Three walks")[1]
        .split("## Threads")[0]
    )
    walks = text.split("\n**")[1:]
    assert len(walks) == 3
    for walk in walks:
        assert 1 <= len(re.findall(r"^\d+\. ", walk, re.MULTILINE)) <= 10
    for path, name in re.findall(r"`(slimsam_\S+\.py)` `(\w+)`", text):
        assert re.search(rf"(def|class) {name}\b", (ROOT / path).read_text("utf-8")), (path, name)


OWN_FOLDERS = ROOT / "slimsam_core" / "families"
"""Its folders are as many as there are families."""


NAMED = re.compile(r"(?:(?:^ *|  |[,;(] ?)|(?=\w+/))(\w+)", re.MULTILINE)
"""What begins a column or a part of a list, or has a stroke behind it; other words name no module."""


def test_the_page_of_the_architecture_names_every_module_and_package() -> None:
    tree = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8").split("```")[1]
    named = set(NAMED.findall(tree))
    loose = [path for package in ("slimsam_core", "slimsam_app") for path in (ROOT / package).glob("*.py")]
    packages = [
        path.parent
        for package in ("slimsam_core", "slimsam_app")
        for path in (ROOT / package).rglob("__init__.py")
        if path.parent.parent != OWN_FOLDERS
    ]
    missing = {path.stem for path in [*loose, *packages]} - named - {"__init__", "__main__"}
    assert not missing


TUNED = (
    "inference/zoom.py", "inference/evidence.py", "inference/schedule.py", "inference/everything.py",
    "inference/runtimes/fused_attention.py", "inference/embedding_store.py", "project/store.py",
    "project/writer.py", "project/connection.py", "project/journal.py", "inference/transforms.py",
    "judging/verdict.py", "training/recipe.py", "carrying/objects.py", "labelling/masks_in_boxes.py",
)  # fmt: skip
"""Modules of numbers that something was made better by."""
REASONED = tuple(
    sorted(
        {
            *(ROOT / "slimsam_core" / "project").glob("*.py"),
            *(ROOT / "slimsam_app" / "workers").glob("*.py"),
            *(ROOT / "slimsam_core" / name for name in (
                *TUNED,
            )),
        }
    )
)  # fmt: skip
"""Modules whose numbers all say why they are what they are."""
WHY = re.compile(
    r"because|so that|measured|by eye|\bADR\b|BENCHMARKS|SAM's|: |; |\d|number them", re.IGNORECASE
)
"""A reason: such words, a figure, or what follows a colon. What a number is, is none."""
NO_CHOICE = {-1, 0, 1, 2}
"""Numbers that nobody could have chosen otherwise, such as beginnings of counts."""
ORDER = {"slimsam_app/workers/io_pool.py": "Urgency"}
"""Enums whose numbers are an order alone, which their first words say."""


def chosen_numbers(body: list[ast.stmt], lines: list[str]) -> list[tuple[str, str]]:
    """Assignments of numbers among the statements: their text, and all that is said of them."""
    found = []
    for node, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        numbers = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
        if any(type(part.value) in (int, float) and part.value not in NO_CHOICE for part in numbers):
            said = [line.partition("#")[2] for line in lines[node.lineno - 1 : node.end_lineno]]
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                said.append(str(following.value.value))
            found.append((ast.unparse(node), " ".join(said)))
    return found


@pytest.mark.parametrize("path", REASONED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_constant_has_its_reason(path: Path) -> None:
    lines, tree = path.read_text("utf-8").splitlines(), parsed(path)
    orders = ORDER.get(path.relative_to(ROOT).as_posix())
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name != orders]
    numbers = [
        one for body in (tree.body, *(node.body for node in classes)) for one in chosen_numbers(body, lines)
    ]
    assert not [text for text, said in numbers if not WHY.search(said)], "why, not what"
    bare = [
        f"{function.name} {ast.unparse(default)}"
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for default in (*function.args.defaults, *function.args.kw_defaults)
        if isinstance(default, ast.Constant)
        and type(default.value) in (int, float)
        and default.value not in NO_CHOICE
    ]
    assert not bare, "a default is a number, too: a constant with its reason"


PLAIN = {
    *range(13), 0.5, 1.0, 100, 255, 1000, 1e6, 1e9,
    *(2**power for power in range(4, 21)), *(10.0**-power for power in range(12)),
}  # fmt: skip
"""Numbers that need no name: halves, bytes, units, powers of two, and what keeps a division from zero."""


def shifts_in(function: ast.FunctionDef) -> list[ast.expr]:
    """The right sides of shifts: ``1 << 20``, ``size >> 30``."""
    return [
        node.right
        for node in ast.walk(function)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift | ast.RShift)
    ]


@pytest.mark.parametrize("name", [*TUNED, "inference/preparation.py", "labelling/quality.py"])
def test_no_tuned_number_hides_in_a_function(name: str) -> None:
    bare = [
        f"{name}:{part.lineno} {part.value}"
        for node in ast.walk(parsed(ROOT / "slimsam_core" / name))
        if isinstance(node, ast.FunctionDef)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and type(part.value) in (int, float)
        and part.value not in PLAIN
        and part not in shifts_in(node)
    ]
    assert not bare, "a constant with its reason"
