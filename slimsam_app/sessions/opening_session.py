"""Opening pictures, folders and projects, and all that is to be said of it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.on_demand import registry
from slimsam_app.sentences import in_words
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.opening import (
    LabelledElsewhere,
    OpenedProject,
    Searched,
    look_for_pictures,
    open_paths,
)
from slimsam_app.settings import Settings
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_core.files.listing import is_folder
from slimsam_core.files.lock import ProjectBusy
from slimsam_core.pixels.folder_search import LeftOut
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.project import (
    FoundProject,
    Project,
    kept_elsewhere,
    labels_below,
    project_at,
    project_of,
)
from slimsam_core.project.checkup import examine_structure
from slimsam_core.project.proof import Damage, ProjectDamaged
from slimsam_core.visible_text import one_line

log = logging.getLogger(__name__)

SHOWN_FOLDERS = 5
"""Folders that a question names: more do not fit a banner."""


class OpeningSession(QObject):
    """The former project stays until the new one is ready."""

    opening = Signal(str)
    """Name of what is being opened; empty when that is over."""
    told = Signal(str, str)
    """Something worth knowing, and what to do about it."""
    asked = Signal(str, str, object)
    """A question that can wait: what it is about, what to do, and the offer (text, call)."""
    labelled_elsewhere = Signal(object, object)
    """Paths and LabelledElsewhere: other projects hold the pictures that were to be opened."""
    not_opened = Signal(object)
    """Path of a project (or None) that could not be opened; why was reported before."""
    agreed = Signal(object)
    """Path of the open project: folders outside its own may be looked into now, so open it once more."""
    apart_wanted = Signal(object)
    """Path of a project: the user works on a part of their own."""
    labels_wanted = Signal(object)
    """Paths of projects whose labels are to come into the open one, which has all its pictures by now."""
    left_out_changed = Signal()
    annotations_found = Signal(object, str)
    """Path of a folder whose project was made just now, and the title of the format of what lies in it."""

    def __init__(
        self,
        document: Document,
        pool: IoPool,
        navigator: Navigator,
        settings: Settings,
        report: Callable[[Exception], None],
        *,
        parent: QObject,
    ) -> None:
        """``report`` passes on what a user or a machine did and raises what is a bug."""
        super().__init__(parent)
        self._document, self._pool, self._navigator = document, pool, navigator
        self._settings, self._report = settings, report
        self._told_damage: set[Damage] = set()
        self._opening = CancelToken()
        self._searching = CancelToken()
        self.left_out: tuple[LeftOut, ...] = ()
        """What lies in the folders of the open project and cannot be used."""
        document.closed.connect(self._forget_left_out)
        document.damaged.connect(self._tell_damage)

    def open(
        self,
        paths: Sequence[Path],
        *,
        beside: bool = True,
        fresh: bool = False,
        at: Path | None = None,
        labels_of: Sequence[Path] = (),
    ) -> None:
        """Open pictures, folders or a project (one path at least).

        ``fresh`` makes a project even where others hold these pictures; ``at`` is a place to begin with;
        ``labels_of`` are projects whose labels are wanted as soon as all pictures are there.
        """
        self._opening.cancel()
        name = paths[0].name or str(paths[0])
        self.opening.emit(name)
        current = self._document.project if self._document.is_open else None
        self._opening = self._pool.submit(
            lambda token: open_paths(
                paths,
                token,
                beside=beside,
                current=current,
                fresh=fresh,
                at=at,
                progress=lambda event: self._tell_conversion(name, event),
            ),
            lambda opened: self._opened(opened, labels_of, asked=fresh),
            lambda error: self._not_opened(error, paths),
            priority=Urgency.SHOWING,
        )

    def stop(self) -> None:
        """Open nothing that is on its way, and look for no more pictures."""
        self._opening.cancel()
        self._searching.cancel()

    def _tell_conversion(self, name: str, event: Progress) -> None:
        """Say how far the conversion of an older project is; on a thread of the pool."""
        words = tr("{name} (converting to this version: {done} of {total})")
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self.opening.emit(
                words.format(name=name, done=figures.count(event.done), total=figures.count(event.total or 0))
            )

    def _opened(self, opened: OpenedProject, labels_of: Sequence[Path], *, asked: bool) -> None:
        """``asked``: the person was asked about projects of these pictures just now."""
        self.opening.emit("")
        self._searching.cancel()
        self._told_damage.clear()
        if self._document.is_open and opened.project is self._document.project:
            self._document.catch_up()  # the person stays at the picture and at what is selected
        else:
            self._document.take(opened.project)
        self._look_for_damage(opened.project)
        if opened.first_image is not None:
            self._navigator.set_filter(self._navigator.filter, show=opened.first_image)
        self._settings.remember(opened.remember)
        if opened.project.read_only:
            self._offer_part(opened.project.path, in_words(opened.project.read_only_reason))
        elsewhere = kept_elsewhere(opened.project) if opened.made_seq is not None else None
        if elsewhere is not None:
            words = tr("{folder} cannot be written: its labels are kept in your data folder.")
            self.told.emit(words.format(folder=elsewhere.name), str(opened.project.path))
        for note in opened.notes:
            self._report(note)
        if opened.to_agree:
            self._ask_for_folders(opened.project, opened.to_agree, opened.remember)
        if opened.folders is not None:
            before = opened.project.last_seq()
            self._searching = self._pool.submit(
                lambda token: look_for_pictures(opened, token),
                lambda found: self._searched(found, before, opened, labels_of, asked=asked),
                self._report,
                priority=Urgency.SEARCHING,
            )
            if opened.made_seq is not None:
                self._look_for_annotations(opened.project, opened.folders)

    def _look_for_annotations(self, project: Project, folders: Sequence[Path]) -> None:
        """Tell of the first folder in which objects lie that a new project does not have."""

        def look(token: CancelToken) -> tuple[Path, str] | None:
            for folder in folders:
                token.raise_if_cancelled()
                for guess in registry.beside_pictures(folder):
                    return folder, guess.format.title
            return None

        def done(found: tuple[Path, str] | None) -> None:
            if found is not None and self._document.is_open and self._document.project is project:
                self.annotations_found.emit(*found)

        # a folder that cannot be looked into is told by the search for pictures
        self._pool.submit(look, done, lambda error: log.info("%s", error), priority=Urgency.RECORDING)

    def _offer_part(self, path: Path, reason: str) -> None:
        """What cannot be changed here is worked on in a part of one's own, which is merged later."""
        self.asked.emit(
            tr("This project can be looked at but not changed."),
            reason,
            (tr("Work on my own part and merge later"), partial(self.apart_wanted.emit, path)),
        )

    def _look_for_damage(self, project: Project) -> None:
        """Let SQLite look the file over, beside everything else."""

        def look(_: CancelToken) -> Sequence[Damage]:
            with project.snapshot() as frozen:
                return examine_structure(frozen)

        def told(found: Sequence[Damage]) -> None:
            if self._document.is_open and self._document.project is project:
                self._tell_damage(found)

        # a file that cannot be read at all is told by whoever reads it next
        self._pool.submit(look, told, lambda error: log.info("%s", error), priority=Urgency.RECORDING)

    def _tell_damage(self, damages: Sequence[Damage]) -> None:
        """Name what is damaged, each once."""
        new = tuple(damage for damage in damages if damage not in self._told_damage)
        if new and self._document.is_open:
            self._told_damage.update(new)
            self._report(ProjectDamaged(self._document.project.path, new))

    def ask_for_new_folders(self) -> None:
        """Ask for the folders that came into the open project, if any did, such as those of a merged part."""
        project = self._document.project
        waiting = tuple(root.path for root in project.agreement.missing(project.roots()))
        if waiting:
            self._ask_for_folders(project, waiting, project.path)

    def _ask_for_folders(self, project: Project, folders: Sequence[str], remember: Path) -> None:
        def agree() -> None:
            project.agreement.give(folders)
            if self._document.is_open and self._document.project is project:
                self.agreed.emit(remember)

        shown = "\n".join(one_line(folder) for folder in folders[:SHOWN_FOLDERS])
        more = len(folders) - SHOWN_FOLDERS
        if more > 0:
            shown += "\n" + tr("and {count} more").format(count=more)
        self.asked.emit(
            tr("This project comes from another place and names folders outside its own:") + "\n" + shown,
            tr("They were not looked into. Agree only if you know them."),
            (tr("Look there"), agree),
        )

    def _searched(
        self,
        found: Searched,
        seq_before: int,
        opened: OpenedProject,
        labels_of: Sequence[Path],
        *,
        asked: bool,
    ) -> None:
        if self._document.project.last_seq() != seq_before:
            self._document.catch_up()
        for note in found.notes:
            self._report(note)
        self.left_out = found.left_out
        self.left_out_changed.emit()
        if labels_of:
            self.labels_wanted.emit(tuple(labels_of))
        elif not asked and not opened.project.read_only:
            self._look_for_labels(opened.project, opened.folders or ())

    def _look_for_labels(self, project: Project, folders: Sequence[Path]) -> None:
        """Offer the labels of projects inside the folders that were opened."""

        def look(_: CancelToken) -> list[FoundProject]:
            with project.snapshot() as frozen:
                return [one for folder in folders for one in labels_below(frozen, folder)]

        def done(found: list[FoundProject]) -> None:
            if found and self._document.is_open and self._document.project is project:
                objects = sum(one.objects for one in found)
                self.asked.emit(
                    tr("Folders inside this one have projects of their own: {names}.").format(
                        names=", ".join(one_line(one.folder.name) for one in found[:SHOWN_FOLDERS])
                    ),
                    counted(
                        tr("{count} object is there and not here. Taking it over can be undone."),
                        tr("{count} objects are there and not here. Taking them over can be undone."),
                        objects,
                    ),
                    (
                        tr("Take the labels over"),
                        partial(self.labels_wanted.emit, tuple(one.path for one in found)),
                    ),
                )

        self._pool.submit(look, done, lambda error: log.info("%s", error), priority=Urgency.RECORDING)

    def _forget_left_out(self) -> None:
        self.left_out = ()
        self.left_out_changed.emit()

    def _not_opened(self, error: Exception, paths: Sequence[Path]) -> None:
        self.opening.emit("")
        if isinstance(error, LabelledElsewhere):
            self.labelled_elsewhere.emit(paths, error)
        else:
            self._report(error)
            if isinstance(error.__cause__, ProjectBusy):
                self.asked.emit(
                    tr("{name} is open on another computer.").format(name=paths[0].name),
                    tr("You need not wait for it."),
                    (
                        tr("Work on my own part and merge later"),
                        partial(self.apart_wanted.emit, project_at(paths[0])),
                    ),
                )
                return
            self.not_opened.emit(project_of(paths[0]) if is_folder(paths[0]) else paths[0])
