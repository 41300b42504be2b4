"""Why a box was left is told in the user's language."""

from __future__ import annotations

from slimsam_app.windows.finding_notes import _reason
from slimsam_core.labelling.box_masks import REASONS


def test_every_reason_has_words() -> None:
    assert [_reason(reason) for reason in REASONS] == list(REASONS)
