"""``slimsam boxes-to-masks``: the boxes of a detector that a project imported become masks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.labelling import load_predictor, model_on_nodes, model_words
from slimsam_core.commands.left_out import add_strict_argument
from slimsam_core.commands.model_arguments import add_model_arguments, add_ray_argument
from slimsam_core.errors import ProjectReadOnly
from slimsam_core.files.user_folders import embeddings_dir
from slimsam_core.inference.embedding_store import EmbeddingStore, stored_embedding
from slimsam_core.labelling.box_masks import PictureMasks, masks_of_boxes, take_masks
from slimsam_core.labelling.boxes_on_cluster import masks_of_boxes_on_cluster
from slimsam_core.progress import Progress
from slimsam_core.project import Project, project_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``boxes-to-masks``."""
    parser.description = (
        "Give every object that was imported as a box alone the mask that the model sees in it. "
        "Each picture is a command of its own that `slimsam project undo` takes back; an interrupted run "
        "goes on where it stopped."
    )
    parser.add_argument(
        "project", type=Path, metavar="PROJECT", help="the project file (*.slimsam), or its folder"
    )
    add_ray_argument(parser)
    add_strict_argument(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert; 1 when every box had to be left, or one with ``--strict``."""
    with Project.open(project_at(args.project), progress=print_progress) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        tally = take_masks(project, _made(project, args), print_progress)
    for reason in tally.reasons():
        say(f"slimsam: left as boxes: {reason}", err=True)
    say(tally.summary if tally.boxes else "There are no imported boxes.")
    return 1 if tally.left and (args.strict or not tally.made) else 0


def _made(project: Project, args: argparse.Namespace) -> Iterator[Progress | PictureMasks]:
    """Here, or on a cluster."""
    if args.ray:
        yield from masks_of_boxes_on_cluster(project, model_on_nodes(args))
        return
    predictor = load_predictor(args)
    store = EmbeddingStore(0, embeddings_dir())
    say(model_words(predictor), err=True)
    yield from masks_of_boxes(project, predictor, lambda rgb: stored_embedding(rgb, predictor, store))
