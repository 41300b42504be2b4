"""``slimsam models``: what is installed, what can be installed, and bringing models in and out."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slimsam_core.commands.console import end_progress, say, say_json, say_text, show_progress, step_words
from slimsam_core.export import export_model
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.figures import file_size
from slimsam_core.library import added_torch
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken, Progress

if TYPE_CHECKING:
    from slimsam_core.library.model_library import ModelInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands of ``models`` and their arguments."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = actions.add_parser(name, help=help_)
        sub.set_defaults(run=run)
        return sub

    action("list", _list, "installed models and those that can be downloaded")
    info = action("info", _info, "everything about one model")
    info.add_argument("model", metavar="NAME|PATH")
    info.add_argument("--json", action="store_true", help="as JSON, with the whole architecture")
    download = action("download", _download, "install a published model; continues a broken download")
    download.add_argument("name", metavar="NAME")
    import_ = action("import", _import, "install a weights file or a transformers folder")
    import_.add_argument("path", type=Path, metavar="FILE|FOLDER")
    import_.add_argument("--name", help="name in the library (default: that of the file)")
    export = action("export", _export, "write a model for other programs, with a model card")
    export.add_argument("model", metavar="NAME|PATH")
    export.add_argument(
        "--format", required=True, choices=("hf", "onnx", "openvino", "executorch", "safetensors")
    )
    export.add_argument("--out", type=Path, required=True, metavar="DIR", help="new or empty folder")
    export.add_argument("--int8", action="store_true", help="a quantised variant too, measured (onnx)")
    export.add_argument(
        "--any-size", action="store_true",
        help="an ONNX pair for squares of any multiple of 32 pixels, where the model can (onnx)",
    )  # fmt: skip
    export.add_argument(
        "--push-to-hub", metavar="OWNER/NAME", default="",
        help="upload it too, as this repository of Hugging Face's hub (or of HF_ENDPOINT)",
    )  # fmt: skip
    export.add_argument("--private", action="store_true", help="a repository that is made is private")
    verify = action("verify", _verify, "read a model completely and compare it with its hash")
    verify.add_argument("model", metavar="NAME|PATH")
    delete = action("delete", _delete, "remove an installed model")
    delete.add_argument("name", metavar="NAME")
    action("add-torch", _add_torch, "add PyTorch to the stand-alone program; continues a broken download")
    action("remove-torch", _remove_torch, "take away what add-torch added")


def _library() -> ModelLibrary:
    return ModelLibrary()


def _size(info: ModelInfo) -> str:
    return file_size(info.size_bytes)


def _list(_: argparse.Namespace) -> int:
    library = _library()
    models = library.installed()
    default = library.default().name if models else ""
    rows = [
        (
            info.name + (" *" if info.name == default else ""),
            info.arch.name,
            f"{info.arch.image_size} px",
            _size(info),
            "bundled" if info.bundled else "installed",
        )
        for info in models
    ]
    rows += [(m.name, m.title, "", "", f"slimsam models download {m.name}") for m in library.downloadable()]
    widths = [max(len(row[i]) for row in rows) for i in range(4)] if rows else [0] * 4
    for row in rows:
        say("  ".join(f"{cell:<{width}}" for cell, width in zip(row, [*widths, 0], strict=True)).rstrip())
    say_text("\n* used when no model is named")
    for problem in library.problems():
        say(f"unusable: {problem}", err=True)
    return 0


def _info(args: argparse.Namespace) -> int:
    info = _library().resolve(args.model)
    encoder, rest = count_parameters(info.arch)
    facts: dict[str, Any] = {
        "name": info.name,
        "path": str(info.path),
        "family": info.arch.family,
        "architecture": info.arch.name,
        "image_size": info.arch.image_size,
        "encoder_parameters": encoder,
        "decoder_parameters": rest,
        "size_bytes": info.size_bytes,
        "licence": info.licence or "not stated",
        "source": info.source or "not stated",
        "bundled": info.bundled,
        "model_hash": info.model_hash,
    }
    if info.path.is_file():
        facts["sha256"] = info.sha256()
    if args.json:
        say_json({**facts, "arch": info.arch.to_json()})
        return 0
    for key, value in facts.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        say(f"{key.replace('_', ' '):<20}{shown}")
    return 0


def _download(args: argparse.Namespace) -> int:
    library = _library()
    info = library.download(args.name, _ProgressLine())
    say(f"installed {info.name} ({_size(info)}): {info.path}")
    return 0


def _import(args: argparse.Namespace) -> int:
    info = _library().import_file(args.path, args.name)
    say(f"installed {info.name} ({info.arch.name}, {_size(info)}): {info.path}")
    return 0


def _export(args: argparse.Namespace) -> int:
    info = _library().resolve(args.model)
    hub: Any = importlib.import_module("slimsam_core.export.push") if args.push_to_hub else None
    if hub is not None:
        hub.check_repository(args.push_to_hub)
    report = export_model(
        info.path, args.format, args.out, name=info.name, int8=args.int8, any_size=args.any_size
    )
    for name, size in report.files:
        say(f"{file_size(size):>13}  {report.folder / name}")
    for check, result in report.checks.items():
        say(f"{check}: {result}")
    if hub is not None:
        say(f"uploaded: {hub.push(report.folder, args.push_to_hub, private=args.private)}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    info = _library().verify(args.model)
    say(f"{info.name} is whole: {info.model_hash}")
    return 0


def _delete(args: argparse.Namespace) -> int:
    _library().delete(args.name)
    say(f"deleted {args.name}")
    return 0


def _add_torch(_: argparse.Namespace) -> int:
    offer = added_torch.offer_or_refuse()
    say(f"{offer.words}: {file_size(offer.size)} to download", err=True)
    folder = added_torch.add(offer, _ProgressLine(), CancelToken())
    say(f"added: {folder} ({file_size(added_torch.added_bytes())})")
    return 0


def _remove_torch(_: argparse.Namespace) -> int:
    size = added_torch.added_bytes()
    added_torch.remove()
    say(f"removed {file_size(size)}" if size else "nothing was added")
    return 0


class _ProgressLine:
    """Progress on one line of a terminal, or a line every tenth elsewhere."""

    def __init__(self) -> None:
        self._tenth = -1

    def __call__(self, progress: Progress) -> None:
        """Show one report on stderr."""
        if progress.stage == added_torch.AddStage.UNPACK:
            return
        tenth = int((progress.fraction or 0.0) * 10)
        text = step_words(progress, file_size)
        if sys.stderr.isatty():
            show_progress(text)
            if progress.done == progress.total:
                end_progress()
        elif tenth != self._tenth:
            say(text, err=True)
        self._tenth = tenth
