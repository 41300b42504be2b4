"""The models of this machine: what they cost, how fast they are here, bringing them in and out."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from slimsam_app.i18n import tr
from slimsam_app.sessions.model_listing import AddedTorch, Listing, Speed
from slimsam_app.settings import Settings
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs
from slimsam_core.files.foreign import parse_json
from slimsam_core.progress import CancelToken, ProgressSink

if TYPE_CHECKING:
    from slimsam_core.library.model_library import ModelLibrary


class ModelSession(QObject):
    """Everything here runs as a job; results come as signals."""

    listed = Signal(object)
    """Listing."""
    measured = Signal(str, object)
    """Model name, Speed."""
    installed = Signal(object)
    """ModelInfo."""
    torch_found = Signal(object)
    """AddedTorch, as it stands."""
    torch_changed = Signal(object)
    """AddedTorch, after one of the two was done; what is there is used from the next start on."""
    failed = Signal(object)

    def __init__(self, settings: Settings, pool: IoPool, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings, self.jobs, self._pool = settings, jobs, pool

    def refresh(self) -> None:
        """List again: first what the files say, then what has to be counted."""

        failed = tell_or_raise(self.failed.emit)

        def show(listing: Listing) -> None:
            self.listed.emit(listing)
            self._pool.submit(
                lambda token: _numbers().details(listing, token),
                self.listed.emit,
                failed,
                priority=Urgency.SEARCHING,
            )

        self._pool.submit(_list, show, failed, priority=Urgency.SHOWING)

    def choose(self, name: str) -> None:
        """Use this model from now on."""
        self.settings.set("model.name", name)

    def choose_for(self, project_uid: str, name: str) -> None:
        """Use this model from now on while that project is open; empty = the one of all projects."""
        kept = {uid: model for uid, model in self._by_project().items() if uid != project_uid}
        self.settings.set("model.by_project", json.dumps(kept | ({project_uid: name} if name else {})))

    def chosen_for(self, project_uid: str) -> str:
        """The model that was chosen for a project alone; empty when there is none."""
        return self._by_project().get(project_uid, "")

    def in_use(self, project_uid: str) -> str:
        """The model to use while this project is open (empty = no project); empty = the library's default."""
        return self.chosen_for(project_uid) or str(self.settings.get("model.name"))

    def _by_project(self) -> dict[str, str]:
        try:
            found = parse_json(self.settings.get("model.by_project"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def download(self, name: str) -> None:
        """Install a published model; a broken download goes on where it stopped."""

        def work(progress: ProgressSink, token: CancelToken) -> object:
            return _library().download(name, progress, token)

        self.jobs.start(
            tr("Downloading {name}").format(name=name), work, self.installed.emit, self.failed.emit
        )

    def import_file(self, path: Path, name: str = "") -> None:
        """Install a weights file or a ``transformers`` folder, by default under the name that it has."""

        def work(_: ProgressSink, token: CancelToken) -> object:
            token.raise_if_cancelled()
            return _library().import_file(path, name or None)

        self.jobs.start(
            tr("Importing {name}").format(name=name or path.name), work, self.installed.emit, self.failed.emit
        )

    def delete(self, name: str) -> None:
        """Remove an installed model."""

        def work(_: ProgressSink, _token: CancelToken) -> object:
            _library().delete(name)
            return _list()

        self.jobs.start(tr("Deleting {name}").format(name=name), work, self.listed.emit, self.failed.emit)

    def look_for_torch(self) -> None:
        """Tell by ``torch_found`` whether PyTorch can be added here or was."""
        self._pool.submit(
            _torch, self.torch_found.emit, tell_or_raise(self.failed.emit), priority=Urgency.SHOWING
        )

    def add_torch(self) -> None:
        """Download PyTorch for the stand-alone program; goes on where a broken download stopped."""

        def work(progress: ProgressSink, token: CancelToken) -> AddedTorch:
            adding = _adding()
            adding.add(adding.offer_or_refuse(), progress, token)
            return _torch()

        self.jobs.start(tr("Adding PyTorch"), work, self.torch_changed.emit, self.failed.emit)

    def remove_torch(self) -> None:
        """Take away what was added."""

        def work(_: ProgressSink, _token: CancelToken) -> AddedTorch:
            _adding().remove()
            return _torch()

        self.jobs.start(tr("Removing PyTorch"), work, self.torch_changed.emit, self.failed.emit)

    def measure(self, name: str) -> None:
        """Time a model on this machine, with the device and runtime of the settings."""
        device, runtime = self.settings.get("model.device"), self.settings.get("model.runtime")

        def work(progress: ProgressSink, token: CancelToken) -> object:
            return _numbers().measure(name, device, runtime, progress, token)

        def done(speed: object) -> None:
            if isinstance(speed, Speed):
                self._remember(name, speed)
                self.measured.emit(name, speed)

        title = tr("Measuring {name}").format(name=name)
        self.jobs.start(title, work, done, self.failed.emit)

    def speeds(self) -> dict[str, Speed]:
        """What was measured before on this machine, by model name."""
        try:
            found = parse_json(self.settings.get("state.speeds"))
            return {name: Speed(*values) for name, values in found.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def _remember(self, name: str, speed: Speed) -> None:
        kept = {n: [s.encode_ms, s.decode_ms, s.runtime] for n, s in (self.speeds() | {name: speed}).items()}
        self.settings.set("state.speeds", json.dumps(kept))


def _list() -> Listing:
    """What the headers of the files say; fast."""
    library = _library()
    return Listing(
        installed=library.installed(), downloadable=library.downloadable(), problems=library.problems()
    )


def _torch() -> AddedTorch:
    adding = _adding()
    offer = adding.offered()
    return AddedTorch(offer.size if offer else 0, adding.added_bytes())


def _library() -> ModelLibrary:
    from slimsam_core.library.model_library import ModelLibrary  # the first paint does without it

    return ModelLibrary()


def _numbers() -> ModuleType:
    from slimsam_app.sessions import model_numbers  # may load torch, on a thread of the pool

    return model_numbers


def _adding() -> ModuleType:
    from slimsam_core.library import added_torch  # the same

    return added_torch
