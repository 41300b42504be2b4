"""``slimsam label-rest``: what looks like the labelled objects of a project waits as proposals."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from slimsam_core import figures
from slimsam_core.annotation import Category
from slimsam_core.commands.console import print_progress, say
from slimsam_core.commands.labelling import load_predictor, model_on_nodes, model_words
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.commands.model_arguments import add_model_arguments, add_ray_argument, class_name
from slimsam_core.errors import ProjectReadOnly, SlimSamError
from slimsam_core.files.user_folders import embeddings_dir
from slimsam_core.inference.embedding_store import EmbeddingStore, stored_embedding
from slimsam_core.labelling.drafts import with_proposals
from slimsam_core.likeness.learning import LEAST_OBJECTS, LEAST_PICTURES, NotYet, WhyNot
from slimsam_core.likeness.on_cluster import label_rest_on_cluster
from slimsam_core.likeness.rest import (
    ClassNotYet,
    ClassReady,
    LikeIn,
    LikeTally,
    label_rest,
    pictures_to_search,
)
from slimsam_core.progress import Progress
from slimsam_core.project import Project, project_at

NOTHING_FOUND = 1
"""Exit code when no class could be looked for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``label-rest``."""
    parser.description = (
        "Learn from the labelled pictures of a project what its classes look like, and look for more of them "
        f"in the others. A class needs {LEAST_OBJECTS} objects in {LEAST_PICTURES} pictures. How often the "
        "finds are right is measured on labelled pictures that were held back, and told; a class whose finds "
        "are mostly wrong is not looked for. What is found waits in the window's list of proposals until "
        "somebody accepts it. Pictures that are done, learnt from, or have proposals already are left out."
    )
    parser.add_argument(
        "project", type=Path, metavar="PROJECT", help="the project file (*.slimsam), or its folder"
    )
    parser.add_argument(
        "--class", action="append", default=[], type=class_name, metavar="NAME", dest="classes",
        help="look for this class alone; may be given more than once (default: all)",
    )  # fmt: skip
    add_ray_argument(parser)
    add_model_arguments(parser)
    add_strict_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Learn, then search picture by picture; what cannot be read is left out and named at the end."""
    with Project.open(project_at(args.project), progress=print_progress) as project:
        if project.read_only:
            raise ProjectReadOnly(project.read_only_reason, "Close it there, then try again.")
        wanted = _classes(project.categories(), args.classes)
        waiting = pictures_to_search(project, wanted)
        if not waiting:
            say("There is no picture to look at: all are labelled, done, or have proposals already.")
            return 0
        tally, left_out, ready = LikeTally(), LeftOutList(), 0
        for step in _steps(project, list(wanted), waiting, args):
            match step:
                case Progress():
                    print_progress(step)
                case ClassReady():
                    ready += 1
                    say(_ready_words(wanted[step.category_id], step))
                case ClassNotYet():
                    say(f"{wanted[step.category_id]}: not yet: {why_words(step.reason)}")
                case LikeIn():
                    tally.note(step)
                    if step.trouble:
                        left_out.add(step.trouble)
                    elif step.draft is not None:
                        kept = project.drafts().get(step.image_id, "")
                        project.keep_draft(step.image_id, with_proposals(kept, step.draft))
        if not ready:
            left_out.close(args.strict)
            return NOTHING_FOUND
        say(_summary(tally))
        return left_out.close(args.strict)


def _steps(
    project: Project, category_ids: Sequence[int], waiting: Sequence[int], args: argparse.Namespace
) -> Iterator[Progress | ClassReady | ClassNotYet | LikeIn]:
    """Here, or on a cluster."""
    if args.ray:
        yield from label_rest_on_cluster(project, model_on_nodes(args), category_ids, waiting)
        return
    predictor = load_predictor(args)
    say(f"looked at by {model_words(predictor)}", err=True)
    store = EmbeddingStore(0, embeddings_dir())
    yield from label_rest(
        project, predictor, lambda rgb: stored_embedding(rgb, predictor, store), category_ids, waiting
    )


def why_words(reason: NotYet) -> str:
    """Why a class is not looked for."""
    match reason.why:
        case WhyNot.FEW:
            least = f"it needs {LEAST_OBJECTS} in {LEAST_PICTURES} labelled pictures"
            return f"{figures.objects(reason.objects)}; {least}"
        case WhyNot.ALIKE:
            return "nothing that looks like it was found in labelled pictures, or nothing else"
        case WhyNot.POOR if not reason.found:
            return "nothing was found in held-back pictures"
        case WhyNot.POOR:
            return f"{reason.right:,} of {reason.found:,} finds in held-back pictures were right"


def _ready_words(name: str, ready: ClassReady) -> str:
    finds, right = ready.measured.at(ready.bar)
    recall = round(100 * ready.measured.recall(ready.bar))
    return (
        f"{name}: from a confidence of {ready.bar:.2f} on {figures.share_with_interval(right, finds)} of "
        f"{finds:,} finds in held-back pictures were right, {recall} % of "
        f"{figures.objects(ready.measured.objects)}"
    )


def _summary(tally: LikeTally) -> str:
    line = f"{figures.proposals(tally.offered)} in {tally.offered_in:,} of {figures.pictures(tally.pictures)}"
    line += f", {tally.sure:,} above the bar"
    return f"{line}; {tally.known:,} labelled already" if tally.known else line


def _classes(categories: Sequence[Category], names: Sequence[str]) -> Mapping[int, str]:
    """Name by id of the classes to look for. Raises SlimSamError for one that the project does not have."""
    known = {category.name: category.id for category in categories}
    for name in names:
        if name not in known:
            raise SlimSamError(
                f"The project has no class {name!r}.", f"It has {len(known):,}: {', '.join(known)}."
            )
    wanted = names or list(known)
    if not wanted:
        raise SlimSamError("The project has no class.", "Label some objects first.")
    return {known[name]: name for name in wanted}
