"""There is one door to picture files, and behind it no plug-in that starts programs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOOR = ROOT / "slimsam_core" / "pixels" / "picture_file.py"
FILMS = ROOT / "slimsam_core" / "pixels" / "film_decoder.py"
"""In a process of its own, for ``video.Film``, which looks at a film's container before."""
SOURCES = sorted(
    path for folder in ("slimsam_core", "slimsam_app", "packaging") for path in (ROOT / folder).rglob("*.py")
)
OPENERS = {
    ("Image", "open"): "opens what any plug-in takes",
    ("Image", "init"): "loads every plug-in",
    ("Image", "preinit"): "loads plug-ins",
    ("Image", "registered_extensions"): "loads every plug-in",
    ("cv2", "imread"): "opens pipes and devices",
    ("cv2", "VideoCapture"): "opens anything",
    ("plt", "imread"): "opens anything",
    ("QImageReader", "read"): "opens what Qt's plug-ins take",
}


def calls(path: Path) -> list[tuple[str, str, ast.Call]]:
    """``owner.name(...)`` of a module, and constructors as ``("", name)``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            found.append((node.func.value.id, node.func.attr, node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.append(("", node.func.id, node))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_door(path: Path) -> None:
    for owner, name, call in calls(path):
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        if path == FILMS and (owner, name) == ("cv2", "VideoCapture"):
            continue
        if path != DOOR:
            assert (owner, name) not in OPENERS, (
                f"{where}: {OPENERS[owner, name]}; use picture_file.open_picture"
            )
            assert name != "imdecode" or path.name == "image_io.py", f"{where}: use image_io.read_image"
        elif (owner, name) == ("Image", "open"):
            assert [keyword.arg for keyword in call.keywords] == ["formats"], f"{where}: names no formats"
        if owner == "" and name in ("QImage", "QPixmap", "QImageReader", "QMovie"):
            texts = [a for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            assert not texts, f"{where}: Qt would open the file"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "PIL.Image":
            assert "open" not in [alias.name for alias in node.names], path


def test_no_plug_in_that_starts_programs_is_loaded() -> None:
    code = (
        "import sys, slimsam_core.pixels.image_io, slimsam_core.pixels.overlay;"
        "print(sorted(m for m in sys.modules if m.startswith('PIL.') and m.endswith('ImagePlugin')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "PngImagePlugin" in loaded
    for name in ("Eps", "Wmf", "Fpx", "Mic", "Psd", "Grib", "Hdf5", "Bufr"):
        assert f"{name}ImagePlugin" not in loaded
        assert f"{name}StubImagePlugin" not in loaded
