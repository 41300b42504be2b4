"""What ``segment`` and ``everything`` share: finding the model, the pictures and writing the COCO file."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core import __version__
from slimsam_core.annotation import Annotation, Category
from slimsam_core.commands.console import print_progress, say
from slimsam_core.devices import AUTO, DeviceKind
from slimsam_core.errors import ImageReadError, OutputError
from slimsam_core.files.atomic import output_error
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.user_folders import embeddings_dir
from slimsam_core.formats.coco_write import write_coco
from slimsam_core.formats.records import DatasetMeta
from slimsam_core.inference.cluster import ModelOnNodes
from slimsam_core.inference.predictor import Predictor
from slimsam_core.inference.runtimes.select import RuntimeName, prepare_openvino
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.folder_search import Leave, find_images, ignore_left_out
from slimsam_core.pixels.picture_file import KNOWN_FORMATS
from slimsam_core.progress import Progress

if TYPE_CHECKING:
    from slimsam_core.formats.records import ImageRecord
    from slimsam_core.formats.report import ExportReport

DESCRIPTION = "Masks made with SlimSAM desktop"


def load_predictor(args: argparse.Namespace) -> Predictor:
    """The predictor that ``add_model_arguments`` describes. Raises SlimSamError."""
    info = ModelLibrary().resolve(args.model)
    if args.runtime == RuntimeName.OPENVINO and args.device in (AUTO, DeviceKind.CPU):
        prepare_openvino(info.path, info.model_hash, progress=print_preparation)
    return Predictor.load(info, args.device, args.runtime)


def model_on_nodes(args: argparse.Namespace) -> ModelOnNodes:
    """The same for the nodes of a cluster; nothing is loaded here."""
    return ModelOnNodes(
        name=args.model, device=args.device, runtime=args.runtime, embeddings=embeddings_dir()
    )


def model_words(predictor: Predictor) -> str:
    """The model, where it runs, and why not faster: ``lite2 on PyTorch, CPU, float32 (no OpenVINO here)``."""
    reason = f" ({predictor.note.rstrip('.')})" if predictor.note else ""
    return f"{predictor.name} on {predictor.runtime}{reason}"


def pictures_of(source: Path, leave: Leave = ignore_left_out) -> tuple[Path, list[Path]]:
    """Image root and sorted pictures of a file or folder. Raises ImageReadError when there is none.

    What cannot be used in a folder is told to ``leave``.
    """
    if source.is_dir():
        pictures = sorted(find_images(source, leave))
        if not pictures:
            raise ImageReadError(f"{source} holds no pictures.", f"Pictures may be {KNOWN_FORMATS}.")
        return source, pictures
    if not source.exists():
        raise ImageReadError(f"{source} does not exist.", "Check the path.")
    return source.parent, [source]


def write_result(
    out: Path,
    label: str,
    images: Sequence[ImageRecord],
    annotations: Iterable[Annotation],
    *,
    overwrite: bool = False,
) -> ExportReport:
    """Write one complete, checked COCO file with a single class.

    Replaces what an earlier run wrote, and other files only with ``overwrite``. Raises OutputError.
    """
    if out.exists() and not overwrite and not _ours(out):
        raise OutputError(
            f"{out} exists and was not written by this program.", "Choose another name, or add --overwrite."
        )
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    meta = DatasetMeta(
        {
            "description": DESCRIPTION,
            "version": __version__,
            "year": now.year,
            "date_created": now.isoformat().replace("+00:00", "Z"),
        },
        categories=(Category(id=1, name=label),),
    )
    return write_coco(out, meta, images, annotations, overwrite=True)


def _ours(path: Path) -> bool:
    """Whether a file was written by ``write_result``."""
    try:
        with open_regular(path) as file:
            return DESCRIPTION.encode() in file.read(2000)
    except OSError as error:
        raise output_error(path, error) from error


def print_preparation(event: Progress) -> None:
    """Say once why the first run takes long, then go on as ``print_progress``."""
    if event.done == 0:
        text = "slimsam: preparing the model for OpenVINO, once on this machine; takes some seconds"
        say(text, err=True)
    print_progress(event)
