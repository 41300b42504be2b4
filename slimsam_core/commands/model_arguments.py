"""Arguments of what runs a model or writes masks; a help page of them needs no model and no picture."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """``--out``, ``--overwrite`` and ``--label``."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="the COCO file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that something else wrote")
    parser.add_argument(
        "--label", type=class_name, default="object", help="the class of the objects (default: object)"
    )


def add_ray_argument(parser: argparse.ArgumentParser) -> None:
    """``--ray``, the same wherever pictures are looked at one by one."""
    parser.add_argument(
        "--ray", action="store_true", help="share the work among the nodes of a Ray cluster (needs: ray)"
    )


def class_name(text: str) -> str:
    """A class name without space around it. Raises argparse.ArgumentTypeError."""
    name = text.strip()
    if not name or not name.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is not a class name; give at least one letter")
    return name


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """``--model``, ``--device`` and ``--runtime``, the same wherever a model is run."""
    parser.add_argument(
        "--model",
        metavar="NAME|PATH",
        help="installed model or weights file (default: see `slimsam models list`)",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--runtime", default="auto", help="auto, torch or openvino (default: auto)")
