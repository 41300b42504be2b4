"""A verdict in plain English."""

from __future__ import annotations

from collections.abc import Mapping

from slimsam_core.slimming.verdict import Advice, Comparison, Reason, Verdict

ADVICE: Mapping[Advice, str] = {
    "for": "Advice: switch.",
    "against": "Advice: do not switch.",
    "unclear": "Advice: not clear; look at the pictures before you switch.",
}
REASONS: Mapping[str, str] = {
    "faster": "It encodes a picture {first:.1f} times as fast here.",
    "not_faster": "It is not faster here: {first:.2f} times the speed.",
    "no_labels": "There are no labelled objects to judge by.",
    "loses": "It loses {first:+.3f} ± {second:.3f} of IoU on your objects, more than is worth it.",
    "few_objects": "Only {first:.0f} labelled objects on {second:.0f} pictures: too few to be sure.",
    "may_lose": "It may lose up to {first:+.3f} of IoU on your objects.",
    "keeps": "On your objects the IoU changes by {first:+.3f} ± {second:.3f}.",
    "class_loses": "The class {name} loses {first:+.3f} of IoU.",
    "teacher_made": "{first:.0f} of the {second:.0f} labels are the teacher's own masks: there the "
    "IoU tells how alike the two are, not which is right.",
    "disagrees": "On held-out pictures its masks overlap with the teacher's by {first:.2f} only.",
    "agrees": "On held-out pictures its masks overlap with the teacher's by {first:.2f}.",
}
"""Kind of a reason -> text with blanks ``name``, ``first``, ``second``."""


def reason_text(reason: Reason) -> str:
    """One reason as a sentence."""
    return REASONS[reason.kind].format(name=reason.name, first=reason.first, second=reason.second)


def sentence(verdict: Verdict) -> str:
    """The whole verdict in one line, e.g. ``1.9x faster, 48 % smaller; on your 212 labelled objects ...``."""
    return f"{_gain(verdict)}; {_loss(verdict)}."


def verdict_text(verdict: Verdict) -> str:
    """The sentence, the advice and its reasons, a line each."""
    return "\n".join([sentence(verdict), ADVICE[verdict.advice], *map(reason_text, verdict.reasons)])


def _gain(verdict: Verdict) -> str:
    speed = verdict.speedup
    faster = f"{speed:.1f}x faster" if speed >= 1 else f"{1 / speed:.1f}x slower"
    size = round(100 * verdict.size_change)
    return f"{faster}, {abs(size)} % {'smaller' if size <= 0 else 'larger'}"


def _loss(verdict: Verdict) -> str:
    labels = verdict.labels
    if labels is not None:
        return _label_loss(labels)
    if verdict.agreement is not None:
        found = verdict.agreement
        return (
            f"on {found.pictures} held-out pictures its masks overlap with the teacher's by {found.iou:.3f} "
            f"({found.low:.3f} to {found.high:.3f})"
        )
    return "nothing to judge its masks by"


def _label_loss(labels: Comparison) -> str:
    change = labels.iou
    kept = " held-out" if labels.held_out else ""
    text = (
        f"on your {labels.objects}{kept} labelled objects IoU {change.before:.3f} -> {change.after:.3f} "
        f"({change.difference:+.3f} ± {change.margin:.3f})"
    )
    worst = labels.classes[0] if len(labels.classes) > 1 else None
    if worst is not None and worst.iou.difference < 0:
        text += f"; class {worst.name} loses most ({worst.iou.difference:+.2f})"
    return text
