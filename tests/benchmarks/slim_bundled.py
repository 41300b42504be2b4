"""Slims a model to half of its encoder by every criterion under one budget, and judges the results.

``python tests/benchmarks/slim_bundled.py --images DIR... --data DIR --out DIR [--seeds 0 1]``

Labels are read from ``--data`` alone, after the learning. What is finished is kept, what was cut off goes on:
run the same command again, or one part of it (``--seeds 0 --slim-only``) beside another. What else is given
(``--max-objects 8 --whole-picture``) goes to ``slimsam evaluate``, which gets the teacher first and writes
``OUT/table.md``, ``metrics.json`` and ``report.html``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slimsam_core.cli import main as slimsam
from slimsam_core.compression.recipe import CRITERIA
from slimsam_core.library.model_library import ModelLibrary

RECIPE = Path(__file__).with_suffix(".json")


def main(argv: list[str] | None = None) -> int:
    """Run everything; returns the exit code of the first step that fails, or 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", action="append", required=True, metavar="DIR")
    parser.add_argument("--data", required=True, metavar="DIR", help="pictures with masks, never learnt from")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--criteria", nargs="+", default=list(CRITERIA), choices=CRITERIA)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--teacher", default=ModelLibrary().default().name)
    parser.add_argument("--slim-only", action="store_true", help="make the models, judge them later")
    args, judging = parser.parse_known_args(argv)
    models: list[str] = []
    for criterion in args.criteria:
        for seed in args.seeds:
            code, model = slim(args, criterion, seed)
            if code:
                return code
            models.append(str(model))
    if args.slim_only:
        return 0
    results = ["metrics.json", "report.html", "table.md"]
    metrics, report, table = (str(args.out / name) for name in results)
    outputs = ["--out", metrics, "--report", report, "--markdown", table]
    return slimsam(["evaluate", args.teacher, *models, "--data", args.data, *outputs, *judging])


def slim(args: argparse.Namespace, criterion: str, seed: int) -> tuple[int, Path]:
    """One run; returns its exit code and the model under a name that tells it apart."""
    name = f"{criterion}-{seed}"
    out, model = args.out / name, args.out / f"{name}.safetensors"
    if model.exists():
        return 0, model
    if (out / "recipe.json").exists():
        arguments = ["--resume"]
    else:
        folders = [part for folder in args.images for part in ("--images", folder)]
        chosen = ["--criterion", criterion, "--seed", str(seed), "--teacher", args.teacher]
        arguments = [str(args.recipe), *folders, *chosen]
    args.out.mkdir(parents=True, exist_ok=True)
    code = slimsam(["compress", *arguments, "--out", str(out)])
    if code == 0:
        shutil.copyfile(out / "model.safetensors", model)
    return code, model


if __name__ == "__main__":
    sys.exit(main())
