"""How this program came to this machine, and which command brings a further package to it.

A tool of uv or pipx has an environment of its own, which a bare ``pip install`` does not reach; the
stand-alone program has none at all.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any

from slimsam_core.sentences import Sentence, sentence

EXTRAS = {
    "export": ("onnx", "onnxruntime", "onnxscript"),
    "cluster": ("ray",),
    "heic": ("pillow-heif",),
    "fused": ("llvmlite",),
}
"""Extra of ``pyproject.toml`` -> its packages, by the names of the index; for hints."""

_PROJECT = "slimsam-desktop"
_UV_RECEIPT = "uv-receipt.toml"
"""In the environment of a tool of uv: what it was made of."""
_PIPX_RECEIPT = "pipx_metadata.json"


class InstalledBy(StrEnum):
    """What made the environment that this program runs in."""

    BUNDLE = "bundle"
    """The stand-alone program: AppImage, folder or .deb."""
    UV_TOOL = "uv tool"
    PIPX = "pipx"
    UV = "uv"
    """An environment without pip."""
    PIP = "pip"


def installed_by() -> InstalledBy:
    """What made the environment that this program runs in, by what lies in it."""
    if getattr(sys, "frozen", False):
        return InstalledBy.BUNDLE
    environment = Path(sys.prefix)
    if (environment / _UV_RECEIPT).exists():
        return InstalledBy.UV_TOOL
    if (environment / _PIPX_RECEIPT).exists():
        return InstalledBy.PIPX
    return InstalledBy.PIP if importlib.util.find_spec("pip") is not None else InstalledBy.UV


def how_to_add(*packages: str, index: str = "") -> Sentence:
    """What adds these packages here, for a hint; ``index`` is a further place that may have them."""
    command = add_command(*packages, index=index)
    if not command:
        return sentence(
            "The stand-alone program takes no further packages; SlimSAM installed with Python does."
        )
    return sentence("Add it: {command}", command=as_typed(command))


def add_command(*packages: str, index: str = "") -> tuple[str, ...]:
    """The command that adds them here, word by word; empty where none does."""
    further = ("--extra-index-url", index) if index else ()
    match installed_by():
        case InstalledBy.BUNDLE:
            return ()
        case InstalledBy.UV_TOOL:
            return _uv_tool(packages, with_torch=bool(index))
        case InstalledBy.PIPX:
            for_pip = (f"--pip-args={' '.join(further)}",) if further else ()
            return ("pipx", "inject", Path(sys.prefix).name, *packages, *for_pip)
        case InstalledBy.UV:
            return ("uv", "pip", "install", *packages, "--python", sys.prefix, *further)
        case InstalledBy.PIP:
            return (_python(), "-m", "pip", "install", *packages, *further)


def replace_command(unwanted: str, wanted: str) -> tuple[tuple[str, ...], ...]:
    """What takes a package away and mends another, with which it shares files; nothing in a bundle."""
    pip: tuple[str, ...]
    match installed_by():
        case InstalledBy.BUNDLE:
            return ()
        case InstalledBy.UV_TOOL | InstalledBy.UV:
            there = ("--python", sys.prefix)
            return (
                ("uv", "pip", "uninstall", unwanted, *there),
                ("uv", "pip", "install", "--reinstall", "--no-deps", wanted, *there),
            )
        case InstalledBy.PIPX:
            pip = ("pipx", "runpip", Path(sys.prefix).name)
        case InstalledBy.PIP:
            pip = (_python(), "-m", "pip")
    return (*pip, "uninstall", "-y", unwanted), (*pip, "install", "--force-reinstall", "--no-deps", wanted)


def as_typed(*commands: tuple[str, ...]) -> str:
    """Commands as a shell of this system takes them, one after the other."""
    one = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
    return " && ".join(one(command) for command in commands)


def _python() -> str:
    """This Python, as a program whose output is seen."""
    return re.sub(r"pythonw(?=\.exe$)", "python", sys.executable, flags=re.IGNORECASE)


def _uv_tool(packages: tuple[str, ...], *, with_torch: bool) -> tuple[str, ...]:
    """uv makes the environment anew from what it is told: all that it was made of is told again."""
    try:
        receipt = tomllib.loads((Path(sys.prefix) / _UV_RECEIPT).read_text("utf-8"))["tool"]
        made_of = [one for one in receipt["requirements"] if one["name"]]
        python = [str(receipt["python"])] if "python" in receipt else []
    except (OSError, ValueError, KeyError, TypeError):
        made_of, python = [], []
    tool = next((one for one in made_of if one["name"] == _PROJECT), {"name": _PROJECT})
    before = [_requirement(one) for one in made_of if one["name"] != _PROJECT]
    words = ["uv", "tool", "install", *(word for version in python for word in ("--python", version))]
    if with_torch:
        words += ["--torch-backend", "auto"]
    for package in dict.fromkeys([*before, *packages]):
        words += ["--with", package]
    if "editable" in tool:
        words.append("--editable")
    return (*words, _requirement(tool))


def _requirement(written: dict[str, Any]) -> str:
    """One requirement of a receipt, as the command takes it."""
    extras = f"[{','.join(written['extras'])}]" if written.get("extras") else ""
    for key in ("editable", "directory", "path"):
        if key in written:
            return f"{written[key]}{extras}"
    place = written.get("url") or (f"git+{written['git']}" if "git" in written else "")
    if place:
        return f"{written['name']}{extras} @ {place}"
    return f"{written['name']}{extras}{written.get('specifier', '')}"
