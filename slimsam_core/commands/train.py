"""``slimsam train``: train a model on pictures with masks, or adapt one to the labels of a project."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slimsam_core.commands.console import end_progress, say_json, show_step
from slimsam_core.commands.data_arguments import add_data_arguments, datasets_of
from slimsam_core.commands.left_out import add_strict_argument, left_out_of
from slimsam_core.errors import RecipeError
from slimsam_core.families import backbones
from slimsam_core.files.runs import RunFolder
from slimsam_core.library.model_library import ModelLibrary, describe
from slimsam_core.own_process import in_processes
from slimsam_core.torch_part import require_torch
from slimsam_core.training.recipe import AdaptedParts, Stage, TrainingRecipe, adapting_recipe

if TYPE_CHECKING:
    from slimsam_core.datasets.labelled import MaskDataset
    from slimsam_core.library.model_library import ModelInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train``."""
    parser.description = f"Several GPUs: {in_processes('N')} train ... --device cuda"
    parser.add_argument(
        "recipe", nargs="?", type=Path, metavar="RECIPE.json", help="default: a short adaptation"
    )
    parser.add_argument(
        "--init",
        metavar="MODEL",
        help="model to start from (default: the one in use; that of a run that goes on)",
    )
    parser.add_argument(
        "--backbone", metavar="NAME", choices=tuple(backbones()),
        help="in place of --init: begin with an encoder that knows ImageNet (extra: train), a new decoder; "
        + ", ".join(backbones()),
    )  # fmt: skip
    add_data_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run")
    parser.add_argument(
        "--parts", choices=tuple(map(str, AdaptedParts)),
        help="what to train without a recipe: the mask decoder alone (default, fast), or everything",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, metavar="N", help=f"steps without a recipe (default: {_STEPS})")
    parser.add_argument(
        "--held-out", type=float, metavar="SHARE",
        help="share of the pictures to judge before and after on, not to train on (default: 0.1; that of "
        "a run that goes on)",
    )  # fmt: skip
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda or cuda:N (default: cpu)")
    parser.add_argument("--seed", type=int, metavar="N", help="of crops and prompts without a recipe (0)")
    parser.add_argument(
        "--adapted", type=Path, metavar="FILE",
        help="write the result there too, in place of --init: in its number format, with its licence",
    )  # fmt: skip
    parser.add_argument("--resume", action="store_true", help="go on where the run in --out stopped")
    add_strict_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train; what cannot be used is left out and named at the end. Raises SlimSamError."""
    require_torch()
    from slimsam_core.training.run import TrainingJob, save_adapted, train

    if args.held_out is not None and not 0 <= args.held_out < 1:
        raise RecipeError(f"--held-out is {args.held_out}, not within 0..1.")
    goes_on = args.resume and RunFolder(args.out).recipe_path.is_file()
    _check_choices(args, goes_on)
    if args.recipe:
        recipe = TrainingRecipe.load(args.recipe)
    elif goes_on:
        recipe = TrainingRecipe.from_json(RunFolder.open(args.out).recipe().get("training"))
    else:
        recipe = _short_recipe(args)
    if args.backbone and (args.init or args.adapted):
        other = "--init" if args.init else "--adapted"
        raise RecipeError("--backbone and {other} exclude each other.", "Give one of them.", other=other)
    init = args.backbone or (None if goes_on and not args.init else _init(args).path)
    job = TrainingJob(
        init=init, datasets=_datasets(args), held_out=args.held_out, device=args.device, resume=args.resume
    )
    metrics = train(recipe, job, args.out, show_step)
    end_progress()
    if args.adapted:
        labels = ", ".join(path.stem for path in (*args.on, *args.data))
        began = Path(str(RunFolder(args.out).recipe().get("init")))
        save_adapted(args.out, _init(args) if args.init else describe(began), labels, args.adapted)
    say_json(_brief(metrics))
    return left_out_of(job.left_out).close(args.strict)


def _init(args: argparse.Namespace) -> ModelInfo:
    """The model to start from."""
    if args.init and Path(args.init).is_file():
        return describe(Path(args.init))
    return ModelLibrary().resolve(args.init) if args.init else ModelLibrary().default()


_STEPS = 200
"""Without a recipe: of a decoder alone that takes minutes on a processor, not hours."""
_WARMUP = 50
"""Steps from a backbone: its neck and decoder begin with nothing."""


def _short_recipe(args: argparse.Namespace) -> TrainingRecipe:
    """Without a recipe: careful steps that keep what the model knows, or a beginning from a backbone."""
    steps = _STEPS if args.steps is None else args.steps
    if steps < 1:
        raise RecipeError(f"--steps is {steps}, but at least 1 is needed.")
    seed = args.seed or 0
    if args.backbone:
        return TrainingRecipe(stages=(Stage(steps=steps),), warmup=min(_WARMUP, steps), seed=seed)
    parts = AdaptedParts(args.parts or AdaptedParts.DECODER)
    return adapting_recipe(_init(args).arch.image_size, steps, parts, seed=seed)


def _check_choices(args: argparse.Namespace, goes_on: bool) -> None:
    """Raise RecipeError for what would have no effect."""
    asked = [name for name in ("--steps", "--parts", "--seed") if getattr(args, name[2:]) is not None]
    if asked and (args.recipe or goes_on):
        ruled = "the recipe" if args.recipe else "--resume goes on by the recipe of the run, which"
        raise RecipeError(
            "{ruled} says what and how long to train.", f"Leave {asked[0]} away.", asked[0], ruled=ruled
        )
    if args.backbone and args.parts:
        raise RecipeError("--backbone trains everything.", "Leave --parts away.")


def _datasets(args: argparse.Namespace) -> list[MaskDataset]:
    found = datasets_of(args)
    if not found:
        raise RecipeError("There is nothing to train on.", "Give --data or --on.")
    return found


def _brief(metrics: dict[str, Any]) -> dict[str, Any]:
    """What a person wants to read at once; the rest is in ``metrics.json``."""
    brief: dict[str, Any] = {key: metrics[key] for key in ("steps", "n_skipped_images") if key in metrics}
    for name in ("miou_1click", "miou_box", "noc85"):
        if "gain" in metrics:
            brief[name] = {
                "before": round(metrics["before"][name], 4),
                "after": round(metrics["after"][name], 4),
                "gain_95": [round(v, 4) for v in metrics["gain"][name]["interval"] or ()],
            }
    return brief
