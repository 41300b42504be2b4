"""Budgets: spent block by block where a ranking may, and how far a model is off them is told everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.cli import main
from slimsam_core.commands.compress_words import budget_text, event_line
from slimsam_core.compression.budget import BudgetFit, BudgetUnit
from slimsam_core.compression.cutting import targets
from slimsam_core.compression.cutting.criteria.base import criterion
from slimsam_core.compression.cutting.prices import agreed_spending
from slimsam_core.compression.cutting.pruning import prune
from slimsam_core.compression.cutting.targets import cost_of, resolved_ratios
from slimsam_core.compression.events import BudgetCompared, Event
from slimsam_core.compression.recipe import Ranking, Recipe, StageSettings, Target, save_recipe
from slimsam_core.compression.run import dry_run, run
from slimsam_core.compression.stages import planned_stages
from slimsam_core.families.cutting import ChannelKind, prunable_family
from slimsam_core.models.cost import encoder_cost
from slimsam_core.models.processes import Processes
from tests.compression.models import ARCHS, model
from tests.compression.test_run import recipe_for

UNLEARNT = StageSettings(0, 0)


def unlearnt(kind: str, folder: Path, **changes: object) -> Recipe:
    """A recipe that cuts and learns nothing."""
    made = replace(recipe_for(kind, folder), embedding_stage=UNLEARNT, bottleneck_stage=UNLEARNT)
    return replace(made, **changes)  # type: ignore[arg-type]


def compared(events: Sequence[Event]) -> list[BudgetCompared]:
    return [event for event in events if isinstance(event, BudgetCompared)]


@pytest.mark.parametrize("kind", ARCHS)
@pytest.mark.parametrize(
    ("ranking", "unit"),
    [
        (Ranking.GLOBAL, BudgetUnit.MACS),  # of kinds together, whose channels differ in MACs
        (Ranking.ISOMORPHIC, BudgetUnit.PARAMETERS),
        (Ranking.COST, BudgetUnit.MACS),
    ],
)
def test_widths_of_blocks_spend_what_uniform_ones_leave_and_no_more(
    kind: str, unit: BudgetUnit, ranking: Ranking
) -> None:
    sam, budget = model(kind), 0.7 * getattr(encoder_cost(ARCHS[kind]()), unit)
    target = Target(**{unit.value: budget})
    recipe = Recipe(target=target, ranking=ranking)
    cpu = torch.device("cpu")
    first, last = planned_stages(recipe, sam.arch, resolved_ratios(target, sam.arch, cpu, bf16=False))
    for stage in (first, last):
        sam = prune(
            sam,
            stage.cuts,
            stage.widths,
            criterion=criterion("magnitude"),
            gathered={},
            ranking=ranking,
            mends=recipe.mends,
            removed=stage.removed,
            seed=0,
            spending=agreed_spending(recipe, stage, sam, Processes(), bf16=False),
        )
    needed = getattr(encoder_cost(sam.arch), unit)
    assert getattr(encoder_cost(last.arch), unit) <= needed <= budget
    family = prunable_family(sam.arch.family)
    former = {group.name: group.width for group in family.channel_groups(first.arch)}
    for group in family.channel_groups(sam.arch):
        wider = group.width + group.granule
        if group.kind is not ChannelKind.RESIDUAL and wider <= former[group.name]:
            arch = family.with_widths(sam.arch, {group.name: wider})
            assert getattr(cost_of(arch), unit) > budget, f"{group.name} could be wider"


def test_without_a_budget_nothing_is_told(tmp_path: Path) -> None:
    events: list[Event] = []
    run(unlearnt("vit", tmp_path), tmp_path / "out", events.append)
    assert compared(events) == []
    assert json.loads((tmp_path / "out/metrics.json").read_text())["budget"] is None
    assert "Budget" not in (tmp_path / "out/report.html").read_text()


def test_what_uniform_widths_leave_is_told_at_the_start_and_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = encoder_cost(ARCHS["vit"]()).parameters
    recipe = unlearnt("vit", tmp_path, target=Target(parameters=0.6 * whole))
    plan = dry_run(recipe)
    assert plan.fit == BudgetFit(BudgetUnit.PARAMETERS, 0.6 * whole, plan.after.parameters)
    save_recipe(recipe, tmp_path / "recipe.json")
    assert main(["compress", str(tmp_path / "recipe.json"), "--dry-run"]) == 0
    told = f"budget of {0.6 * whole:,.0f} parameters: {plan.after.parameters:,} parameters, "
    assert told in capsys.readouterr().out
    assert main(["compress", str(tmp_path / "recipe.json"), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err.count(told) == 2
    metrics = json.loads((tmp_path / "out/metrics.json").read_text())["budget"]
    assert (metrics["unit"], metrics["needed"]) == ("parameters", plan.after.parameters)
    assert metrics["off"] == pytest.approx(plan.after.parameters / (0.6 * whole) - 1)
    page = (tmp_path / "out/report.html").read_text()
    assert "Budget: " in page
    assert "of it are left" in page


def test_a_budget_in_milliseconds_that_the_model_misses_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = encoder_cost(ARCHS["vit"]()).macs
    busy = [1.0]

    def measure(archs: Sequence[ArchSpec], *_: object) -> list[float]:
        return [100.0 * busy[0] * encoder_cost(arch).macs / whole for arch in archs]

    monkeypatch.setattr(targets, "encode_milliseconds", measure)
    recipe = unlearnt("vit", tmp_path, target=Target(milliseconds=60.0))

    def then_others_hold_the_machine(event: Event) -> None:
        if isinstance(event, BudgetCompared):
            events.append(event)
            busy[0] = 1.5

    events: list[BudgetCompared] = []
    run(recipe, tmp_path / "out", then_others_hold_the_machine)
    planned, final = events
    assert planned.needed <= 60.0 < final.needed
    assert event_line(final).startswith("warning: the budget of 60.0 milliseconds in PyTorch is missed: ")
    assert "missed by" in (tmp_path / "out/report.html").read_text()
    assert json.loads((tmp_path / "out/metrics.json").read_text())["budget"]["off"] > 0
    assert "warning" not in event_line(planned)


def test_how_far_it_is_off_is_said_in_both_directions() -> None:
    less, more = (BudgetFit(BudgetUnit.MACS, 2e9, needed) for needed in (1.5e9, 2.1e9))
    assert budget_text(less) == "budget of 2,000,000,000 MACs: 1,500,000,000 MACs, 25.0 % less"
    assert budget_text(more) == (
        "warning: the budget of 2,000,000,000 MACs is missed: 2,100,000,000 MACs, 5.0 % more"
    )
    assert budget_text(less, fills=True).endswith("the last cut spends what is left, block by block")
