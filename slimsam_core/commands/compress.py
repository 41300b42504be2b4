"""``slimsam compress``: make a slim model from a large one and a folder of pictures."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.commands.console import say, say_text
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import load_recipe, with_ratio
from slimsam_core.files.machine_memory import total_memory
from slimsam_core.judging.verdict_words import verdict_text
from slimsam_core.progress import CancelToken

if TYPE_CHECKING:
    from slimsam_core.compression.events import Event
    from slimsam_core.compression.plan import Plan
    from slimsam_core.compression.recipe import Recipe

_DEFAULT_PRESET = "slimsam-50"
JOB_FILE = "job.json"
"""Marks the folder of a whole job; see ``slimming.job``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``compress``."""
    parser.description = (
        "Slim a model by alternate pruning and distillation; pictures need no labels. "
        "Options on the command line win over the recipe. "
        "Several GPUs or machines: torchrun -m slimsam_core.cli"
    )
    parser.add_argument("recipe", nargs="?", type=Path, metavar="RECIPE", help="recipe file (JSON)")
    parser.add_argument("--preset", metavar="NAME", help="slimsam-50, slimsam-77 or quick-look")
    parser.add_argument("--teacher", metavar="MODEL", help="name of an installed model, or a checkpoint file")
    parser.add_argument(
        "--images", metavar="DIR", action="append", help="folder of pictures; may be repeated"
    )
    parser.add_argument("--masks", metavar="PATH", help="annotated pictures that judge each epoch")
    parser.add_argument("--ratio", type=float, metavar="R", help="share of channels to remove, 0..1")
    parser.add_argument("--criterion", metavar="NAME", help="how channels are ranked")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--seed", type=int, metavar="N", help="of shuffling and noise")
    parser.add_argument("--dry-run", action="store_true", help="print the plan and do nothing")
    parser.add_argument("--resume", action="store_true", help="go on with the run in the output folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="output folder, the record of the run")
    add_strict_argument(parser)
    parser.set_defaults(run=run, error=parser.error)


def run(args: argparse.Namespace) -> int:
    """Run the sub-command; returns the exit code."""
    if args.out is None and not args.dry_run:
        args.error("--out DIR is needed")
    if args.resume and (args.recipe or args.preset):
        args.error("--resume goes on by the recipe in the output folder; leave RECIPE and --preset out")
    if args.recipe and args.preset:
        args.error("give RECIPE or --preset, not both")
    if args.dry_run and args.resume:
        args.error("--dry-run plans a new run; leave --resume out")
    from slimsam_core.compression import run as compression

    if args.dry_run:
        say_text(plan_text(compression.dry_run(recipe_of(args))))
        return 0
    if args.resume and (args.out / JOB_FILE).is_file():
        return _go_on_with_job(args.out, args.strict)
    recipe = None if args.resume else recipe_of(args)
    show = _Show()
    with _cancelled_by_signals() as cancel:
        target = compression.run(recipe, args.out, show, cancel, resume=args.resume)
    say(target)
    return show.left_out.close(args.strict)


def _go_on_with_job(path: Path, strict: bool) -> int:
    """Go on with a job that the window began: adapting, slimming, judging."""
    from slimsam_core.compression.steps import carry_out

    folder = JobFolder(path)
    show = _Show()
    with _cancelled_by_signals() as cancel:
        verdict = carry_out(folder, show, cancel, PauseToken())
    say_text(verdict_text(verdict))
    say(folder.model_path)
    return show.left_out.close(strict)


def recipe_of(args: argparse.Namespace) -> Recipe:
    """The recipe or preset with what the command line changes. Raises RecipeError."""
    recipe = load_recipe(args.recipe) if args.recipe else preset(args.preset or _DEFAULT_PRESET)
    if args.teacher:
        recipe = replace(recipe, teacher=args.teacher)
    if args.images:
        recipe = replace(recipe, data=replace(recipe.data, images=tuple(args.images)))
    if args.masks:
        recipe = replace(recipe, data=replace(recipe.data, masks=args.masks))
    if args.ratio is not None:
        recipe = with_ratio(recipe, args.ratio)
    if args.criterion:
        recipe = replace(recipe, criterion=replace(recipe.criterion, name=args.criterion))
    if args.device:
        recipe = replace(recipe, performance=replace(recipe.performance, device=args.device))
    return recipe if args.seed is None else replace(recipe, seed=args.seed)


def plan_text(plan: Plan) -> str:
    """The plan for people."""
    lines = [
        f"device {plan.device}, {plan.precision}",
        f"pictures: {plan.train_images} to learn from, {plan.validation_images} to validate on",
        f"ratios: residual {plan.ratios.residual:.3f}, bottleneck {plan.ratios.bottleneck:.3f}",
        f"encoder parameters: {plan.before.parameters:,} -> {plan.after.parameters:,}",
        f"encoder MACs: {plan.before.macs:,} -> {plan.after.macs:,}",
        f"memory: about {plan.memory_bytes / 1e9:.1f} GB; time: about {_duration(plan.seconds)}",
    ]
    memory = total_memory()
    if plan.device == "cpu" and memory is not None and memory < plan.memory_bytes:
        lines.append(f"warning: this machine has only {memory / 1e9:.1f} GB of memory")
    for stage in plan.stages:
        lines.append(f"{stage.title}: {stage.parameters:,} parameters, about {_duration(stage.seconds)}")
        lines.append("  " + ", ".join(f"{name} {width}" for name, width in stage.widths.items()))
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class _Show:
    """Prints every event of a run, and keeps what was left out for its end."""

    def __init__(self) -> None:
        self.left_out = LeftOutList()

    def __call__(self, event: Event) -> None:
        values = event.values()
        if event.kind == "ImageSkipped":
            self.left_out.add(values["reason"])
        words = ", ".join(f"{k} {_shown(v)}" for k, v in values.items() if not isinstance(v, tuple))
        say(f"{event.kind}: {words}" if words else event.kind, err=True)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@contextmanager
def _cancelled_by_signals() -> Iterator[CancelToken]:
    """A token that Ctrl-C or a polite kill sets; the second one ends the program at once."""
    cancel = CancelToken()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def ask(number: int, _frame: object) -> None:
        cancel.cancel()
        signal.signal(number, before[signal.Signals(number)])

    for number in signals:
        signal.signal(number, ask)
    try:
        yield cancel
    finally:
        for number in signals:
            signal.signal(number, before[number])
