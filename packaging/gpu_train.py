"""Trains for so many minutes on a device, with a snapshot every minute in parts that travel easily.

    python packaging/gpu_train.py MODEL PICTURES OUT [--minutes 8] [--device cuda] [--recipe RECIPE.json]

OUT then holds ``model.safetensors.00``, ``.01`` ... (``cat`` joins them; half precision), ``events.jsonl``,
``recipe.json`` (with the number of steps that fitted into the time) and ``memory.json``. The first steps tell
how long a step takes; the cosine is planned for what is left.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from slimsam_core.checkpoints import save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.files.runs import RunFolder
from slimsam_core.training.loop import Trainer
from slimsam_core.training.recipe import Stage, TrainingRecipe
from slimsam_core.training.resident import ResidentSource

PROBED = 12
"""Steps that tell how long one takes, after as many that warm up."""
PART = 15 << 20
"""Bytes of a part."""
USUAL = TrainingRecipe(
    stages=(
        Stage(
            steps=1,
            size=384,
            crops=128,
            masks=4,
            clicks=3,
            whole_share=0.33,
            zoom_share=0.27,
            click_share=0.28,
        ),
    ),
    learning_rate=6e-4,  # twice that of batches of 8: far below the linear rule, since the start is trained
    encoder_rate=0.5,
    warmup=60,
    ema=0.998,
    frozen=("image_encoder.net.stem", "image_encoder.net.bn"),
    log_every=5,
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--recipe", type=Path)
    args = parser.parse_args()
    started = time.monotonic()
    args.out.mkdir(parents=True, exist_ok=True)
    recipe = TrainingRecipe.load(args.recipe) if args.recipe else USUAL
    if len(recipe.stages) > 1:
        parser.error(
            f"the recipe has {len(recipe.stages)} stages, but the time is given to one: leave one in it"
        )
    if args.device == "cpu":  # a rehearsal
        recipe = replace(recipe, stages=(replace(recipe.stages[0], crops=4, masks=2),))
    # No cudnn.benchmark: batches differ in their number of objects, and each new number was measured anew,
    # for two to five seconds where a step takes half of one (seen on an H200).
    source = ResidentSource(open_datasets(args.pictures), recipe.weights, recipe.seed, args.device)
    read = time.monotonic() - started
    print(f"read in {read:.0f} s, {source.skipped.count} left out", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        seconds = probed(args, recipe, source, Path(folder) / "probe")
        left = 60 * args.minutes - (time.monotonic() - started)
        steps = int(0.95 * left / seconds)
        if steps < 1:
            sys.exit(
                f"no time is left to train: reading and measuring took {args.minutes - left / 60:.1f} of "
                f"{args.minutes:g} minutes, a step takes {seconds:.1f} s"
            )
        recipe = replace(recipe, stages=(replace(recipe.stages[0], steps=steps),), checkpoint_every=10**9)
        print(f"{seconds:.3f} s a step, {steps} steps", flush=True)
        trained(args, recipe, source, Path(folder) / "run", seconds)
    if torch.cuda.is_available():
        peak = {"peak_bytes": torch.cuda.max_memory_allocated(), "reading_seconds": read}
        (args.out / "memory.json").write_text(json.dumps(peak))


def probed(args: argparse.Namespace, recipe: TrainingRecipe, source: ResidentSource, folder: Path) -> float:
    """Seconds a step, of a model that is thrown away."""
    count = PROBED if args.device != "cpu" else 1
    recipe = replace(recipe, stages=(replace(recipe.stages[0], steps=2 * count),), checkpoint_every=10**9)
    run = RunFolder.create(folder, {})
    trainer = Trainer(load_model(args.model, args.device), recipe, source, run)
    trainer.fit(until=count)
    start = time.monotonic()
    trainer.fit(until=2 * count)
    return (time.monotonic() - start) / count


def trained(
    args: argparse.Namespace, recipe: TrainingRecipe, source: ResidentSource, folder: Path, seconds: float
) -> None:
    """Train to the end, with a snapshot about every minute."""
    (args.out / "recipe.json").write_text(json.dumps(recipe.to_json(), indent=1))
    run = RunFolder.create(folder, {"training": recipe.to_json()})
    trainer = Trainer(load_model(args.model, args.device), recipe, source, run)
    stride = max(1, int(60 / seconds))
    while trainer.step < recipe.steps:
        trainer.fit(until=trainer.step + stride)
        snapshot = folder / "model.safetensors"
        save_model(
            trainer.snapshot(),
            snapshot,
            dtype="float16",
            metadata={"source": f"trained from {args.model.name}"},
        )
        in_parts(snapshot, args.out)
        shutil.copy(run.events_path, args.out / "events.jsonl")
        print(f"step {trainer.step} of {recipe.steps}", flush=True)


def in_parts(path: Path, out: Path) -> None:
    """Copy a file in parts below 16 MiB; older parts go when all new ones are written."""
    data = path.read_bytes()
    parts = [data[start : start + PART] for start in range(0, len(data), PART)]
    for number, part in enumerate(parts):
        (out / f"{path.name}.{number:02}.new").write_bytes(part)
    older = sorted(out.glob(f"{path.name}.[0-9][0-9]"))
    for number in range(len(parts)):
        (out / f"{path.name}.{number:02}.new").replace(out / f"{path.name}.{number:02}")
    for old in older[len(parts) :]:
        old.unlink()


if __name__ == "__main__":
    main()
