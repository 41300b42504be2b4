"""The check of an annotation file: what is wrong, what a repair changes, and the copy, as jobs of their own.

They run beside those of the status bar: a file is checked while an export is written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slimsam_app.i18n import tr
from slimsam_app.on_demand import doctor
from slimsam_app.workers.jobs import Jobs
from slimsam_core.errors import SlimSamError

if TYPE_CHECKING:
    from slimsam_core.formats.doctor import Checked, RepairPlan
    from slimsam_core.formats.report import ExportReport

Tell = Callable[[SlimSamError], object]


class DoctorSession(Jobs):
    """One check or one copy at a time; what is cancelled is never heard of again."""

    def check(self, source: Path, images: Path | None, done: Callable[[Checked], None], tell: Tell) -> None:
        """Look at a file or folder, and at the pictures in ``images``."""
        self.start(
            tr("Checking {name} …").format(name=source.name),
            lambda progress, cancel: doctor.check(
                source, images_root=images, progress=progress, cancel=cancel
            ),
            done,
            tell,
        )

    def plan(self, source: Path, images: Path | None, done: Callable[[RepairPlan], None], tell: Tell) -> None:
        """Find what a repair would change."""
        self.start(
            tr("Checking {name} …").format(name=source.name),
            lambda progress, cancel: doctor.plan_repair(
                source, images_root=images, progress=progress, cancel=cancel
            ),
            done,
            tell,
        )

    def repair(
        self, plan: RepairPlan, target: Path, done: Callable[[ExportReport], None], tell: Tell
    ) -> None:
        """Write what a plan shows to another file; the user was asked about replacing it."""
        self.start(
            tr("Writing {name}").format(name=target.name),
            lambda progress, cancel: doctor.apply_repair(
                plan, target, overwrite=True, progress=progress, cancel=cancel
            ),
            done,
            tell,
        )

    def write_anew(
        self,
        checked: Checked,
        target: Path,
        images: Path | None,
        done: Callable[[ExportReport], None],
        tell: Tell,
    ) -> None:
        """Write all that is usable as a copy."""
        self.start(
            tr("Writing {name}").format(name=target.name),
            lambda progress, cancel: doctor.write_anew(
                checked, target, images_root=images, progress=progress, cancel=cancel
            ),
            done,
            tell,
        )
