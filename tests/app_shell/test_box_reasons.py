"""Why a box was left is told in the user's language."""

from __future__ import annotations

from slimsam_app.windows.finding_notes import _reason
from slimsam_core.labelling.box_masks import REASONS
from slimsam_core.sentences import sentence


def test_every_reason_has_words() -> None:
    assert [_reason(reason) for reason in REASONS] == list(REASONS)


def test_what_reading_a_picture_found_is_said_as_it_is() -> None:
    assert _reason(sentence("{path} does not exist.", path="a.jpg")) == "a.jpg does not exist."
