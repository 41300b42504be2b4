"""What an earlier export left in a folder: told from other files by hashes, replaced, and taken away.

A hidden manifest in the folder lists our own files with their hashes. Only a file that is still as we left it
is ever replaced or removed; what others wrote or changed stays, and is named.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.containment import is_entry_below, lies_in
from slimsam_core.files.export_manifest import MANIFEST, OLD_MANIFEST, read_copies, read_manifest
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import exists, is_file
from slimsam_core.sentences import sentence

_SHOWN = 3
"""Names that a message lists; the others are counted."""
_LISTS = frozenset((".txt", ".yaml"))
"""At the top of a data set these are lists, which no program reads unless it is told their name."""


@dataclass(frozen=True, kw_only=True)
class LeftThere:
    """What lies in the folder of an export besides what it wrote."""

    earlier: tuple[str, ...] = ()
    """Files of an earlier export as it left them, which were to stay."""
    changed: tuple[str, ...] = ()
    """Files of an earlier export that somebody changed since."""
    foreign: tuple[str, ...] = ()
    """Files that we did not write, in the folders and of the kinds that the export writes."""
    copies: tuple[str, ...] = ()
    """Copies of pictures in an earlier export that are the last ones; see ``last_copies``."""
    removed: int = 0

    def told(self) -> Iterator[tuple[str, str]]:
        """Code and message of each warning."""
        if self.earlier:
            yield (
                "earlier",
                sentence(
                    "files of an earlier export are still there, and programs that read the folder take them "
                    "too; replacing the export removes them: {names}",
                    names=_shown(self.earlier),
                ),
            )
        if self.copies:
            yield (
                "last-copy",
                sentence(
                    "copies of pictures that are nowhere else in the picture folders stay, and programs that "
                    "read the folder take them too: {names}",
                    names=_shown(self.copies),
                ),
            )
        if self.changed:
            yield (
                "changed",
                sentence(
                    "files of an earlier export were changed since and stay, and programs that read the "
                    "folder take them too: {names}",
                    names=_shown(self.changed),
                ),
            )
        if self.foreign:
            yield (
                "foreign",
                sentence(
                    "files that are not of this export stay, and programs that read the folder take them "
                    "too: {names}",
                    names=_shown(self.foreign),
                ),
            )


Spare = Callable[[Path, Collection[str]], Collection[str]]
"""The folder of an export and copies of pictures in it -> those that must stay."""


def spare_none(*_: object) -> Collection[str]:
    """Nothing has to stay."""
    return ()


class EarlierExport:
    """The folder of an export before it is written. Raises OutputError for a list that cannot be read."""

    def __init__(self, target: Path) -> None:
        self._target = target
        try:
            self._own, self._copies = read_manifest(target), read_copies(target)
        except (OSError, ValueError) as error:
            raise OutputError(
                "The list of what was exported to {target} before cannot be read ({error}).",
                "It tells our files from others: choose an empty folder.",
                target=target,
                error=error,
            ) from error

    def check_free(self, digests: Mapping[str, str]) -> None:
        """Raise OutputError when a file in the way is not ours, was changed since, or lies behind a link."""
        target = self._target
        foreign: list[str] = []
        for name in digests:
            path = target / name
            if path.is_symlink() and is_entry_below(target, path):
                if digest_of_link(path) not in self._own.get(name, ()):
                    foreign.append(name)
            elif exists(path) or path.is_symlink():
                if (
                    not lies_in(target, path)
                    or not is_file(path)
                    or digest_of(path) not in self._own.get(name, ())
                ):
                    foreign.append(name)
            elif not is_entry_below(target, path):
                foreign.append(name)
        if foreign:
            raise OutputError(
                "The export was refused: {foreign} in {target} would be replaced, and this "
                "program did not write them, or they were changed since.",
                "Choose an empty folder.",
                foreign=_shown(foreign),
                target=target,
            )

    def replace_by(
        self,
        folder: Path,
        digests: dict[str, str],
        *,
        remove: bool,
        pictures: dict[str, Any] | None = None,
        copies: Collection[str] = (),
        spare: Spare = spare_none,
    ) -> LeftThere:
        """Move the files of ``folder`` to their places; with ``remove`` take away what else is ours still.

        ``pictures`` is the note of where pictures lie, see ``listed_pictures``. ``copies``: the files that
        are copies of pictures, also those that should have come and are not there any more. ``spare`` says
        which copies of an earlier export stay.
        """
        target, own = self._target, self._own
        known_copies = self._copies | set(copies)
        more: dict[str, Any] = {"pictures": pictures} if pictures is not None else {}
        more |= {"copies": sorted(name for name in known_copies if name in digests)}
        if not exists(target):
            atomic_write_json(
                folder / MANIFEST, {"files": {name: [d] for name, d in digests.items()}, **more}
            )
            folder.chmod(0o777 & ~_umask())
            folder.rename(target)
            return LeftThere()
        known = {name: [*own.get(name, ()), digest] for name, digest in digests.items()}
        atomic_write_json(target / MANIFEST, {"files": own | known})
        for name in digests:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).replace(target / name)
        foreign = tuple(self._foreign(digests))
        self._copies = frozenset(known_copies)
        left = self._clear(digests.keys(), remove=remove, spare=spare)
        kept = {name: own[name] for name in (*left.earlier, *left.copies, *left.changed)}
        files = kept | {n: [d] for n, d in digests.items()}
        more["copies"] = sorted(known_copies & files.keys())
        atomic_write_json(target / MANIFEST, {"files": files, **more})
        (target / OLD_MANIFEST).unlink(missing_ok=True)
        return replace(left, foreign=foreign)

    def take_away(self, spare: Spare) -> LeftThere:
        """Remove all of the earlier export that is still as it was left, and its list when nothing stays.

        ``spare`` says which copies of pictures stay.
        """
        left = self._clear((), remove=True, spare=spare)
        kept = {name: self._own[name] for name in (*left.copies, *left.changed)}
        if kept:
            copies = sorted(self._copies & kept.keys())
            atomic_write_json(self._target / MANIFEST, {"files": kept, "copies": copies})
        elif self._own:
            for name in (MANIFEST, OLD_MANIFEST):
                (self._target / name).unlink(missing_ok=True)
        return left

    def left_alone(self) -> LeftThere:
        """What is there still."""
        return self._clear((), remove=False)

    @property
    def is_there(self) -> bool:
        """Whether the folder holds files of an earlier export."""
        return any(os.path.lexists(self._target / name) for name in self._own)

    def _clear(self, written: Collection[str], *, remove: bool, spare: Spare = spare_none) -> LeftThere:
        there = [n for n in self._own if n not in written and os.path.lexists(self._target / n)]
        as_left = [name for name in there if self._is_as_left(name)]
        changed = tuple(name for name in there if name not in set(as_left))
        if not remove:
            return LeftThere(earlier=tuple(as_left), changed=changed)
        files = [name for name in as_left if not (self._target / name).is_symlink()]
        spared = spare(self._target, [name for name in files if name in self._copies])
        going = [name for name in as_left if name not in spared]
        for name in going:
            self._remove(name)
        copies = tuple(name for name in as_left if name in spared)
        return LeftThere(copies=copies, changed=changed, removed=len(going))

    def _is_as_left(self, name: str) -> bool:
        path = self._target / name
        if ".." in PurePosixPath(name).parts or not is_entry_below(self._target, path):
            return False
        if path.is_symlink():
            return digest_of_link(path) in self._own[name]
        return is_file(path) and digest_of(path) in self._own[name]

    def _remove(self, name: str) -> None:
        path = self._target / name
        path.unlink()
        for folder in path.parents:
            if folder == self._target or any(folder.iterdir()):
                break
            folder.rmdir()

    def _foreign(self, digests: Mapping[str, str]) -> Iterator[str]:
        """Files beside those of the export, with a suffix that it writes there, that we never wrote."""
        kinds: dict[str, set[str]] = {}
        for name in digests:
            written = PurePosixPath(name)
            kinds.setdefault(written.parent.as_posix(), set()).add(written.suffix.lower())
        for folder, suffixes in kinds.items():
            for path in sorted((self._target / folder).iterdir()):
                name = path.relative_to(self._target).as_posix()
                known = name in digests or name in self._own or path.name.startswith(".")
                known = known or (folder == "." and path.suffix.lower() in _LISTS)
                if not known and path.suffix.lower() in suffixes and is_file(path):
                    yield name


def _shown(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def digest(data: bytes) -> str:
    """The hash of bytes as the manifest has it."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_of_link(path: Path) -> str:
    """The hash of where a symbolic link leads."""
    return digest(f"link to {path.readlink()}".encode())


def digest_of(path: Path) -> str:
    """The hash of a file. Raises OSError."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
