"""``slimsam compress``: make a slim model from a large one and a folder of pictures."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_core.commands.compress_words import event_line, plan_text, sweep_text
from slimsam_core.commands.console import say, say_text
from slimsam_core.commands.left_out import LeftOutList, add_strict_argument
from slimsam_core.compression.events import ImageSkipped
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.presets import PRESETS, preset
from slimsam_core.compression.recipe import Ranking, Target, load_recipe, with_epochs, with_ratio
from slimsam_core.compression.sweeping.page import HTML_FILE
from slimsam_core.compression.sweeping.points import SWEEP_FILE, Sweep, sweep_of
from slimsam_core.compression.trackers import tracked, tracker
from slimsam_core.files.runs import JOB_FILE
from slimsam_core.judging.verdict_words import verdict_text
from slimsam_core.own_process import in_processes
from slimsam_core.progress import CancelToken
from slimsam_core.torch_part import require_torch

if TYPE_CHECKING:
    from slimsam_core.compression.events import Event
    from slimsam_core.compression.recipe import Recipe
    from slimsam_core.judging.verdict import Verdict

_DEFAULT_PRESET = "slimsam-50"
BUDGETS = {
    "parameters": "parameters of the slim encoder",
    "macs": "multiply-accumulates of the slim encoder for one picture",
    "milliseconds": "time of the slim encoder for one picture on this device, in PyTorch (OpenVINO, which "
    "the window has on processors, takes another)",
}
CHANGES = (
    "teacher", "images", "masks", "ratio", *BUDGETS, "size", "ranking", "rounds", "epochs", "prompt_epochs",
    "decoder_epochs", "decoder_ratio", "batch", "criterion",
    "device", "seed",
)  # fmt: skip
"""What changes a recipe, and so cannot be given to a run that goes on."""
_FACTORS = {"k": 1e3, "m": 1e6, "g": 1e9}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``compress``."""
    parser.description = (
        "Slim a model by alternate pruning and distillation; pictures need no labels. "
        "Options on the command line win over the recipe. "
        f"Several GPUs: {in_processes('N')} compress ... "
        "(several machines: other options of torchrun in place of --standalone)"
    )
    parser.add_argument("recipe", nargs="?", type=Path, metavar="RECIPE", help="recipe file (JSON)")
    parser.add_argument("--preset", metavar="NAME", help=", ".join(PRESETS))
    parser.add_argument("--teacher", metavar="MODEL", help="name of an installed model, or a checkpoint file")
    parser.add_argument(
        "--images", metavar="DIR", action="append", help="folder of pictures; may be repeated"
    )
    parser.add_argument("--masks", metavar="PATH", help="annotated pictures that judge each epoch")
    small = parser.add_mutually_exclusive_group()
    small.add_argument("--ratio", type=float, metavar="R", help="share of channels to remove, 0..1")
    for name, unit in BUDGETS.items():
        small.add_argument(
            f"--{name}",
            type=amount,
            metavar="N",
            help=f"{unit}, from which the ratios follow; 5M is 5,000,000",
        )
    parser.add_argument(
        "--size", type=int, metavar="PIXELS", help="side of the input of the slim model (the teacher's own)"
    )
    parser.add_argument("--ranking", choices=tuple(Ranking), help="who competes for the channels that stay")
    parser.add_argument("--rounds", type=int, metavar="N", help="times that both stages run")
    parser.add_argument(
        "--epochs", type=int, metavar="N", help="of each stage; those that align inner features change alike"
    )
    parser.add_argument(
        "--prompt-epochs",
        type=int,
        metavar="N",
        help="of learning the teacher's masks after all cuts (0: not)",
    )
    parser.add_argument(
        "--decoder-epochs", type=int, metavar="N", help="of tuning the mask decoder at the end (0: not)"
    )
    parser.add_argument(
        "--decoder-ratio", type=float, metavar="R", help="share of its hidden channels to remove then, 0..1"
    )
    parser.add_argument("--batch", type=int, metavar="N", help="pictures a step, over all processes together")
    parser.add_argument("--criterion", metavar="NAME", help="how channels are ranked")
    parser.add_argument("--device", metavar="NAME", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--seed", type=int, metavar="N", help="of shuffling and noise")
    _add_surroundings(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the plan and do nothing")
    parser.add_argument("--resume", action="store_true", help="go on with the run in the output folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="output folder, the record of the run")
    add_strict_argument(parser)
    parser.set_defaults(run=run, error=parser.error)


def _add_surroundings(parser: argparse.ArgumentParser) -> None:
    """Sweeps, and what runs share with each other and with other programs."""
    parser.add_argument(
        "--sweep", action="append", metavar="NAME=V,V", default=[],
        help="try several values: ratios=0.3,0.5 or criteria=magnitude,hessian or seeds=0,1; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--no-early-stop", action="store_true", help="finish also what another point of the sweep dominates"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="DIR",
        help="folder where the teacher's embeddings stay for other runs, up to performance.cache_gigabytes",
    )  # fmt: skip
    parser.add_argument(
        "--track", action="append", metavar="NAME=PLACE", default=[],
        help="curves for other programs too: tensorboard=FOLDER or mlflow=ADDRESS; may be repeated",
    )  # fmt: skip


def amount(text: str) -> float:
    """``5e6``, ``5M``, ``1.2G``, ``300k``. Raises argparse.ArgumentTypeError."""
    factor = _FACTORS.get(text[-1:].lower(), 1.0)
    try:
        return float(text if factor == 1.0 else text[:-1]) * factor
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 5000000, 5e6 or 5M") from None


def run(args: argparse.Namespace) -> int:
    """Run the sub-command; returns the exit code."""
    if args.out is None and not args.dry_run:
        args.error("--out DIR is needed")
    if args.resume and (args.recipe or args.preset):
        args.error("--resume goes on by the recipe in the output folder; leave RECIPE and --preset out")
    if args.resume and (changed := [name for name in CHANGES if getattr(args, name) is not None]):
        options = ", ".join(f"--{name.replace('_', '-')}" for name in changed)
        args.error(f"--resume goes on by the recipe in the output folder; leave {options} out")
    if args.recipe and args.preset:
        args.error("give RECIPE or --preset, not both")
    if args.dry_run and args.resume:
        args.error("--dry-run plans a new run; leave --resume out")
    if args.sweep and args.resume:
        args.error("--resume goes on with the sweep in the output folder; leave --sweep out")
    if args.track and (args.sweep or args.dry_run):
        args.error("--track is for a single run")
    if args.no_early_stop and not args.sweep:
        args.error("--no-early-stop is for a sweep")
    sweep = sweep_of(recipe_of(args), args.sweep, early_stop=not args.no_early_stop) if args.sweep else None
    require_torch()
    from slimsam_core.compression import run, steps

    if sweep is not None and args.dry_run:
        plans = run.dry_runs([sweep.recipe_of(point) for point in sweep.points])
        say_text(sweep_text(list(zip(sweep.points, plans, strict=True))))
        return 0
    if sweep is not None or (args.resume and (args.out / SWEEP_FILE).is_file()):
        return _sweep(sweep, args.out, args.cache, args.strict)
    if args.dry_run:
        say_text(plan_text(run.dry_run(recipe_of(args))))
        return 0
    if args.resume and (args.out / JOB_FILE).is_file():
        return _go_on_with_job(steps.carry_out, args.out, args.strict)
    recipe = None if args.resume else recipe_of(args)
    show = _Show()
    trackers = [tracker(wanted, args.out.name) for wanted in args.track]
    try:
        with _cancelled_by_signals() as cancel:
            sink = tracked(show, trackers)
            target = run.run(recipe, args.out, sink, cancel, resume=args.resume, cache=args.cache)
    finally:
        for one in trackers:
            one.close()
    say(target)
    return show.left_out.close(args.strict)


def _sweep(sweep: Sweep | None, out: Path, cache: Path | None, strict: bool) -> int:
    """Begin a sweep, or go on with the one in ``out``."""
    from slimsam_core.compression.sweeping.sweep import run_sweep

    show = _Show()
    with _cancelled_by_signals() as cancel:
        run_sweep(sweep, out, show, cancel, resume=sweep is None, cache=cache)
    say(out / HTML_FILE)
    return show.left_out.close(strict)


def _go_on_with_job(carry_out: Callable[..., Verdict], path: Path, strict: bool) -> int:
    """Go on with a job that the window began: adapting, compressing, judging."""
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
    for name in BUDGETS:
        if getattr(args, name) is not None:
            recipe = replace(recipe, target=replace(Target(), **{name: getattr(args, name)}))
    if args.size is not None:
        recipe = replace(recipe, image_size=args.size)
    if args.ranking:
        recipe = replace(recipe, ranking=Ranking(args.ranking))
    if args.rounds is not None:
        recipe = replace(recipe, rounds=args.rounds)
    if args.epochs is not None:
        recipe = with_epochs(recipe, args.epochs)
    if args.prompt_epochs is not None:
        recipe = replace(recipe, prompt_stage=replace(recipe.prompt_stage, epochs=args.prompt_epochs))
    if args.decoder_epochs is not None:
        recipe = replace(recipe, decoder_stage=replace(recipe.decoder_stage, epochs=args.decoder_epochs))
    if args.decoder_ratio is not None:
        recipe = replace(recipe, decoder_stage=replace(recipe.decoder_stage, removed=args.decoder_ratio))
    if args.batch is not None:
        recipe = replace(recipe, optimiser=replace(recipe.optimiser, batch=args.batch))
    if args.criterion:
        recipe = replace(recipe, criterion=replace(recipe.criterion, name=args.criterion))
    if args.device:
        recipe = replace(recipe, performance=replace(recipe.performance, device=args.device))
    return recipe if args.seed is None else replace(recipe, seed=args.seed)


class _Show:
    """Prints every event of a run, and keeps what was left out for its end."""

    def __init__(self) -> None:
        self.left_out = LeftOutList()

    def __call__(self, event: Event) -> None:
        if isinstance(event, ImageSkipped):
            self.left_out.add(event.reason)
        if line := event_line(event):
            say(line, err=True)


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
