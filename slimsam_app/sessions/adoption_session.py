"""Taking a slim model into use, and going back: installing, switching, exporting, the report as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.workers.jobs import Jobs
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.verdict_report import write_verdict_report
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.export import export_model
from slimsam_core.export.exporter import QUANTISED, ModelFormat
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import CancelToken, ProgressSink


class AdoptedFor(StrEnum):
    """Where a new model is used from now on."""

    KEEP = "keep"
    """Nowhere: it is only among the models."""
    PROJECT = "project"
    DEFAULT = "default"


"""Only install it, use it in the open project, or use it in all projects."""

EXPORT_FORMATS = (
    ModelFormat.SAFETENSORS,
    ModelFormat.TRANSFORMERS,
    ModelFormat.ONNX,
    ModelFormat.OPENVINO,
)
INT8_FORMATS = QUANTISED


@dataclass(frozen=True)
class Adopted:
    """A model that was installed and switched to."""

    name: str
    scope: AdoptedFor
    project_uid: str
    before: str
    """What ``undo`` brings back; empty = the project had no model of its own."""


class AdoptionSession(QObject):
    """Works on the folder of a finished job; long work runs as a job of the status bar."""

    adopted = Signal(object)
    """Adopted."""
    undone = Signal(object)
    """Adopted, which no longer holds; the model stays installed."""
    exported = Signal(object)
    """ExportReport."""
    report_saved = Signal(object)
    """Path of the HTML file."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self, document: Document, models: ModelSession, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._models, self._jobs = document, models, jobs
        self.last: Adopted | None = None
        """What ``undo`` takes back."""

    def free_name(self, wanted: str) -> str:
        """``wanted``, with a number where a model of this name is installed already."""
        taken = {info.name for info in ModelLibrary().installed()}
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def adopt(self, folder: Path, name: str, scope: AdoptedFor) -> None:
        """Install the job's model as ``name`` and use it; ``adopted`` or ``failed`` follows."""
        self.adopt_file(JobFolder(folder).model_path, name, scope)

    def adopt_file(
        self,
        path: Path,
        name: str,
        scope: AdoptedFor = AdoptedFor.PROJECT,
        *,
        tell: Callable[[SlimSamError], object] | None = None,
    ) -> None:
        """Install a file of weights as ``name`` and use it, in the project that is open now; ``adopted``
        follows, or ``failed`` (in its place ``tell``, if given)."""
        tell = tell or self.failed.emit
        if scope is AdoptedFor.PROJECT and not self._document.is_open:
            tell(ProjectError(tr("No project is open."), tr("Make it the default instead.")))
            return
        uid = self._document.project.uid if scope is AdoptedFor.PROJECT else ""

        def work(_: ProgressSink, token: CancelToken) -> object:
            token.raise_if_cancelled()
            library = ModelLibrary()
            default = library.default().name
            library.import_file(path, name, trained_here=True)
            return default

        def done(default: object) -> None:
            self._switch(name, scope, str(default), uid)

        title = tr("Installing {name}").format(name=name)
        self._jobs.start(title, work, done, tell)

    def undo(self) -> None:
        """Bring back the model that was in use before the last ``adopt``."""
        last, self.last = self.last, None
        if last is None:
            return
        self._use(last, last.before)
        self.undone.emit(last)

    def _use(self, adopted: Adopted, name: str) -> None:
        if adopted.scope is AdoptedFor.PROJECT:
            self._models.choose_for(adopted.project_uid, name)
        elif adopted.scope is AdoptedFor.DEFAULT:
            self._models.choose(name)

    def export(self, folder: Path, format_name: str, out: Path, *, int8: bool = False) -> None:
        """Write the job's model as folder ``out`` in one of ``EXPORT_FORMATS``; ``exported`` follows."""

        def work(progress: ProgressSink, token: CancelToken) -> object:
            job = JobFolder(folder)
            return export_model(
                job.model_path,
                format_name,
                out,
                name=job.job().title,
                int8=int8,
                progress=progress,
                cancel=token,
            )

        self._jobs.start(
            tr("Exporting {name}").format(name=out.name), work, self.exported.emit, self.failed.emit
        )

    def save_report(self, folder: Path, target: Path) -> None:
        """Write the verdict as one HTML file; ``report_saved`` follows."""

        def work(_: ProgressSink, token: CancelToken) -> object:
            token.raise_if_cancelled()
            write_verdict_report(JobFolder(folder), target)
            return target

        self._jobs.start(
            tr("Writing {name}").format(name=target.name), work, self.report_saved.emit, self.failed.emit
        )

    def _switch(self, name: str, scope: AdoptedFor, default: str, uid: str) -> None:
        """Use the installed model ``name``; ``default`` is what the library's default was before, ``uid``
        that of the project, if it is for one alone."""
        if not self._models.in_use(""):
            self._models.choose(default)  # else the model just installed would become the default by itself
        before = self._models.chosen_for(uid) if uid else self._models.in_use("")
        self.last = Adopted(name, scope, uid, before)
        self._use(self.last, name)
        self.adopted.emit(self.last)
