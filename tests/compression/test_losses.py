"""The aligning losses: their values, and the gradients they send into a model of two blocks."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from slimsam_core.compression.learning.losses import (
    bottleneck_aligning,
    embedding_aligning,
    embedding_loss,
    group_loss,
)
from slimsam_core.compression.learning.schedules import Plateau, aligning_share, cosine_share
from slimsam_core.compression.learning.taps import recording
from slimsam_core.compression.stages import removed_after
from slimsam_core.families.cutting import Tap, TapGroup, TapSide


class TwoBlocks(nn.Module):
    """x + out(hidden(x)), twice."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.ModuleList(nn.Linear(3, 5) for _ in range(2))
        self.out = nn.ModuleList(nn.Linear(5, 3) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for hidden, out in zip(self.hidden, self.out, strict=True):
            x = x + out(torch.tanh(hidden(x)))
        return x


HIDDEN = TapGroup("hidden", (Tap("hidden.0"), Tap("hidden.1")))
BLOCKS = TapGroup("blocks", (Tap("hidden.0", TapSide.INPUT), Tap("hidden.1", TapSide.INPUT)))


def pair() -> tuple[TwoBlocks, TwoBlocks, torch.Tensor]:
    torch.manual_seed(3)
    return TwoBlocks(), TwoBlocks(), torch.randn(4, 3)


def test_hooks_gather_inputs_and_outputs_and_leave_nothing_behind() -> None:
    model, _, x = pair()
    with recording(model, HIDDEN.taps + BLOCKS.taps) as features:
        model(x)
    assert torch.equal(features[Tap("hidden.0", TapSide.INPUT)], x)
    assert torch.equal(features[Tap("hidden.0")], model.hidden[0](x))
    features.clear()
    model(x)
    assert not features


def test_a_tap_on_a_module_that_is_not_there_is_an_error_without_leftovers() -> None:
    model, _, x = pair()
    with pytest.raises(AttributeError), recording(model, (Tap("hidden.0"), Tap("hidden.7"))):
        pass
    assert not model.hidden[0]._forward_hooks
    model(x)


def test_the_embedding_loss_has_the_gradient_of_a_mean_of_squares() -> None:
    student = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    teacher = torch.tensor([[0.0, 2.0], [1.0, 8.0]])
    loss = embedding_loss(student, teacher)
    loss.backward()
    assert loss.item() == pytest.approx((1 + 0 + 4 + 16) / 4)
    assert torch.allclose(student.grad, 2 * (student.detach() - teacher) / 4)  # type: ignore[arg-type]


def test_stage_1_weighs_the_embedding_and_each_group_by_half() -> None:
    student, teacher, x = pair()
    with recording(student, HIDDEN.taps) as ours, recording(teacher, HIDDEN.taps) as theirs:
        ours_out, theirs_out = student(x), teacher(x)
    terms = bottleneck_aligning(ours_out, theirs_out, ours, theirs, (HIDDEN,), aligning=True)
    assert terms["embedding"].item() == pytest.approx(0.5 * embedding_loss(ours_out, theirs_out).item())
    assert terms["hidden"].item() == pytest.approx(0.5 * group_loss(ours, theirs, HIDDEN).item())
    assert set(bottleneck_aligning(ours_out, theirs_out, ours, theirs, (HIDDEN,), aligning=False)) == {
        "embedding"
    }


def test_a_tap_of_the_first_block_sends_no_gradient_into_the_second() -> None:
    student, teacher, x = pair()
    first = TapGroup("first", HIDDEN.taps[:1])
    with recording(student, first.taps) as ours, recording(teacher, first.taps) as theirs:
        student(x), teacher(x)
    loss = group_loss(ours, theirs, first)
    (gradient,) = torch.autograd.grad(loss, student.hidden[0].weight, retain_graph=True)
    difference = ours[first.taps[0]] - theirs[first.taps[0]]
    assert torch.allclose(gradient, 2 * difference.T @ x / difference.numel(), atol=1e-6)
    none = torch.autograd.grad(loss, student.hidden[1].weight, allow_unused=True)
    assert none == (None,)


def test_equal_models_have_no_loss_and_no_gradient() -> None:
    student, _, x = pair()
    with recording(student, HIDDEN.taps) as ours:
        out = student(x)
    same = {tap: value.detach().clone() for tap, value in ours.items()}
    terms = bottleneck_aligning(out, out.detach(), ours, same, (HIDDEN,), aligning=True)
    torch.stack(list(terms.values())).sum().backward()
    assert all(not parameter.grad.any() for parameter in student.parameters() if parameter.grad is not None)


def test_stage_2_blends_the_original_and_the_former_model() -> None:
    student, former, x = pair()
    original = torch.zeros(4, 3)
    with recording(student, BLOCKS.taps) as ours, recording(former, BLOCKS.taps) as theirs:
        ours_out, former_out = student(x), former(x)
    terms = embedding_aligning(ours_out, original, former_out, ours, theirs, groups=(BLOCKS,), share=0.75)
    assert terms["embedding"].item() == pytest.approx(0.25 * embedding_loss(ours_out, original).item())
    assert terms["blocks"].item() == pytest.approx(0.75 * group_loss(ours, theirs, BLOCKS).item())
    assert terms["former embedding"].item() == pytest.approx(
        0.75 * embedding_loss(ours_out, former_out).item()
    )
    assert set(embedding_aligning(ours_out, original, None, {}, {}, groups=(BLOCKS,), share=0.0)) == {
        "embedding"
    }


def test_stage_2s_share_fades_to_nothing() -> None:
    assert [aligning_share(epoch, 4) for epoch in range(6)] == [0.75, 0.5, 0.25, 0.0, 0.0, 0.0]
    assert aligning_share(0, 0) == 0.0


def test_rounds_end_exactly_at_the_ratio_and_remove_equal_factors() -> None:
    assert removed_after(0.77, 3, 3) == 0.77
    kept = [1 - removed_after(0.77, 3, done) for done in range(4)]
    assert kept[0] == 1
    assert kept[1] / kept[0] == pytest.approx(kept[2] / kept[1]) == pytest.approx(kept[3] / kept[2])


def test_the_rate_is_halved_when_the_score_stalls_for_three_epochs() -> None:
    state = Plateau(learning_rate=1e-4)
    rates = []
    for epoch, score in enumerate([0.5, 0.6, 0.6, float("nan"), 0.59, 0.7, 0.1]):
        state = state.after(epoch, score, patience=3, factor=0.5)
        rates.append(state.learning_rate)
    assert rates == [1e-4, 1e-4, 1e-4, 1e-4, 5e-5, 5e-5, 5e-5]
    assert (state.best, state.best_epoch) == (0.7, 5)


def test_without_masks_an_error_that_stalls_or_grows_slowly_is_no_gain() -> None:
    """Scores are minus an error then: a ten-thousandth beyond one below zero lies above it, not below."""
    for errors in ([0.1] * 9, [0.1 * (1 + 5e-5 * step) for step in range(9)]):
        state = Plateau(learning_rate=1e-4)
        for epoch, error in enumerate(errors):
            state = state.after(epoch, -error, patience=4, factor=0.5, any_gain=False)
        assert state.learning_rate == 2.5e-5
    falling = Plateau(learning_rate=1e-4)
    for epoch in range(9):
        falling = falling.after(epoch, -0.1 * 0.99**epoch, patience=4, factor=0.5, any_gain=False)
    assert falling.learning_rate == 1e-4


def test_the_cosine_falls_from_all_to_a_hundredth() -> None:
    assert cosine_share(0.0) == 1.0
    assert cosine_share(0.5) == pytest.approx(0.505)
    assert cosine_share(1.0) == pytest.approx(0.01)
