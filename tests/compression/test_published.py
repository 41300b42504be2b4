"""The published recipe against numbers that the published scripts gave on a small encoder.

``published.json`` holds what the functions of the scripts (https://github.com/czg1225/SlimSAM, 2024) and
their loops gave on a processor, batch 4: kept channels, widths, losses, and facts of an embedding.
Weights, pictures and noise come from a formula, so that no file has to be shared.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.compression import judge
from slimsam_core.compression.cutting.criteria.base import Probe, criterion
from slimsam_core.compression.cutting.pruning import Surgeon, prune
from slimsam_core.compression.learning.distillation import Distillation, Teachers
from slimsam_core.compression.learning.schedules import Plateau
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.stages import CutStage, Ratios, planned_stages
from slimsam_core.compression.supply.data import PictureSource, list_images
from slimsam_core.compression.supply.loader import PictureBatch, load_batches
from slimsam_core.compression.supply.teacher_cache import TeacherCache
from slimsam_core.families.cutting import ChannelKind
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.models import Sam, build_model
from slimsam_core.models.processes import Processes
from slimsam_core.pixels.geometry import Size
from slimsam_core.progress import CancelToken

WIDTH, HEADS, SIDE = 96, 12, 64
RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))
SCHEDULES = {"0.5": "published-50", "0.77": "published-77"}
NEAR = {"abs": 2e-5, "rel": 2e-5}
"""Sums in another order; the numbers are recorded with six digits behind the point."""


def numbers(shape: tuple[int, ...], start: int) -> Tensor:
    """As good as random, -0.5..0.5, the same everywhere."""
    index = torch.arange(math.prod(shape), dtype=torch.float64) + 1000.0 * start
    values = torch.sin(index * 12.9898) * 43758.5453
    return (values - torch.floor(values) - 0.5).reshape(shape).float()


def fill(encoder: nn.Module) -> None:
    with torch.no_grad():
        for position, (name, parameter) in enumerate(sorted(encoder.named_parameters())):
            values = numbers(tuple(parameter.shape), position)
            norm = name.endswith("weight") and ("norm" in name or name in ("neck.1.weight", "neck.3.weight"))
            if name.endswith(("rel_pos_h", "rel_pos_w")) or name == "pos_embed":
                parameter.copy_(0.5 * values)
            elif parameter.ndim == 1:
                parameter.copy_(0.4 * values + float(norm))
            else:
                parameter.copy_(values * 4 / math.sqrt(parameter[0].numel()))


def pictures(start: int, count: int) -> Tensor:
    return torch.cat([2 * numbers((1, 3, SIDE, SIDE), start + index) for index in range(count)])


def teacher() -> Sam:
    blocks = (VitBlock(WIDTH, 4 * WIDTH),) * 12
    encoder = VitEncoder(width=WIDTH, heads=HEADS, blocks=blocks, global_blocks=(2, 5, 8, 11), window=3)
    decoder = DecoderSpec(heads=2, mlp_dim=16, iou_hidden=16, mask_channels=8)
    arch = ArchSpec(
        name="small", family="sam_vit", image_size=SIDE, encoder=encoder, embed_dim=256, decoder=decoder
    )
    sam = build_model(arch).requires_grad_(False)
    fill(sam.image_encoder)
    return sam


def facts(sam: Sam) -> list[float]:
    """Of the embedding of one picture: mean, deviation, four values."""
    with torch.no_grad():
        x_1Chw: Tensor = sam.image_encoder.eval()(pictures(500, 1))
    return [float(value) for value in (x_1Chw.mean(), x_1Chw.std(), *x_1Chw[0, ::64, 1, 2])]


def gradients(sam: Sam, name: str, start: int, noise: int) -> dict[str, Tensor]:
    """Summed over four pictures, with the noise of the formula."""
    parameters = dict(sam.image_encoder.requires_grad_(True).named_parameters())
    objective = criterion(name).objective
    assert objective is not None
    embedding_BChw = sam.image_encoder(pictures(start, 4))
    drawn = [0.01 * math.sqrt(12) * numbers((1, 256, 4, 4), noise + index) for index in range(4)]
    value = objective(Probe(sam, embedding_BChw, torch.cat(drawn), torch.zeros(4, 1, 2)))
    return dict(zip(parameters, torch.autograd.grad(value, list(parameters.values())), strict=True))


def cut(sam: Sam, stage: CutStage, recipe: Recipe, name: str, gathered: dict[str, Tensor]) -> Sam:
    return prune(
        sam,
        stage.cuts,
        stage.widths,
        criterion=criterion(name),
        gathered=gathered,
        ranking=recipe.ranking,
        mends=recipe.mends,
        removed=stage.removed,
        seed=0,
    )


def learnt(
    student: Sam, original: Sam, former: Sam | None, stage: CutStage, recipe: Recipe, starts: dict[int, int]
) -> list[float]:
    """The losses of two steps in each of some epochs; the student learns."""
    cache = TeacherCache(Path(), 0)
    teachers = Teachers(original, former, cache, False)
    distillation = Distillation(student, teachers, stage, recipe, Processes(), bf16=False)
    losses = []
    for epoch, start in starts.items():
        for x_B3SS in pictures(start, 8).split(4):
            keys = tuple(str(index) for index in range(4))
            batch = PictureBatch(x_B3SS, keys, (0, 1, 2, 3), (Size(SIDE, SIDE),) * 4)
            losses.append(distillation.step(batch, epoch).loss)
    return losses


@pytest.fixture(scope="module", params=sorted(SCHEDULES))
def followed(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the scripts gave, and what the preset of the same schedule gives."""
    recipe = preset(SCHEDULES[request.param])
    recipe = replace(recipe, performance=replace(recipe.performance, precision="fp32", device="cpu"))
    original = teacher()
    stages = planned_stages(recipe, original.arch, Ratios(recipe.target.residual, recipe.target.bottleneck))
    found: dict[str, Any] = {"teacher": facts(original)}
    first = cut(
        original, stages[0], recipe, "disturbed_taylor", gradients(original, "disturbed_taylor", 100, 200)
    )
    before = original.image_encoder.patch_embed.proj.bias
    found["residual"] = [
        int((before == bias).nonzero()[0]) for bias in first.image_encoder.patch_embed.proj.bias
    ]
    found["after_stage_1_cut"] = facts(first)
    found["losses_1"] = learnt(first, original, None, stages[0], recipe, {0: 300, 10: 310})
    found["after_stage_1"] = facts(first)
    second = cut(first, stages[1], recipe, "disturbed_taylor", gradients(first, "disturbed_taylor", 400, 600))
    assert isinstance(second.arch.encoder, VitEncoder)
    found["attention_widths"] = [block.attention for block in second.arch.encoder.blocks]
    found["mlp_widths"] = [block.mlp for block in second.arch.encoder.blocks]
    hidden = first.image_encoder.blocks[0].mlp.lin1.bias
    kept = second.image_encoder.blocks[0].mlp.lin1.bias
    found["mlp_kept_0"] = [int((hidden == bias).nonzero()[0]) for bias in kept]
    found["after_stage_2_cut"] = facts(second)
    found["losses_2"] = learnt(second, original, first, stages[1], recipe, {0: 700, 11: 711})
    found["after_stage_2"] = facts(second)
    return RECORDED[request.param], found


@pytest.mark.parametrize("what", ["residual", "attention_widths", "mlp_widths", "mlp_kept_0"])
def test_the_same_channels_stay(followed: tuple[dict[str, Any], dict[str, Any]], what: str) -> None:
    recorded, found = followed
    assert found[what] == recorded[what]


@pytest.mark.parametrize(
    "what",
    [
        "teacher",
        "after_stage_1_cut",
        "losses_1",
        "after_stage_1",
        "after_stage_2_cut",
        "losses_2",
        "after_stage_2",
    ],
)
def test_the_same_numbers_come_out(followed: tuple[dict[str, Any], dict[str, Any]], what: str) -> None:
    recorded, found = followed
    near = {"abs": 2e-3} if what == "after_stage_2" else NEAR
    assert found[what] == pytest.approx(recorded[what], **near)


@pytest.mark.parametrize(("name", "recorded"), [("taylor_published", "taylor_0.5"), ("magnitude", "mag_0.5")])
def test_other_criteria_rank_as_the_scripts_do(name: str, recorded: str) -> None:
    recipe, original = preset("published-50"), teacher()
    stage = planned_stages(recipe, original.arch, Ratios(0.5, 0.5))[0]
    gathered = gradients(original, name, 100, 200) if criterion(name).objective is not None else {}
    slim = cut(original, stage, recipe, name, gathered)
    assert facts(slim) == pytest.approx(RECORDED[recorded]["after_stage_1_cut"], **NEAR)


def test_with_the_mends_other_channels_of_the_residual_stream_stay() -> None:
    original = teacher()
    gathered = gradients(original, "disturbed_taylor", 100, 200)
    surgeon = Surgeon(original)
    scores = surgeon.scores(
        surgeon.groups_of([ChannelKind.RESIDUAL]), criterion("disturbed_taylor"), gathered, 0
    )
    best = sorted(int(channel) for channel in (-scores["residual"]).argsort(kind="stable")[: WIDTH // 2])
    assert best != RECORDED["0.5"]["residual"]


def test_the_rate_is_that_of_the_scheduler_of_the_scripts() -> None:
    """torch's own ReduceLROnPlateau with the settings of stage 1, patience 3 there and 4 here."""
    weight = nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.Adam([weight], lr=1e-4)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, "max", factor=0.5, patience=3)
    plateau = Plateau(learning_rate=1e-4)
    kept, best = -1, 0.0
    for epoch, score in enumerate([0.5, 0.50004, 0.50004, 0.6, 0.6, 0.59, 0.60005, 0.6, 0.7, *[0.7] * 9]):
        scheduler.step(score)
        kept, best = (epoch, score) if score >= best else (kept, best)
        plateau = plateau.after(epoch, score, 4, 0.5, any_gain=False)
        assert plateau.learning_rate == optimiser.param_groups[0]["lr"]
        assert plateau.best_epoch == kept
    assert plateau.learning_rate < 1e-4


@pytest.mark.parametrize(("object_mean", "expected"), [(True, 0.35), (False, 0.45)])
def test_the_judge_averages_over_objects_or_first_within_each_picture(
    monkeypatch: pytest.MonkeyPatch, object_mean: bool, expected: float
) -> None:
    scores = [("a", 0.6), ("b", 0.2), ("b", 0.3), ("b", 0.4), ("b", 0.3), ("b", 0.3)]
    found = [SimpleNamespace(dataset="set", image=image, iou_1click=iou) for image, iou in scores]
    monkeypatch.setattr(judge, "open_datasets", lambda _masks: ())
    monkeypatch.setattr(judge, "evaluate", lambda *_args, **_kwargs: found)
    judged = judge.judge_by("masks", object_mean=object_mean)
    assert judged(teacher(), CancelToken()) == pytest.approx(expected)


def test_pictures_are_shrunk_by_pillow_when_the_recipe_says_so(tmp_path: Path) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (150, 200, 3), np.uint8)
    Image.fromarray(rgb).save(tmp_path / "a.png")
    source = PictureSource(list_images([tmp_path]), range(1), lambda _path, _error: None)
    arch = teacher().arch
    by = {
        area: next(load_batches(source, np.array([[0]]), arch, threads=1, prefetch=1, area_resize=area))
        for area in (True, False)
    }
    shrunk = np.asarray(Image.fromarray(rgb).resize((64, 48), Image.Resampling.BILINEAR), np.float32)
    red = by[False].x_B3SS[0, 0, :48].numpy() * arch.pixel_std[0] + arch.pixel_mean[0]
    assert np.allclose(red, shrunk[:, :, 0], atol=1e-3)
    assert not torch.equal(by[True].x_B3SS, by[False].x_B3SS)
    assert by[True].keys != by[False].keys
