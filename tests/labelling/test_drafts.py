"""Drafts as text: what was written is read again, also what an older version wrote."""

from __future__ import annotations

import json

from slimsam_core.labelling.drafts import OutlineDraft, PromptDraft, from_text, to_text


def test_an_outline_of_an_older_version_has_no_class_of_its_own() -> None:
    begun = OutlineDraft("polygon", ((1.0, 2.0), (9.0, 3.0)), 7)
    data = json.loads(to_text([begun]))
    assert from_text(json.dumps(data)) == (begun,)
    del data["parts"][0]["class"]
    assert from_text(json.dumps(data)) == (OutlineDraft("polygon", begun.points),)


def test_a_class_alone_for_an_object_that_is_refined() -> None:
    draft = PromptDraft(steps=(), refines_id=4, category_id=2)
    assert from_text(to_text([draft])) == (draft,)
