"""``slimsam prepare``: encode a folder ahead of time, so that its pictures open without waiting."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.labelling import load_predictor, model_words, pictures_of
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.commands.model_arguments import add_model_arguments, add_ray_argument
from slimsam_core.devices import AUTO, computes_on_cpu
from slimsam_core.errors import DeviceUnavailable, ImageReadError, OutputError
from slimsam_core.files.user_folders import embeddings_dir, embeddings_quota, set_embeddings_quota
from slimsam_core.inference.cluster import prepare_on_cluster
from slimsam_core.inference.embedding_store import EmbeddingStore
from slimsam_core.inference.preparation import PreparationReport, check_quota, prepare_pictures
from slimsam_core.inference.runtimes.select import prepare_openvino
from slimsam_core.library.model_library import ModelLibrary

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

_WORTH_PREPARING = 8
"""With fewer pictures, converting the model for OpenVINO takes longer than it saves."""


def gigabytes(text: str) -> int:
    """A positive number of GB, in bytes. Raises argparse.ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of GB")
    return int(value * 1e9)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``prepare``."""
    parser.description = (
        "Encode pictures ahead of time. An interrupted run goes on where it stopped, and several "
        "runs on the same cache, on one machine or on many, share the work."
    )
    parser.add_argument("source", type=Path, metavar="IMAGE|FOLDER")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="default: the cache that the window uses")
    parser.add_argument(
        "--quota-gb", type=gigabytes, default=None, metavar="GB",
        help="space for embeddings; without --cache it is kept as the setting of this user, which the window "
        "goes by as well (default: as set, else 10)",
    )  # fmt: skip
    add_ray_argument(parser)
    add_strict_argument(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Encode; what cannot be read is left out and named at the end."""
    left_out = LeftOutList()
    _, pictures = pictures_of(args.source, left_out.add)
    folder = (args.cache or embeddings_dir()).resolve()
    quota = args.quota_gb or embeddings_quota()
    check_quota(len(pictures), ModelLibrary().resolve(args.model).arch, quota)
    if args.quota_gb and folder == embeddings_dir().resolve():
        set_embeddings_quota(quota)
    report: PreparationReport
    if args.ray:
        report = prepare_on_cluster(
            pictures, args.model, args.device, args.runtime, folder, quota=quota, progress=print_progress
        )
    else:
        store = EmbeddingStore(0, folder, quota)
        predictor = _fast_predictor(args, len(pictures))
        say(f"{model_words(predictor)}, into {folder}", err=True)
        report = prepare_pictures(pictures, predictor, store, print_progress)
    for error in report.failed:
        left_out.add(error)
    if len(report.failed) == len(pictures):
        left_out.close()
        raise ImageReadError(f"None of the pictures in {args.source} could be read.", "See above.")
    say(
        f"{report.encoded} encoded, {report.ready_before} ready before, "
        f"{report.elsewhere} with another process, {len(report.failed)} unreadable"
    )
    return left_out.close(args.strict)


def _fast_predictor(args: argparse.Namespace, pictures: int) -> Predictor:
    """The predictor asked for, on OpenVINO where nothing else was asked for and it is worth preparing."""
    if args.runtime == AUTO and computes_on_cpu(args.device) and pictures >= _WORTH_PREPARING:
        info = ModelLibrary().resolve(args.model)
        try:
            prepare_openvino(info.path, info.model_hash, progress=print_progress)
        except (DeviceUnavailable, OutputError) as error:
            say(f"slimsam: {error}", err=True)
    return load_predictor(args)
