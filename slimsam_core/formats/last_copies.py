"""Which copies of pictures in an export are the last ones: an export never takes those away.

A picture may have been deleted or changed since it was copied. Only the bytes tell: a copy may go when the
same bytes lie in a picture folder, or stay in the export under another name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from slimsam_core.files.listing import is_folder
from slimsam_core.formats.earlier_export import Spare, digest_of
from slimsam_core.pixels.folder_search import find_images


def sparing_last_copies(folders: Sequence[Path]) -> Spare:
    """What keeps the copies of pictures that lie in none of ``folders`` any more."""
    return lambda target, names: last_copies(target, names, folders)


def last_copies(target: Path, names: Collection[str], folders: Sequence[Path]) -> frozenset[str]:
    """Of the files ``names`` below ``target`` those whose bytes lie nowhere else in it or in ``folders``.

    Raises OSError when one of them cannot be read; of other files that cannot be read nothing is known.
    """
    if not names:
        return frozenset()
    paths = {name: target / name for name in names}
    own = set(paths.values())
    sizes = {path.stat().st_size for path in own}
    elsewhere = {_digest(path) for path in _others(own, sizes, (target, *folders))}
    return frozenset(name for name, path in paths.items() if digest_of(path) not in elsewhere)


def _others(own: Collection[Path], sizes: Collection[int], folders: Sequence[Path]) -> Iterator[Path]:
    """Pictures of these sizes in the folders that are none of ``own``, also not by another way there."""
    real = {path.resolve() for path in own}
    for folder in folders:
        if not is_folder(folder):
            continue
        for path in find_images(folder):
            try:
                fits = path.stat().st_size in sizes and path.resolve() not in real
            except OSError:
                continue
            if fits:
                yield path


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError:
        return ""
