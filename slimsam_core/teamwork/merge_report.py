"""What became of every object that came in by a merge: the sum is checked before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one object of a project that was merged in."""

    SAME = "same"
    """It is here as it is there."""
    ADDED = "added"
    TAKEN = "taken"
    """It was changed there and not here: its value there is the one here now."""
    OLDER = "older"
    """It was changed or deleted here, or in another of the projects, after what it is there."""
    CONFLICT = "conflict"
    """It was changed on both sides: both values are kept."""
    REPORTED = "reported"
    """It was not taken; ``MergeReport.notes`` says why."""


class NoteKind(StrEnum):
    """What a person should look at after a merge."""

    PICTURE_CHANGED = "picture-changed"
    OTHER_SIZE = "other-size"
    CLASS_NAME = "class-name"
    CLASS_CAME_BACK = "class-came-back"
    CLASS_STAYS = "class-stays"
    PICTURE_CAME_BACK = "picture-came-back"
    PICTURE_PLACE = "picture-place"
    TWICE = "twice"
    NEW_FOLDER = "new-folder"
    UNPACKED = "unpacked"
    """New pictures of a zip file were put into a folder, which may be looked into."""
    CLASS_LEFT_OUT = "class-left-out"
    """As it was chosen: its objects were not taken."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing to look at."""

    kind: NoteKind
    where: str
    """The picture, the class or the project that it is about."""
    source: str
    """The project that it came with."""
    objects: int = 0
    """Objects that were not taken."""


@dataclass
class SourceCounts:
    """The objects of one project that was merged in."""

    name: str
    objects_in: int
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        """Whether every object became something."""
        return self.objects_in == self.outcomes.total()


MAX_NOTES = 10_000
"""Notes that are kept; further ones are counted."""


@dataclass(kw_only=True)
class MergeReport:
    """A merge in numbers."""

    sources: list[SourceCounts]
    deleted: int = 0
    """Objects that were here and were deleted elsewhere."""
    pictures_added: int = 0
    pictures_removed: int = 0
    picture_conflicts: int = 0
    """Pictures whose state, flags, comment or review was changed on both sides."""
    classes_added: int = 0
    notes: list[Note] = field(default_factory=list)
    more_notes: int = 0
    conflicts: int = 0
    """Things that wait for a decision after the merge, those of before among them."""
    seq: int = 0
    """Number of the command in the history; 0 when there was nothing new."""
    shared_pictures: int = 0
    """Pictures with objects by more than one annotator among those that were touched."""

    def note(self, note: Note) -> None:
        """Remember something to look at."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(note)
        else:
            self.more_notes += 1

    @property
    def objects_in(self) -> int:
        """Objects of all projects that were merged in."""
        return sum(source.objects_in for source in self.sources)

    def total(self, *outcomes: Outcome) -> int:
        """How many objects became one of these."""
        return sum(source.outcomes[outcome] for source in self.sources for outcome in outcomes)

    @property
    def left_out(self) -> int:
        """Objects among those reported that were not wanted: their classes were left out."""
        return sum(note.objects for note in self.notes if note.kind is NoteKind.CLASS_LEFT_OUT)

    @property
    def is_whole(self) -> bool:
        """Whether objects in = merged + conflicts + reported, for each project."""
        return all(source.is_whole for source in self.sources)
