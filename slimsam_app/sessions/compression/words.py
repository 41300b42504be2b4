"""What happens while a model is compressed, in words of the program's language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app.figures import change, count, milliseconds, percent, pixels, rough_count
from slimsam_app.i18n import mark, tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.compression.choices import NotTaken
from slimsam_core.compression.budget import BudgetUnit
from slimsam_core.compression.job_folder import JobState, Phase
from slimsam_core.compression.monitor import Activity, NoticeKind
from slimsam_core.compression.recipe import Target
from slimsam_core.devices import DeviceKind
from slimsam_core.inference.gpu import look_for_gpu
from slimsam_core.judging.verdict_words import ADVICE, reason_text, summary

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.choices import Choices
    from slimsam_core.compression.budget import BudgetFit
    from slimsam_core.compression.monitor import JobNotice, JobView
    from slimsam_core.judging.verdict import Reason, Verdict

PHASES = {
    Phase.ADAPT: mark("Adapting the model to your labels"),
    Phase.SLIM: mark("Compressing"),
    Phase.JUDGE: mark("Comparing both models"),
}
ACTIVITIES: dict[str, str] = {
    Activity.RANKING: mark("ranking channels"),
    Activity.LEARNING: mark("learning from the teacher"),
}
JUDGING = {
    "models": mark("Measuring both models"),
    "teacher": mark("Asking the model you started from about your labels"),
    "student": mark("Asking the smaller model about your labels"),
    "pictures": mark("Comparing both on pictures without labels"),
}
NOT_TAKEN = {
    NotTaken.TEACHER: mark("its model {teacher}, which is not installed"),
    NotTaken.PICTURES: mark("its pictures, in place of which yours are used"),
    NotTaken.MASKS: mark("the masks that judged it, which are gone"),
    NotTaken.DEVICE: mark("its device, which is not here"),
}
JOB_STATES = {
    JobState.WAITING: mark("waiting"),
    JobState.INTERRUPTED: mark("interrupted"),
    JobState.CANCELLED: mark("cancelled"),
    JobState.FAILED: mark("failed"),
    JobState.FINISHED: mark("finished"),
}


def device_words(device: str) -> str:
    """Where a job computes, and why not on a GPU; ``device`` is ``JobView.device``. Loads torch."""
    if not device:
        return ""
    if device.startswith(DeviceKind.CUDA):
        return tr("On the GPU: {name}").format(name=look_for_gpu(device).name)
    why_not = look_for_gpu().why_not
    return in_words(why_not) if why_not else tr("On the processor, as you chose.")


def activity_words(view: JobView) -> str:
    """One line: what is being done."""
    if view.phase is None:
        return tr("Starting …")
    if view.paused:
        return tr("Paused")
    if view.phase is Phase.SLIM and view.stages:
        parts = [tr("Stage {number} of {count}").format(number=view.stage + 1, count=view.stages)]
        if view.activity in ACTIVITIES:
            parts.append(tr(ACTIVITIES[view.activity]))
        return ": ".join(parts)
    return tr(JUDGING.get(view.activity, PHASES[view.phase]))


def notice_words(notice: JobNotice) -> str:
    """Something that happened, and what it means."""
    if notice.kind is NoticeKind.BATCH_HALVED:
        return tr("Memory ran out: from now on {count} pictures at once; the result stays the same.").format(
            count=notice.value
        )
    if notice.kind is NoticeKind.PICTURE_SKIPPED:
        return tr("Pictures that cannot be read: {count}. The last one: {text}").format(
            count=notice.value, text=in_words(notice.text)
        )
    return tr("Went on from the last checkpoint.")


def aim_words(aim: Target) -> str:
    """How small: a budget, or the channels that go."""
    if aim.budget is not None:
        return tr("at most {amount}").format(amount=budget_words(*aim.budget))
    if aim.residual == aim.bottleneck:
        return tr("{share} of the channels go").format(share=percent(aim.residual))
    return tr("{share} of the residual channels and {other} of the others go").format(
        share=percent(aim.residual), other=percent(aim.bottleneck)
    )


def budget_words(unit: BudgetUnit, amount: float) -> str:
    """``5.00 M parameters``, ``20.0 G MACs``, ``80 ms in PyTorch``."""
    if unit is BudgetUnit.MILLISECONDS:
        return tr("{time} in PyTorch").format(time=milliseconds(amount))
    what = tr("{count} MACs") if unit is BudgetUnit.MACS else tr("{count} parameters")
    return what.format(count=rough_count(amount))


def fit_words(fit: BudgetFit) -> str:
    """How far a model is off its budget."""
    words = (
        tr("The encoder misses its budget of {budget}: it needs {needed}, {off}.")
        if fit.is_missed
        else tr("The budget of the encoder is {budget}; it needs {needed}, {off}.")
    )
    budget, needed = budget_words(fit.unit, fit.budget), budget_words(fit.unit, fit.needed)
    return words.format(budget=budget, needed=needed, off=change(fit.budget, fit.needed) or percent(0))


def taken_words(choices: Choices) -> str:
    """What of a former run's settings holds though no field shows it, and what could not be taken."""
    if choices.taken is None:
        return ""
    recipe, parts = choices.taken, []
    if choices.target is not None and choices.target != Target(
        residual=choices.ratio, bottleneck=choices.ratio
    ):
        parts.append(aim_words(choices.target))
    if recipe.image_size is not None:
        parts.append(tr("pictures of {size}").format(size=pixels(recipe.image_size)))
    if recipe.rounds > 1:
        parts.append(tr("{count} rounds of both stages").format(count=count(recipe.rounds)))
    first, second = recipe.embedding_stage.epochs, recipe.bottleneck_stage.epochs
    if choices.advanced.epochs == first != second:
        parts.append(
            tr("{first} and {second} epochs of the stages").format(first=count(first), second=count(second))
        )
    if recipe.prompt_stage.epochs:
        parts.append(tr("{count} epochs of prompts").format(count=count(recipe.prompt_stage.epochs)))
    if recipe.decoder_stage.epochs:
        parts.append(tr("{count} epochs of the decoder").format(count=count(recipe.decoder_stage.epochs)))
    if recipe.data.masks:
        parts.append(tr("judged by {name}").format(name=Path(recipe.data.masks).name))
    words = tr("All settings of {name} hold.").format(name=recipe.name)
    if parts:
        words = tr("All settings of {name} hold, also: {parts}.").format(
            name=recipe.name, parts=", ".join(parts)
        )
    missing = [tr(NOT_TAKEN[one]).format(teacher=recipe.teacher) for one in choices.not_taken]
    return f"{words} {tr('Not taken: {parts}.').format(parts=', '.join(missing))}" if missing else words


def verdict_words(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    return in_words(summary(verdict))


def advice_words(verdict: Verdict) -> str:
    """What is advised."""
    return tr(ADVICE[verdict.advice])


def reason_words(reason: Reason) -> str:
    """One reason of the advice."""
    return in_words(reason_text(reason))
