"""Objects that look like another class than theirs, for the review queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.labelling.limits import Limits
from slimsam_core.labelling.quality import Finding, Rule, RuleName
from slimsam_core.sentences import sentence
from slimsam_core.suggesting.class_memory import ClassMemory

__all__ = ["class_doubts"]


def class_doubts(memory: ClassMemory, names: Mapping[int, str]) -> Rule:
    """A rule that doubts the class of learnt objects; ``memory`` is this rule's own from now on.

    ``names``: of the classes, by id. An object is looked at as if it had not been learnt.
    """

    def check(image: ImageEntry, annotations: Sequence[Annotation], limits: Limits) -> Iterator[Finding]:
        del limits
        for annotation in annotations:
            guess = memory.looks_like(annotation.id)
            known = memory.category_of(annotation.id) == annotation.category_id
            if guess is None or not known or guess.category_id == annotation.category_id:
                continue
            like, own = names.get(guess.category_id), names.get(annotation.category_id)
            if like is not None and own is not None:
                yield Finding(
                    rule=RuleName.CLASS,
                    image_id=image.id,
                    annotation_ids=(annotation.id,),
                    doubt=min(1.0, guess.margin),
                    message=sentence("looks like {like}, is {own}", like=like, own=own),
                )

    return check
