"""What happens while a model is compressed, in words of the program's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slimsam_app.i18n import mark, tr
from slimsam_app.sentences import in_words
from slimsam_core.compression.job_folder import JobState, Phase
from slimsam_core.compression.monitor import Activity, NoticeKind
from slimsam_core.devices import DeviceKind
from slimsam_core.inference.gpu import look_for_gpu
from slimsam_core.judging.verdict_words import ADVICE, reason_text, summary

if TYPE_CHECKING:
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


def verdict_words(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    return in_words(summary(verdict))


def advice_words(verdict: Verdict) -> str:
    """What is advised."""
    return tr(ADVICE[verdict.advice])


def reason_words(reason: Reason) -> str:
    """One reason of the advice."""
    return in_words(reason_text(reason))
