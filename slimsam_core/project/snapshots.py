"""States of a project that were kept in the user's own folder, and going back to one of them.

A journal survives a crash, not a bad disk or a program that writes over the file. A snapshot is a whole
project file, made by SQLite's own backup while people go on working, at most one a day, a few for each
project.

A state in which something is not as it was saved is kept beside the good ones and takes the place of none.

Going back loses nothing: the state that is left is kept first, as a snapshot or, when it cannot be read any
more, byte by byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.atomic import atomic_path, atomic_write_json, make_folder, output_error
from slimsam_core.files.foreign import read_json
from slimsam_core.files.lock import WriterLock
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.files.user_folders import DEFAULT_SNAPSHOTS, data_dir
from slimsam_core.progress import CancelToken
from slimsam_core.project import schema
from slimsam_core.project.asking import is_older
from slimsam_core.project.checkup import examine_rows, examine_structure
from slimsam_core.project.connection import copy_compact, damage_errors, open_writer, sqlite_errors
from slimsam_core.project.proof import ProjectDamaged
from slimsam_core.project.reader import Reader
from slimsam_core.project.side_files import true_path, wal_path

KEPT_DAYS = DEFAULT_SNAPSHOTS
"""Snapshots of a project that are kept unless the user sets another number."""

QUOTA_BYTES = 5_000_000_000
"""All snapshots together but the newest good one of each project, which always stays: 50 of a project of
100 MB. Who has most gives first, so that no project takes the states of the others."""

DAMAGED_KEPT = 2
"""States of a project with damage that are kept beside the good ones: one to go back to, and the present."""

_NAME = re.compile(r"(\d{8}-\d{6})_(\d{1,18})_(\d{1,12})_(\d{1,12})(?:_(before))?(?:_(damaged))?\.slimsam")
_TIME = "%Y%m%d-%H%M%S"
_UNREADABLE = "unreadable"
_PLACE = "project.json"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One kept state."""

    path: Path
    taken: datetime
    """Local time, without a zone."""
    seq: int
    """The last entry of the journal then."""
    pictures: int
    objects: int
    before_going_back: bool
    """It was taken as somebody went back to another one."""
    damaged: bool
    """Something in it was not as it was saved when it was taken."""
    bytes: int

    @property
    def name(self) -> str:
        """What it is called on the shell: ``2026-11-28T07:55:12``."""
        return self.taken.isoformat(timespec="seconds")


def snapshots_dir() -> Path:
    """Where they lie: a folder for each project."""
    return data_dir() / "snapshots"


def folder_for(uid: str) -> Path:
    """The folder of one project; its ``uid`` may be anything, as a file can hold anything."""
    return snapshots_dir() / hashlib.blake2b(uid.encode("utf-8", "replace"), digest_size=16).hexdigest()


def snapshots(uid: str) -> list[Snapshot]:
    """Those of a project, the newest first."""
    return sorted(_in_folder(folder_for(uid)), key=lambda found: found.path.name, reverse=True)


def is_due(project: Reader, now: datetime | None = None) -> bool:
    """Whether there is something to keep and nothing of it was kept today."""
    found, now = snapshots(project.uid), now or datetime.now()
    if not project.count_annotations():
        return False
    return not found or (found[0].taken.date() != now.date() and found[0].seq != _last_seq(project))


def take(
    project: Reader,
    keep: int = KEPT_DAYS,
    *,
    before_going_back: bool = False,
    cancel: CancelToken | None = None,
) -> Snapshot:
    """Keep the project as it is now, and forget the oldest of more than ``keep`` (>= 1).

    Every row of the copy is proved: one with damage takes no good one's place. Others read and write
    meanwhile. Raises ProjectError when the structure of the project is damaged, so that nobody knows what is
    missing. Raises OutputError when the disk does not take it, and Cancelled.
    """
    folder = folder_for(project.uid)
    with project.snapshot() as frozen:
        damages = examine_structure(frozen)
        if damages:
            raise ProjectDamaged(project.path, tuple(damages))
    make_folder(folder)
    try:
        with temporary_folder(beside=folder / _PLACE) as own:
            draft = own / "draft.slimsam"
            _write(project.path, draft)
            target = folder / f"{_name_of(draft, before_going_back, cancel)}.slimsam"
            with atomic_path(target) as temporary:
                draft.replace(temporary)
    except OSError as error:
        raise output_error(folder, error) from error
    _remember_place(folder, project.path)
    _forget(folder, max(1, keep), target)
    found = _of_path(target)
    assert found is not None
    return found


def _name_of(copy: Path, before_going_back: bool, cancel: CancelToken | None) -> str:
    """What a copy holds, as the name of a snapshot; each of its rows is proved."""
    with contextlib.closing(Reader(copy)) as kept:
        damaged = next(examine_rows(kept, cancel=cancel), None) is not None
        parts = [
            datetime.now().strftime(_TIME), str(_last_seq(kept)), str(kept.count_images()),
            str(kept.count_annotations()),
        ]  # fmt: skip
    parts += [word for word, said in (("before", before_going_back), ("damaged", damaged)) if said]
    return "_".join(parts)


def go_back(path: Path | str, chosen: Snapshot, keep: int = KEPT_DAYS) -> Path:
    """Put a kept state in the place of a project that nobody has open; returns where the former one is kept.

    Raises ProjectError when the project is open somewhere or the snapshot is damaged, OutputError when the
    disk does not take it; the project is as it was then.
    """
    path = true_path(path)
    try:
        lock = WriterLock(path)
    except OSError as error:
        raise ProjectError(
            "Nothing can be written in {parent} ({strerror}).",
            "Check its permissions.",
            parent=path.parent,
            strerror=error.strerror or error,
        ) from error
    try:
        with _converted(chosen.path) as kept:
            damages = examine_structure(kept)
            if damages:
                raise ProjectDamaged(chosen.path, tuple(damages))
            former = _keep_present(path, chosen.path.parent, keep)
            with atomic_path(path) as draft:
                _write(kept.path, draft)
                # what is in the log belongs to the former state, which is kept by now
                for suffix in ("-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
        return former
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        lock.release()


@contextlib.contextmanager
def _converted(path: Path) -> Iterator[Reader]:
    """A kept state for reading; one of an older version as a converted copy, the state itself stays."""
    with contextlib.ExitStack() as held:
        if is_older(path):
            folder = held.enter_context(temporary_folder(beside=path))
            path = Path(shutil.copyfile(path, folder / path.name, follow_symlinks=False))
            with sqlite_errors(path), damage_errors(path), contextlib.closing(open_writer(path)) as copy:
                schema.check_as_ours(copy, path)
                schema.migrate(copy)
        yield held.enter_context(contextlib.closing(Reader(path)))


def _keep_present(path: Path, folder: Path, keep: int) -> Path:
    """The state that is left: as a snapshot, or as its bytes when it cannot be read."""
    if not path.exists() and not wal_path(path).exists():
        return folder
    try:
        with contextlib.closing(Reader(path)) as present:
            # one more than usual: what is gone back to stays too
            return take(present, keep + 1, before_going_back=True).path
    except ProjectError:
        aside = folder / f"{datetime.now().strftime(_TIME)}_{_UNREADABLE}"
        aside.mkdir(parents=True, exist_ok=True)
        for beside in (path, wal_path(path)):
            if beside.is_file():
                shutil.copyfile(beside, aside / beside.name, follow_symlinks=False)
        return aside


def _write(source: Path, draft: Path) -> None:
    """Raises OutputError, ProjectError."""
    try:
        copy_compact(source, draft)
    except sqlite3.Error as error:
        raise OutputError(
            "A copy of {name} cannot be written: {error}.", name=source.name, error=error
        ) from error


def _last_seq(project: Reader) -> int:
    (found,) = project.ask("SELECT coalesce(max(seq), 0) FROM journal")[0]
    if type(found) is not int:
        raise ProjectError(
            "{path} is damaged: its history has no order.", "Go back to a copy.", path=project.path
        )
    return found


def _forget(folder: Path, keep: int, newest: Path) -> None:
    """Remove the oldest of a project, then of those that have most until all fit the quota."""
    own = sorted(_in_folder(folder), key=lambda found: found.path.name, reverse=True)
    good, damaged = [f for f in own if not f.damaged], [f for f in own if f.damaged]
    for old in good[keep:] + damaged[min(keep, DAMAGED_KEPT) :]:
        _remove(old.path, newest)
    spare = [s for s in map(_beside_the_newest, _folders()) if s]
    while spare and sum(_bytes(states) for states in spare) > QUOTA_BYTES:
        most = max(spare, key=_bytes)
        _remove(most.pop().path, newest)
        spare = [states for states in spare if states]


def _beside_the_newest(folder: Path) -> list[Snapshot]:
    """The states of a project that may go, the newest first: all but the newest good one."""
    found = sorted(_in_folder(folder), key=lambda found: found.path.name, reverse=True)
    stays = next((kept for kept in found if not kept.damaged), found[0] if found else None)
    return [kept for kept in found if kept is not stays]


def _bytes(states: list[Snapshot]) -> int:
    return sum(found.bytes for found in states)


def _remove(path: Path, newest: Path) -> None:
    if path != newest:
        with contextlib.suppress(OSError):
            path.unlink()


def _in_folder(folder: Path) -> list[Snapshot]:
    try:
        found = map(_of_path, folder.iterdir())
        return [snapshot for snapshot in found if snapshot is not None]
    except OSError:
        return []


def _of_path(path: Path) -> Snapshot | None:
    match = _NAME.fullmatch(path.name)
    if match is None or path.is_symlink():
        return None
    try:
        taken = datetime.strptime(match[1], _TIME)
        return Snapshot(
            path=path, taken=taken, seq=int(match[2]), pictures=int(match[3]), objects=int(match[4]),
            before_going_back=bool(match[5]), damaged=bool(match[6]), bytes=path.stat().st_size,
        )  # fmt: skip
    except (OSError, ValueError):
        return None


def snapshots_of(path: Path | str) -> list[Snapshot]:
    """Those of the project at a path, the newest first; also when it cannot be read, or is gone."""
    try:
        path = true_path(path)
        with contextlib.closing(Reader(path)) as project:
            return snapshots(project.uid)
    except ProjectError:
        folders = [folder for folder in _folders() if _place_of(folder) == str(path)]
    return sorted(
        (found for folder in folders for found in _in_folder(folder)),
        key=lambda found: found.path.name,
        reverse=True,
    )


def _folders() -> list[Path]:
    try:
        return [folder for folder in snapshots_dir().iterdir() if folder.is_dir()]
    except OSError:
        return []


def _remember_place(folder: Path, path: Path) -> None:
    if _place_of(folder) != str(path):
        atomic_write_json(folder / _PLACE, {"path": str(path)})


def _place_of(folder: Path) -> str:
    """Where the project lay when it was last kept; empty where nobody knows."""
    try:
        return str(read_json(folder / _PLACE)["path"])
    except (OSError, ValueError, TypeError, KeyError):
        return ""
