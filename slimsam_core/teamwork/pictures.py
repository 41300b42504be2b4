"""Which picture of one project is which of another: by identity, by content, else by place or path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slimsam_core.annotation import ImageEntry
from slimsam_core.project import Reader
from slimsam_core.project.lineage import uid_of
from slimsam_core.project.reader import PAGE


@dataclass(frozen=True, kw_only=True)
class Known:
    """What tells a picture from others."""

    id: int
    uid: str
    content_hash: str
    path: str
    place: str = ""
    """Its file with its folder before it: projects of a folder and of one inside it share files."""


def entries_of(project: Reader) -> Iterator[ImageEntry]:
    """Every picture in the project's order, a page in memory at a time."""
    image_ids = project.image_ids()
    for start in range(0, len(image_ids), PAGE):
        page = image_ids[start : start + PAGE]
        found = project.images_by_id(page)
        yield from (found[number] for number in page if number in found)


def folders_of(project: Reader) -> dict[int, str]:
    """Number of each folder of pictures -> its place."""
    return {root.id: Path(root.path).as_posix().rstrip("/") for root in project.roots()}


def known_of(project: Reader, image: ImageEntry, folders: Mapping[int, str]) -> Known:
    """The picture as it is told from others; ``folders``: see ``folders_of``."""
    uid = uid_of(project.uid, image.uid, image.id)
    place = f"{folders[image.root_id]}/{image.path}"
    return Known(id=image.id, uid=uid, content_hash=image.content_hash, path=image.path, place=place)


@dataclass
class PictureIndex:
    """The pictures of the project that others are merged into."""

    by_uid: dict[str, Known] = field(default_factory=dict)
    by_content: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_path: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_place: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, known: Known) -> None:
        """One picture more."""
        self.by_uid.setdefault(known.uid, known)
        if known.content_hash:
            self.by_content[known.content_hash].append(known)
        self.by_path[known.path].append(known)
        self.by_place[known.place].append(known)

    def find(self, other: Known, taken: set[int]) -> Known | None:
        """The picture that another project's picture is, none among ``taken``; None when it is none.

        The same identity is the same picture, whatever its file holds by now. Of several with the same bytes
        the one at the same place, or path, comes first. Place and path alone count only where a file was not
        read.
        """
        found = self.by_uid.get(other.uid)
        if found is not None and found.id not in taken:
            return found
        same = [one for one in self.by_content.get(other.content_hash, ()) if one.id not in taken]
        if same:
            there = (one for one in same if one.place == other.place)
            beside = (one for one in same if one.path == other.path)
            return next(there, None) or next(beside, same[0])
        for alike in (self.by_place.get(other.place, ()), self.by_path.get(other.path, ())):
            free = [one for one in alike if one.id not in taken]
            if len(free) == 1 and not (free[0].content_hash and other.content_hash):
                return free[0]
        return None


def index_of(project: Reader) -> PictureIndex:
    """All pictures of a project."""
    found, folders = PictureIndex(), folders_of(project)
    for image in entries_of(project):
        found.add(known_of(project, image, folders))
    return found


def same_folder(first: str, second: str) -> bool:
    """Whether two folders of pictures are one place."""
    return first == second or Path(first) == Path(second)
