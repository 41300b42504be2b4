"""Bring the translation files up to date with the source: ``python packaging/translations.py``.

Texts are found where the source calls ``tr`` or marks a constant with ``mark`` (also imported as ``_``), and
where the core makes a ``sentence``.
What is translated stays; what is new comes in as unfinished; what is gone goes. Then Qt's ``lrelease`` makes
the ``.qm`` files that the program reads.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
CONTEXT = "slimsam"
CALLS = {"tr": 1, "mark": 1, "_": 1}
"""What takes a text for translators -> how many of its arguments are such texts."""
CORE_CALLS = {"mark": 1, "sentence": 1, "counted": 2}
ERRORS = frozenset(
    {
        "SlimSamError", "ImageReadError", "ProjectError", "ProjectReadOnly", "ProjectUnavailable",
        "FormatError", "CheckpointError", "DownloadError", "ModelNotFound", "OutOfMemory",
        "DeviceUnavailable", "PromptError", "OutputError", "RecipeError", "TorchMissing", "ProjectBusy",
        "UnknownFormat",
    }
)  # fmt: skip
"""Their message and their hint are for translators, where a labeller meets them."""
FINDINGS = frozenset({"warning", "lost"})
"""What a reader finds in a file: the third argument is for translators."""
MET = (
    "files",
    "formats",
    "inference",
    "library",
    "pixels",
    "project",
    "checkpoints",
    "labelling",
    "detecting",
    "teamwork",
    "compression",
    "adapting",
    "training",
    "families",
    "models",
    "judging",
    "carrying",
    "suggesting",
    "likeness",
)
"""Packages of the core whose errors a labeller meets in a usual day."""


def texts_in(source: str, calls: dict[str, int] = CALLS) -> list[str]:
    """Texts for translators in one module, in order."""
    return [
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls
        for argument in node.args[: calls[node.func.id]]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def errors_in(source: str) -> list[str]:
    """Messages and hints of errors, findings, and titles of formats in one module of the core."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ERRORS:
                found += node.args[:2]
            elif node.func.id in FINDINGS:
                found += node.args[2:3]
            elif node.func.id == "Format":
                found += [word.value for word in node.keywords if word.arg in ("title", "reads_as")]
        elif isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & ERRORS:
            inner = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
            found += [
                text
                for call in inner
                if ast.unparse(call.func) == "super().__init__"
                for text in call.args[:2]
            ]
    texts = (one.value for one in found if isinstance(one, ast.Constant))
    return [text for text in texts if isinstance(text, str) and text]


def all_texts() -> list[str]:
    """Every text of the application, each once."""
    found: dict[str, None] = {}
    for package, calls in (("slimsam_app", CALLS), ("slimsam_core", CORE_CALLS)):
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= dict.fromkeys(texts_in(path.read_text("utf-8"), calls))
    for name in MET:
        for path in sorted((ROOT / "slimsam_core" / name).rglob("*.py")):
            found |= dict.fromkeys(errors_in(path.read_text("utf-8")))
    return list(found)


def read_translations(path: Path) -> dict[str, str]:
    """Text -> finished translation of a ``.ts`` file; empty when there is none yet."""
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for message in ET.parse(path).getroot().iter("message"):
        source, translation = message.findtext("source") or "", message.find("translation")
        if translation is not None and translation.text and translation.get("type") != "unfinished":
            found[source] = translation.text
    return found


def write_translations(path: Path, language: str, texts: list[str], known: dict[str, str]) -> int:
    """Write a ``.ts`` file; returns how many texts are not translated."""
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text in texts:
        message = ET.SubElement(context, "message")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        if text in known:
            translation.text = known[text]
        else:
            translation.set("type", "unfinished")
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', "utf-8")
    return sum(text not in known for text in texts)


def main() -> int:
    """Update every ``.ts`` file and make its ``.qm``; returns 1 when texts lack a translation."""
    texts, missing = all_texts(), 0
    for path in sorted(FOLDER.glob("slimsam_*.ts")):
        open_texts = write_translations(path, path.stem.split("_", 1)[1], texts, read_translations(path))
        missing += open_texts
        print(f"{path.name}: {len(texts)} texts, {open_texts} without a translation")
        subprocess.run(
            [
                Path(sys.executable).parent / "pyside6-lrelease",
                "-silent",
                path,
                "-qm",
                path.with_suffix(".qm"),
            ],
            check=True,
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
