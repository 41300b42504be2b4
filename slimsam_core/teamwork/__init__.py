"""Several people, one data set: who has which part, joining the parts again, and how far they agree."""

from slimsam_core.teamwork.compare import TeamComparison, compare_annotators, compare_projects
from slimsam_core.teamwork.conflicts import (
    MergeConflict,
    keep_mine,
    open_conflicts,
    show_object,
    take_other,
    take_union,
)
from slimsam_core.teamwork.dealing import Deal, names_in
from slimsam_core.teamwork.disagreements import (
    OpenDisagreement,
    disagreements_of,
    keep_all,
    keep_drawn,
    keep_none,
    keep_one,
    keep_union,
    open_disagreements,
    settle_agreeing,
)
from slimsam_core.teamwork.merge import merge
from slimsam_core.teamwork.merge_report import MergeReport, Note, NoteKind, Outcome, SourceCounts
from slimsam_core.teamwork.part_beside import own_part, own_parts_of
from slimsam_core.teamwork.part_look import PartLook, UnknownClass, look_at_part, unknown_classes
from slimsam_core.teamwork.reviewing import approve_pictures, mark_fixed, reject_picture
from slimsam_core.teamwork.split import MadePart, PartPictures, SplitOptions, parts_below, parts_folder, split

__all__ = [
    "Deal",
    "MadePart",
    "MergeConflict",
    "MergeReport",
    "Note",
    "NoteKind",
    "OpenDisagreement",
    "Outcome",
    "PartLook",
    "PartPictures",
    "SourceCounts",
    "SplitOptions",
    "TeamComparison",
    "UnknownClass",
    "approve_pictures",
    "compare_annotators",
    "compare_projects",
    "disagreements_of",
    "keep_all",
    "keep_drawn",
    "keep_mine",
    "keep_none",
    "keep_one",
    "keep_union",
    "look_at_part",
    "mark_fixed",
    "merge",
    "names_in",
    "open_conflicts",
    "open_disagreements",
    "own_part",
    "own_parts_of",
    "parts_below",
    "parts_folder",
    "reject_picture",
    "settle_agreeing",
    "show_object",
    "split",
    "take_other",
    "take_union",
    "unknown_classes",
]
