"""A verdict in words: English, or whatever a translator makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from slimsam_core.judging.verdict import Advice, Agreement, Comparison, Reason, Verdict
from slimsam_core.sentences import Sentence, joined, mark, sentence

ADVICE: Mapping[Advice, str] = {
    Advice.FOR: mark("Advice: switch."),
    Advice.AGAINST: mark("Advice: do not switch."),
    Advice.UNCLEAR: mark("Advice: not clear; look at the pictures before you switch."),
}
REASONS: Mapping[str, str] = {
    "faster": mark("It encodes a picture {first:.1f} times as fast here."),
    "not_faster": mark("It is not faster here: {first:.2f} times the speed."),
    "engines_differ": mark("Both were measured as they run here, which is not alike: {name}."),
    "no_labels": mark("There are no labelled objects to judge by."),
    "loses": mark(
        "On your objects the IoU changes by {first:+.3f} ± {second:.3f}: more is lost than it is worth."
    ),
    "loses_here": mark("On your objects the IoU changes by {first:+.3f}: more is lost than it is worth."),
    "keeps_here": mark("On your objects the IoU changes by {first:+.3f}."),
    "few_objects": mark("Only {first:.0f} labelled objects on {second:.0f} pictures: too few to be sure."),
    "may_lose": mark("On your objects the IoU may change by as much as {first:+.3f}."),
    "keeps": mark("On your objects the IoU changes by {first:+.3f} ± {second:.3f}."),
    "class_loses": mark("In the class {name} the IoU changes by {first:+.3f}."),
    "teacher_made": mark(
        "{first:.0f} of the {second:.0f} labels are the teacher's own masks: there the IoU tells how alike "
        "the two are, not which is right."
    ),
    "disagrees": mark("On held-out pictures its masks overlap with the teacher's by {first:.2f} only."),
    "few_pictures": mark(
        "Its masks overlap with the teacher's by {second:.2f} on {first:.0f} held-out pictures, "
        "too few to be sure."
    ),
    "agrees": mark("On held-out pictures its masks overlap with the teacher's by {first:.2f}."),
}
"""Kind of a reason -> text with blanks ``name``, ``first``, ``second``."""
NO_MARGIN: Mapping[str, str] = {"loses": "loses_here", "keeps": "keeps_here"}
"""Instead of those that tell a margin where none is known: one picture does not tell how others vary."""


def reason_text(reason: Reason) -> Sentence:
    """One reason as a sentence."""
    kind = reason.kind if reason.second else NO_MARGIN.get(reason.kind, reason.kind)
    return sentence(REASONS[kind], name=reason.name, first=reason.first, second=reason.second)


def summary(verdict: Verdict) -> Sentence:
    """The whole verdict in one line, e.g. ``1.9x faster, 48 % smaller; on your 212 labelled objects ...``."""
    return sentence("{gain}; {loss}.", gain=_gain(verdict), loss=_loss(verdict))


def verdict_text(verdict: Verdict) -> str:
    """The summary, the advice and its reasons, a line each."""
    return "\n".join([summary(verdict), ADVICE[verdict.advice], *map(reason_text, verdict.reasons)])


def _gain(verdict: Verdict) -> Sentence:
    speed, size = verdict.speedup, round(100 * verdict.size_change)
    faster = mark("{times:.1f}x faster") if speed >= 1 else mark("{times:.1f}x slower")
    smaller = mark("{percent} % smaller") if size <= 0 else mark("{percent} % larger")
    times = sentence(faster, times=speed if speed >= 1 else 1 / speed)
    return joined(", ", [times, sentence(smaller, percent=abs(size))])


def _loss(verdict: Verdict) -> Sentence:
    if verdict.labels is not None:
        return _label_loss(verdict.labels)
    if verdict.agreement is None:
        return sentence("nothing to judge its masks by")
    return _agreement(verdict.agreement)


def _agreement(found: Agreement) -> Sentence:
    if found.pictures == 1:  # one picture tells nothing about how others vary
        return sentence(
            "on one held-out picture its masks overlap with the teacher's by {iou:.3f}", iou=found.iou
        )
    return sentence(
        "on {count} held-out pictures its masks overlap with the teacher's by {iou:.3f} "
        "({low:.3f} to {high:.3f})",
        count=found.pictures,
        iou=found.iou,
        low=found.low,
        high=found.high,
    )


def _label_loss(labels: Comparison) -> Sentence:
    change = labels.iou
    plain = mark(
        "on your {count} labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f} ± {margin:.3f})"
    )
    kept = mark(
        "on your {count} held-out labelled objects IoU {before:.3f} → {after:.3f} "
        "({change:+.3f} ± {margin:.3f})"
    )
    if labels.pictures == 1:
        plain = mark("on your {count} labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f})")
        kept = mark(
            "on your {count} held-out labelled objects IoU {before:.3f} → {after:.3f} ({change:+.3f})"
        )
    text = sentence(
        kept if labels.held_out else plain,
        count=labels.objects,
        before=change.before,
        after=change.after,
        change=change.difference,
        margin=change.margin,
    )
    worst = labels.classes[0] if len(labels.classes) > 1 else None
    if worst is None or worst.iou.difference >= 0:
        return text
    loses = sentence("class {name} loses most ({change:+.2f})", name=worst.name, change=worst.iou.difference)
    return joined("; ", [text, loses])
