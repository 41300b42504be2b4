"""Pruning criteria in the window's words."""

from __future__ import annotations

from slimsam_app.i18n import tr
from slimsam_core.compression.recipe import CRITERIA, SCRATCH


def criteria() -> list[tuple[str, str]]:
    """All of them: name and words."""
    words = {
        "disturbed_taylor": tr("disturbed Taylor (SlimSAM)"),
        "taylor": tr("Taylor"),
        "magnitude": tr("magnitude"),
        "taylor_published": tr("Taylor (as published)"),
        "hessian": tr("Hessian (diagonal)"),
        "random": tr("chance"),
        SCRATCH: tr("none: begin with random weights"),
    }
    return [(name, words[name]) for name in CRITERIA]
