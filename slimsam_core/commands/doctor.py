"""``slimsam doctor``: what is installed, usable and missing; with a file, what is wrong with it."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slimsam_core import __version__
from slimsam_core.commands import doctor_file
from slimsam_core.commands.console import say, say_text
from slimsam_core.errors import SlimSamError
from slimsam_core.figures import file_size
from slimsam_core.files.user_folders import cache_dir, data_dir
from slimsam_core.inference.gpu import look_for_gpu
from slimsam_core.installation import EXTRAS, as_typed, how_to_add, replace_command
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.torch_part import missing_words, torch_present, way_in_a_shell

LIBRARIES = (
    "openvino", "numpy", "opencv-python-headless", "pillow", "pycocotools", "safetensors",
    "huggingface-hub", "PySide6-Essentials",
)  # fmt: skip
OPTIONAL = (
    ("torch", "for compression, training and exporting models, and for GPUs"),
    ("torch-pruning", "for compression"),
)
"""What labelling works without, and what it is for."""

CPU_FACTS = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class DoctorLine:
    """One line of the report; ``ok`` None = a fact without a verdict."""

    topic: str
    text: str
    ok: bool | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``doctor``."""
    doctor_file.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 1 when something needed is missing, or wrong with the file."""
    if args.file is not None:
        return doctor_file.run(args)
    findings = [*_platform(), *_libraries(), *_devices(), *_models(), *_folders()]
    topic_width = max(len(f.topic) for f in findings)
    for finding in findings:
        mark = {True: "ok  ", False: "MISS", None: "    "}[finding.ok]
        say(f"{mark} {finding.topic:<{topic_width}}  {finding.text}")
    missing = sum(f.ok is False for f in findings)
    say_text("\nEverything needed is here." if not missing else f"\n{missing} missing: see the lines above.")
    return 1 if missing else 0


def _platform() -> Iterator[DoctorLine]:
    yield DoctorLine("slimsam", __version__)
    yield DoctorLine("python", f"{platform.python_version()} ({sys.executable})")
    yield DoctorLine("system", f"{platform.platform()}, {os.cpu_count()} logical cores")


def _libraries() -> Iterator[DoctorLine]:
    for name in LIBRARIES:
        try:
            yield DoctorLine(name, importlib.metadata.version(name), True)
        except importlib.metadata.PackageNotFoundError:
            yield DoctorLine(name, f"not installed. {how_to_add(name)}", False)
    for name, purpose in OPTIONAL:
        try:
            yield DoctorLine(name, importlib.metadata.version(name), True)
        except importlib.metadata.PackageNotFoundError:
            yield DoctorLine(name, f"not installed; {purpose}. {way_in_a_shell()}")
    if not _fuses_attention() and _would_fuse_attention() and not getattr(sys, "frozen", False):
        way = how_to_add(*EXTRAS["fused"])
        yield DoctorLine("llvmlite", f"not installed; SAM's models would be faster here. {way}")
    try:
        importlib.metadata.version("opencv-python")
        commands = as_typed(*replace_command("opencv-python", "opencv-python-headless"))
        yield DoctorLine("opencv-python", f"brings its own Qt and breaks the window: {commands}", False)
    except importlib.metadata.PackageNotFoundError:
        pass


def _devices() -> Iterator[DoctorLine]:
    if not torch_present():
        fused = ", fused attention" if _fuses_attention() else ""
        yield DoctorLine("cpu", f"OpenVINO{fused}")
        yield DoctorLine("gpu", "not used: " + missing_words())
        return
    try:
        import torch
    except ImportError as error:
        yield DoctorLine("torch", f"cannot be imported: {error}", False)
        return
    cpu = f"{torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads"
    yield DoctorLine("cpu", f"{cpu}, fused attention" if _fuses_attention() else cpu)
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            memory = file_size(properties.total_memory)
            yield DoctorLine(f"cuda:{index}", f"{properties.name}, {memory}", True)
    yield from _no_gpu()


def _no_gpu() -> Iterator[DoctorLine]:
    why_not = look_for_gpu().why_not
    if why_not:
        yield DoctorLine("gpu", why_not)


def _fuses_attention() -> bool:
    """Whether SAM's global attentions run in code of our own here."""
    try:
        from slimsam_core.inference.runtimes.simd import supported
    except (ImportError, OSError):
        return False
    return supported()


def _would_fuse_attention() -> bool:
    """Whether llvmlite would make the attention of SAM's models faster on this CPU; known on Linux alone."""
    try:
        flags = set(CPU_FACTS.read_text("ascii", "replace").split("flags", 1)[1].splitlines()[0].split())
    except (OSError, IndexError):
        return False
    return "avx512_bf16" in flags and "amx_bf16" not in flags


def _models() -> Iterator[DoctorLine]:
    library = ModelLibrary()
    default = ""
    try:
        default = library.default().name
    except SlimSamError as error:
        yield DoctorLine("models", str(error), False)
    for info in library.installed():
        note = " (default)" if info.name == default else ""
        yield DoctorLine("model", f"{info.name}{note}, {file_size(info.size_bytes)}, {info.path}", True)
    if not any(not info.bundled for info in library.installed()):
        yield DoctorLine(
            "slimsam", "weights not installed; the bundled model is used: slimsam models download slimsam-77"
        )


def _folders() -> Iterator[DoctorLine]:
    for topic, folder in (
        ("data folder", data_dir()),
        ("cache folder", cache_dir()),
    ):
        existing = next(p for p in (folder, *folder.parents) if p.exists())
        free = file_size(shutil.disk_usage(existing).free)
        writable = os.access(existing, os.W_OK)
        yield DoctorLine(topic, f"{folder}, {free} free" + ("" if writable else ", READ-ONLY"), writable)
