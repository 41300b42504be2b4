"""``slimsam evaluate``: how good models are on pictures with masks, with intervals."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slimsam_core.commands.console import end_progress, say_text, show_step
from slimsam_core.commands.data_arguments import add_data_arguments, datasets_of
from slimsam_core.commands.left_out import add_strict_argument, left_out_of
from slimsam_core.commands.model_arguments import add_ray_argument
from slimsam_core.datasets.labelled import MOST_REASONS, Skipped, iterate
from slimsam_core.errors import FormatError
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.files.atomic import atomic_write_bytes, atomic_write_json, check_place
from slimsam_core.inference.cluster import connected
from slimsam_core.inference.runtimes.graph_cost import encoder_macs
from slimsam_core.judging.grabcut import compare_with_grabcut, grabcut_ious, grabcut_table
from slimsam_core.judging.judged_model import JudgedModel
from slimsam_core.judging.latency import measure_latency
from slimsam_core.judging.measure import Protocols, evaluate
from slimsam_core.judging.on_cluster import evaluate_on_cluster, grabcut_on_cluster
from slimsam_core.judging.report import write_report
from slimsam_core.judging.summary import (
    FEWEST_CLICKS,
    MAX_CLICKS,
    compare,
    markdown_table,
    summarise,
)
from slimsam_core.visible_text import some_of, visible

if TYPE_CHECKING:
    from slimsam_core.datasets.labelled import MaskDataset
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.judging.latency import Latency
    from slimsam_core.judging.measure import ObjectScore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``evaluate``."""
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="installed model, weights file or exported ONNX folder; the first is the reference",
    )
    add_data_arguments(parser)
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write every number")
    parser.add_argument("--report", type=Path, metavar="FILE.html", help="write tables, plots and overlays")
    parser.add_argument("--markdown", type=Path, metavar="FILE.md", help="write the table that is printed")
    parser.add_argument(
        "--max-objects",
        type=int,
        default=0,
        metavar="N",
        help="at most N objects of each data set, drawn by hash",
    )
    parser.add_argument(
        "--skip-objects", type=int, default=0, metavar="N",
        help="leave out the first N of that draw (those that something was chosen by)",
    )  # fmt: skip
    parser.add_argument(
        "--grabcut", action="store_true", help="compare boxes with OpenCV's GrabCut on the same objects"
    )
    parser.add_argument(
        "--clicks", type=int, default=MAX_CLICKS, metavar="N",
        help=f"clicks before an object is given up, {FEWEST_CLICKS} to {MAX_CLICKS}; one that is given up "
        f"counts as {MAX_CLICKS} (default: {MAX_CLICKS})",
    )  # fmt: skip
    parser.add_argument(
        "--labelled-click",
        action="store_true",
        help="first click at the data's own point (as SA-1B has them)",
    )
    parser.add_argument(
        "--whole-picture",
        action="store_true",
        help="the network alone: light models neither look closer nor at the colours",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--runtime", default="auto", help="auto, torch or openvino (default: auto)")
    add_ray_argument(parser)
    add_strict_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Evaluate; what cannot be used is left out and named at the end. Raises SlimSamError."""
    if not FEWEST_CLICKS <= args.clicks <= MAX_CLICKS or min(args.max_objects, args.skip_objects) < 0:
        raise FormatError(
            "--clicks must be {fewest} to {most}, --max-objects and --skip-objects at least 0.",
            fewest=FEWEST_CLICKS,
            most=MAX_CLICKS,
        )
    datasets = datasets_of(args)
    if not datasets:
        raise FormatError("There is nothing to judge by.", "Give --data or --on.")
    for target in filter(None, (args.out, args.report, args.markdown)):
        check_place(target)
    if args.labelled_click:
        _check_points(datasets)
    protocols = Protocols(args.clicks, args.labelled_click, args.max_objects, args.skip_objects)
    with connected() if args.ray else nullcontext():  # told before hours of work, and once for all models
        return _compared(args, datasets, protocols)


def _check_points(datasets: Sequence[MaskDataset]) -> None:
    """Raise FormatError for a data set whose first labelled picture has no points to click at."""
    for dataset in datasets:
        first = next((image for _, image in iterate(dataset, Skipped())), None)
        if first is not None and all(one.point is None for one in first.objects):
            raise FormatError(
                "has no points of its own for --labelled-click",
                "Leave it away: objects are then clicked at their centres.",
                where=dataset.name,
            )


def _compared(args: argparse.Namespace, datasets: Sequence[MaskDataset], protocols: Protocols) -> int:
    scores: dict[str, list[ObjectScore]] = {}
    metrics: dict[str, dict[str, Any]] = {}
    left_out: dict[str, None] = {}
    grabcut = grabcut_on_cluster if args.ray else grabcut_ious
    baseline = grabcut(datasets, protocols, Skipped(), show_step) if args.grabcut else None
    for wanted, name in zip(args.models, row_names(args.models), strict=True):
        skipped = Skipped(most=MOST_REASONS)
        model = JudgedModel(
            wanted=wanted, device=args.device, runtime=args.runtime, whole_picture=args.whole_picture
        )
        predictor, size_bytes = model.load()
        latency = measure_latency(predictor)
        if args.ray:
            judged = evaluate_on_cluster(model, predictor, datasets, protocols, skipped, progress=show_step)
        else:
            judged = evaluate(predictor, datasets, protocols, skipped, show_step)
        found = list(judged)
        end_progress()
        values = _metrics(predictor, latency, found, skipped)
        scores[name] = found
        reference = next(iter(scores))
        if name != reference:
            values["compared_to"] = {reference: compare(found, scores[reference])}
        if baseline is not None:
            values["grabcut"] = compare_with_grabcut(found, baseline)
        metrics[name] = values | {"file_bytes": size_bytes, "n_skipped_images": skipped.count}
        left_out |= dict.fromkeys(skipped.examples)
        if args.out:
            atomic_write_json(args.out, metrics)
    table = markdown_table(metrics) + (grabcut_table(metrics) if args.grabcut else "")
    say_text(table.rstrip("\n"))
    if args.markdown:
        atomic_write_bytes(args.markdown, visible(table).encode())
    if args.report:
        write_report(args.report, metrics, scores, datasets)
    return left_out_of(left_out).close(args.strict)


def row_names(models: Sequence[str]) -> list[str]:
    """What each model is called in the results: its name, as much of its path before it as tells files of
    one name apart, and a number where one model is given twice."""
    ways = [_way(model) for model in models]
    depths = dict.fromkeys(ways, 1)
    while True:
        ends = {way: "/".join(way[-depth:]) for way, depth in depths.items()}
        alike = [way for way in ways if list(ends.values()).count(ends[way]) > 1 and depths[way] < len(way)]
        if not alike:
            break
        for way in set(alike):
            depths[way] += 1
    names = [ends[way] for way in ways]
    seen = [names[:index].count(name) + 1 for index, name in enumerate(names)]
    return [name if number == 1 else f"{name} ({number})" for name, number in zip(names, seen, strict=True)]


def _way(model: str) -> tuple[str, ...]:
    """The folders that lead to a model in a file, and its name; an installed one has its name alone."""
    path = Path(model).absolute()
    if path.is_file():
        return (*path.parts[:-1], path.stem)
    return path.parts if path.is_dir() else (model,)


def _metrics(
    predictor: Predictor, latency: Latency, found: Sequence[ObjectScore], skipped: Skipped
) -> dict[str, Any]:
    """What is known of one model. Raises FormatError when no object could be scored."""
    if not found:
        raise FormatError("No object could be scored.", some_of(skipped.examples))
    return summarise(found) | {
        "encoder_params": count_parameters(predictor.arch)[0],
        "encoder_macs": encoder_macs(predictor.arch),
        "encode_ms": latency.encode_ms,
        "decode_ms": latency.decode_ms,
        "runtime": predictor.runtime,
        "model_hash": predictor.model_hash,
        "image_size": predictor.arch.image_size,
        "looks_closer": predictor.assisted,
    }
