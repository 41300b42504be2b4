"""What prompts in the loop add: one slim model of half the encoder goes on in two ways, by several seeds.

``python tests/benchmarks/prompts_in_loop.py --images DIR... --data DIR... --out DIR [--pictures 96]``

``masks`` learns the teacher's masks through the decoder, ``longer`` goes on with the last distillation. Both
begin with the same weights and see as many pictures. Labels are read from ``--data`` alone, at the end.
What is finished is kept; run the same command again to go on.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.checkpoints import save_model
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main as slimsam
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.models.resizing import resized

ARMS = ("masks", "longer")
HALF = 3_016_968
"""Parameters of half the bundled encoder, as in slim_bundled.json."""


def main(argv: list[str] | None = None) -> int:
    """Run everything; returns the exit code of the first step that fails, or 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", action="append", required=True, metavar="DIR")
    parser.add_argument("--data", action="append", required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--pictures", type=int, default=96)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=3, help="of each stage before")
    parser.add_argument("--more", type=int, default=2, help="epochs of each way")
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate of ``masks``")
    parser.add_argument("--size", type=int, default=256, help="of the input")
    args, judging = parser.parse_known_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    teacher = args.out / "teacher.safetensors"
    if not teacher.exists():
        save_model(resized(load_model(ModelLibrary().default().path), args.size), teacher)
    begun = args.out / "begun"
    if code := compress(begun, args, base_recipe(args, teacher)):
        return code
    models = [begun / "model.safetensors"]
    for seed in args.seeds:
        for arm in ARMS:
            out = args.out / f"{arm}-{seed}"
            if not out.exists():
                part_ways(begun, out, arm, seed, args)
            if code := compress(out, args, None):
                return code
            models.append(out / "model.safetensors")
    data = [part for folder in args.data for part in ("--data", folder)]
    results = ["--out", str(args.out / "metrics.json"), "--markdown", str(args.out / "table.md")]
    return slimsam(["evaluate", str(teacher), *map(str, models), *data, *results, *judging])


def base_recipe(args: argparse.Namespace, teacher: Path) -> dict[str, Any]:
    """Both cuts and their distillations."""
    epochs = args.epochs
    return {
        "version": 1,
        "name": "half",
        "teacher": str(teacher),
        "data": {"images": args.images, "train_images": args.pictures, "validation_images": 8},
        "target": {"parameters": HALF},
        "criterion": {"images": min(32, args.pictures)},
        "embedding_stage": {"epochs": epochs, "align_epochs": min(2, epochs)},
        "bottleneck_stage": {"epochs": epochs, "align_epochs": epochs},
        "optimiser": {"learning_rate": 0.001, "batch": args.batch},
        "performance": {"device": "cpu"},
    }


def compress(out: Path, args: argparse.Namespace, recipe: dict[str, Any] | None) -> int:
    """Begin a run, or go on with it; a finished one is left alone."""
    if (out / "model.safetensors").exists():
        return 0
    cache = ["--cache", str(args.out / "cache"), "--out", str(out)]
    if (out / "recipe.json").exists():
        return slimsam(["compress", "--resume", *cache])
    path = args.out / "recipe.json"
    path.write_text(json.dumps(recipe), "utf-8")
    return slimsam(["compress", str(path), *cache])


def part_ways(begun: Path, out: Path, arm: str, seed: int, args: argparse.Namespace) -> None:
    """A copy of the finished run whose recipe asks for more: a further stage, or more epochs of the last."""
    shutil.copytree(begun, out)
    (out / "model.safetensors").unlink()
    recipe = json.loads((out / "recipe.json").read_text("utf-8"))
    recipe["seed"] = seed
    if arm == "masks":
        recipe["optimiser"]["learning_rate"] = args.rate
        recipe["prompt_stage"]["epochs"] = args.more
    else:
        recipe["bottleneck_stage"]["epochs"] += args.more
        before_its_end = sorted((out / "checkpoints").glob("step-*.safetensors"))
        before_its_end[-1].unlink()  # that the stage is over
    (out / "recipe.json").write_text(json.dumps(recipe), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
