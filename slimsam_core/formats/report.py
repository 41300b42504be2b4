"""What an export or an import has to say at its end: counts, losses, warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from slimsam_core.figures import floored
from slimsam_core.formats.records import Issue, Severity
from slimsam_core.sentences import Sentence, counted, joined, mark, sentence

UNREADABLE = "file"
"""The code of issues about a file that could not be used at all."""
MAX_EXAMPLES = 50
"""Issues of one kind that are kept word for word; the others are counted."""


class LossKind(StrEnum):
    """What objects can lose in a file: a verb and its object."""

    HOLES = "lose holes"
    OUTLINE = "change at their outline"
    BOXES = "become their boxes"
    TURNED_BOXES = "become their turned boxes"
    NO_PIXELS = "lack pixels"
    COVERED = "lose pixels under others"
    HIDDEN = "vanish under others"
    CROWD = "lose their mark as a crowd"
    MANY_IDS = "exceed the 65,535 ids of a picture"
    MANY_OBJECTS = "exceed the 254 objects of a picture"


LOSSES: Mapping[LossKind, tuple[str, str]] = {
    LossKind.HOLES: (mark("{count} object loses holes"), mark("{count} objects lose holes")),
    LossKind.OUTLINE: (
        mark("{count} object changes at its outline"),
        mark("{count} objects change at their outline"),
    ),
    LossKind.BOXES: (
        mark("{count} object becomes its box"),
        mark("{count} objects become their boxes"),
    ),
    LossKind.TURNED_BOXES: (
        mark("{count} object becomes its turned box"),
        mark("{count} objects become their turned boxes"),
    ),
    LossKind.NO_PIXELS: (mark("{count} object lacks pixels"), mark("{count} objects lack pixels")),
    LossKind.COVERED: (
        mark("{count} object loses pixels under others"),
        mark("{count} objects lose pixels under others"),
    ),
    LossKind.HIDDEN: (
        mark("{count} object vanishes under others"),
        mark("{count} objects vanish under others"),
    ),
    LossKind.CROWD: (
        mark("{count} object loses its mark as a crowd"),
        mark("{count} objects lose their mark as a crowd"),
    ),
    LossKind.MANY_IDS: (
        mark("{count} object exceeds the 65,535 ids of a picture"),
        mark("{count} objects exceed the 65,535 ids of a picture"),
    ),
    LossKind.MANY_OBJECTS: (
        mark("{count} object exceeds the 254 objects of a picture"),
        mark("{count} objects exceed the 254 objects of a picture"),
    ),
}
"""What objects can lose, said of one and of several."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Objects that a format cannot say exactly; ``mean_iou`` 0..1."""

    kind: LossKind
    objects: int
    mean_iou: float
    examples: tuple[str, ...] = ()

    @property
    def words(self) -> Sentence:
        """``3 objects lose holes: IoU 0.98``."""
        lost = counted(*LOSSES[self.kind], self.objects)
        return sentence("{lost}: IoU {iou:.2f}", lost=lost, iou=floored(self.mean_iou, 2))

    def __str__(self) -> str:
        return self.words


class LossLog:
    """Collects what single objects lose, by kind."""

    def __init__(self) -> None:
        self._values: dict[LossKind, list[float]] = {}
        self._examples: dict[LossKind, list[str]] = {}

    def add(self, kind: LossKind, iou: float, where: str) -> None:
        """One object loses ``kind``; ``iou`` says how much of it is left."""
        total = self._values.setdefault(kind, [0, 0.0])
        total[0] += 1
        total[1] += iou
        examples = self._examples.setdefault(kind, [])
        if len(examples) < MAX_EXAMPLES:
            examples.append(where)

    def losses(self) -> tuple[Loss, ...]:
        """All kinds, in the order they were met."""
        return tuple(
            Loss(
                kind=kind,
                objects=int(count),
                mean_iou=iou_sum / count,
                examples=tuple(self._examples[kind]),
            )
            for kind, (count, iou_sum) in self._values.items()
        )


class IssueLog:
    """Counts issues by kind and keeps the first of each kind; its size does not grow with the file."""

    def __init__(self) -> None:
        self.counts: dict[tuple[Severity, str], int] = {}
        self.examples: list[Issue] = []
        self.lost_objects = 0

    def add(self, issue: Issue) -> None:
        """Note one issue."""
        key = (issue.severity, issue.code)
        self.counts[key] = self.counts.get(key, 0) + 1
        self.lost_objects += issue.lost_objects
        if self.counts[key] <= MAX_EXAMPLES:
            self.examples.append(issue)

    def count(self, severity: Severity | None = None, code: str | None = None) -> int:
        """Number of issues, of one severity and one code, or all."""
        return sum(n for (s, c), n in self.counts.items() if severity in (None, s) and code in (None, c))

    def lines(self, each: int = 3) -> list[str]:
        """A few lines for people: each kind with its number and ``each`` examples."""
        result: list[str] = []
        for (severity, code), number in self.counts.items():
            shown = [i for i in self.examples if (i.severity, i.code) == (severity, code)][:each]
            result.extend(f"{severity}: {issue}" for issue in shown)
            if number > len(shown):
                result.append(f"{severity}: ... and {number - len(shown):,} more of this kind ({code})")
        return result


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """What was written, as found again by reading it back."""

    target: Path
    objects: int
    images: int
    iou: float
    """Mean over all objects, 0..1; 1.0 when every pixel of every object came back."""
    losses: tuple[Loss, ...] = ()
    warnings: tuple[Issue, ...] = ()
    warning_count: int = 0
    readers: tuple[str, ...] = ()
    """Programs and libraries that read the result back."""

    @property
    def summary(self) -> Sentence:
        """One line: ``1,243 objects, 57 images, IoU 1.000, 0 warnings``."""
        counts = (
            _objects(self.objects),
            _images(self.images),
            sentence("IoU {iou:.3f}", iou=floored(self.iou, 3)),
            _warnings(self.warning_count),
        )
        return joined("; ", [joined(", ", counts), *(loss.words for loss in self.losses)])


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came in. ``objects_in == objects_imported + objects_reported`` always."""

    source: Path
    objects_in: int
    objects_imported: int
    images: int
    categories: int
    issues: IssueLog = field(default_factory=IssueLog)

    @property
    def objects_reported(self) -> int:
        """Objects that were not taken over; each is behind an issue."""
        return self.issues.lost_objects

    @property
    def files_not_read(self) -> int:
        """Files that could not be read at all; how many objects they hold is not known."""
        return self.issues.count(code=UNREADABLE)

    @property
    def complete(self) -> bool:
        """Whether all that was met is taken over: every object, class, picture and file."""
        return self.issues.count(Severity.ERROR) == 0

    @property
    def summary(self) -> Sentence:
        """One line for people."""
        unread = counted("{count} file not read", "{count} files not read", self.files_not_read)
        return joined(
            ", ",
            (
                sentence(
                    "{count:,} of {objects} imported",
                    count=self.objects_imported,
                    objects=_objects(self.objects_in),
                ),
                _images(self.images),
                sentence("{count:,} not taken over", count=self.objects_reported),
                *((unread,) if self.files_not_read else ()),
                _warnings(self.issues.count(Severity.WARNING)),
            ),
        )


def _objects(number: int) -> Sentence:
    return counted("{count} object", "{count} objects", number)


def _images(number: int) -> Sentence:
    return counted("{count} image", "{count} images", number)


def _warnings(number: int) -> Sentence:
    return counted("{count} warning", "{count} warnings", number)
