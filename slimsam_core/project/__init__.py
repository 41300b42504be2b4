"""The project store: one SQLite file that holds pictures, classes, objects, and every command ever done."""

from slimsam_core.project.agreement import FolderNotAgreed
from slimsam_core.project.edits import Change, Edit, Entity, JournalEntry
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.folders import RelinkReport, ScanReport, add_root, fill_facts, relink, scan_root
from slimsam_core.project.order import order_classes
from slimsam_core.project.reader import ClassStatistics, Reader, Statistics
from slimsam_core.project.removal import remove_category, remove_images, remove_root
from slimsam_core.project.store import PROJECT_SUFFIX, Project

__all__ = [
    "PROJECT_SUFFIX",
    "Change",
    "ClassStatistics",
    "Edit",
    "Entity",
    "FolderNotAgreed",
    "ImageFilter",
    "JournalEntry",
    "Project",
    "Reader",
    "RelinkReport",
    "ScanReport",
    "Statistics",
    "add_root",
    "fill_facts",
    "order_classes",
    "relink",
    "remove_category",
    "remove_images",
    "remove_root",
    "scan_root",
]
