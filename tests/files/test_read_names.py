"""What is read may come from a stranger: only regular files, in bounded pieces, and JSON that is bounded too.

``slimsam_core/files/foreign.py`` is the door. Every other place that opens a file for reading, or parses
JSON, stands here with the reason why nobody else can have prepared what it reads.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from slimsam_core.compression.recipe import load_recipe
from slimsam_core.errors import FormatError, RecipeError
from slimsam_core.files.checked_file import parse_checked, write_checked
from slimsam_core.files.foreign import NotRegular, open_regular
from slimsam_core.formats.text_files import read_text, read_yaml
from slimsam_core.formats.voc_xml import looks_like_voc, read_xml

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")])

OWN_CHILD = "what a process of our own wrote"
OWN_VALUE = "a value that this process has just written as JSON"
KERNEL = "a file of the kernel"
LOADERS = frozenset(
    {
        *("np.load", "np.loadtxt", "np.genfromtxt", "np.fromfile", "np.memmap", "mmap.mmap", "safe_open"),
        *("load_file", "torch.load", "tarfile.open", "cv2.imread", "cv2.VideoCapture", "pickle.load"),
    }
)
"""What opens a name, or believes what is in an open file, by itself."""

ALLOWED: dict[str, str] = {
    "slimsam_core/files/foreign.py:parse_json": "the door itself",
    "slimsam_core/families/efficientnet_lite_sam/spec.py:to_json": OWN_VALUE,
    "slimsam_core/families/hiera_sam2/spec.py:to_json": OWN_VALUE,
    "slimsam_core/families/tiny_vit/spec.py:to_json": OWN_VALUE,
    "slimsam_core/training/run.py:_folder": OWN_VALUE,
    "slimsam_core/inference/runtimes/background.py:prepare_in_child": OWN_CHILD,
    "slimsam_core/inference/runtimes/background.py:relay": OWN_CHILD,
    "slimsam_core/adapting/in_child.py:adapt_in_child": OWN_CHILD,
    "slimsam_core/benchmarks/window.py:measure_window": OWN_CHILD,
    "slimsam_core/benchmarks/child.py:serve": OWN_CHILD,
    "slimsam_core/benchmarks/run.py:order": OWN_CHILD,
    "slimsam_core/benchmarks/run.py:measure": OWN_CHILD,
    "slimsam_core/files/foreign.py:map_bytes": "the door itself",
    "slimsam_core/files/shards.py:_members": "a file that the door opened",
    "slimsam_core/benchmarks/onnx_runtime.py:__init__": "bytes that this process has just made",
    "slimsam_core/export/onnx_runtime.py:__init__": "after pair_files and pair_trial, where it is not ours",
    "slimsam_core/pixels/film_decoder.py:main": "in a process of its own, after _check_container",
    "slimsam_core/files/runs.py:load_checkpoint": "after safetensors_header, which looked at the file",
    "slimsam_core/benchmarks/child.py:peak_memory_bytes": KERNEL,
    "slimsam_core/benchmarks/run.py:_processor": KERNEL,
    "slimsam_core/files/machine_memory.py:_meminfo": KERNEL,
    "slimsam_core/files/machine_memory.py:reserved_memory": KERNEL,
    "slimsam_core/commands/doctor.py:_would_fuse_attention": KERNEL,
    "slimsam_app/desktop_entry.py:install": "a file of the program itself",
    "slimsam_core/installation.py:_uv_tool": "a file of the environment that this program runs in",
    "slimsam_app/workers/compression_worker.py:memory_held": KERNEL,
    "slimsam_core/project/journal.py:read_records": "unpacked within a limit; values nest as those of a row",
}


def calls_that_read(tree: ast.Module) -> list[tuple[str, str, int]]:
    """Function, call and line of everything that opens a name for reading or parses JSON by itself."""
    found: list[tuple[str, str, int]] = []

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = node.name
        if isinstance(node, ast.Call) and _reads(node):
            found.append((function, ast.unparse(node.func), node.lineno))
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(tree, "")
    return found


def _reads(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    modes = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if name in ("json.loads", "json.load", "open") or name in LOADERS or name.endswith(".InferenceSession"):
        return True
    if name.endswith((".read_text", ".read_bytes")):
        return True
    return name.endswith(".open") and modes[:1] in (["rb"], ["r"], ["rt"])


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_read_through_one_door(module: Path) -> None:
    name = module.relative_to(ROOT).as_posix()
    found = calls_that_read(ast.parse(module.read_text("utf-8")))
    wrong = [
        f"{name}:{line} {call} in {where}" for where, call, line in found if f"{name}:{where}" not in ALLOWED
    ]
    assert not wrong, "read it with slimsam_core.files.foreign: " + "; ".join(wrong)


def test_the_exceptions_are_still_there() -> None:
    real = {
        f"{module.relative_to(ROOT).as_posix()}:{where}"
        for module in MODULES
        for where, _, _ in calls_that_read(ast.parse(module.read_text("utf-8")))
    }
    assert ALLOWED.keys() <= real, f"no longer needed: {ALLOWED.keys() - real}"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_is_never_waited_for(pipe: Path) -> None:
    """Each of these would wait for ever for somebody who writes into the pipe."""
    with pytest.raises(NotRegular):
        open_regular(pipe)
    with pytest.raises(FormatError, match="not a regular file"):
        read_text(pipe)
    with pytest.raises(FormatError, match="not a regular file"):
        read_xml(pipe, "pipe")
    with pytest.raises(RecipeError, match="not a regular file"):
        load_recipe(pipe)
    assert not looks_like_voc(pipe)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 200_000, "nested deeper"),
        ('{"version": ' + "9" * 10_000 + "}", "64 bits"),
        ('{"version": NaN}', "not finite"),
        (" " * (2 << 20), "larger than"),
    ],
    ids=["deep", "digits", "nan", "long"],
)
def test_a_recipe_of_a_stranger_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(text)
    with pytest.raises(RecipeError, match=words):
        load_recipe(path)


def doubled(levels: int, inner: str) -> str:
    """Each level names the one before it nine times."""
    rows = ["a0: &a0 {x: 1}"]
    for level in range(1, levels + 1):
        rows.append(f"a{level}: &a{level} " + inner.format(", ".join([f"*a{level - 1}"] * 9)))
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (doubled(12, "[{}]"), "aliases"),
        (doubled(12, "{{<<: [{}]}}"), "aliases"),
        ("a: &a [*a]", "contains itself"),
        ("a: " + ":".join(["1"] * 300_000), "digits"),
        ("names: [a\x00b]", "plain YAML"),
        ("a: !!python/object/apply:os.getcwd []", "plain YAML"),
    ],
    ids=["aliases", "merges", "circle", "base 60", "control character", "object"],
)
def test_a_small_yaml_file_stays_small(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "data.yaml"
    path.write_text(text)
    with pytest.raises(FormatError, match=words):
        read_yaml(path)


def test_ordinary_aliases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.yaml"
    path.write_text("names: &n [cat, dog]\nold: *n\nbase: &b {nc: 2}\nall: {<<: *b, path: .}\n")
    assert read_yaml(path) == {
        "names": ["cat", "dog"], "old": ["cat", "dog"], "base": {"nc": 2}, "all": {"nc": 2, "path": "."},
    }  # fmt: skip


@pytest.mark.parametrize("header", ["[" * 5000, "[1]", "1", '{"a": NaN}', "\x00"])
def test_a_cache_file_with_a_right_checksum_and_a_wrong_header_is_none(tmp_path: Path, header: str) -> None:
    path = tmp_path / "x.cache"
    write_checked(path, b"MAGIC", {})
    import hashlib
    import struct

    body = b"MAGIC" + struct.pack("<I", len(header)) + header.encode()
    data = body + hashlib.blake2b(body, digest_size=16).digest()
    assert parse_checked(data, b"MAGIC") is None
    assert parse_checked(path.read_bytes(), b"MAGIC") == ({}, memoryview(b""))
