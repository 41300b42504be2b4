"""The project store: one SQLite file that holds pictures, classes, objects, and every command ever done."""

from slimsam_core.project.agreement import FolderNotAgreed
from slimsam_core.project.annotators import annotator_of, choose_annotator, clean_name
from slimsam_core.project.class_keys import CLASS_KEYS, class_keys, with_key, with_own_keys
from slimsam_core.project.class_taking import take_classes
from slimsam_core.project.edits import Change, Edit, Entity, JournalEntry, Stamps
from slimsam_core.project.figures import AnnotatorStatistics, ClassStatistics, Statistics
from slimsam_core.project.filters import ImageFilter
from slimsam_core.project.folders import (
    RelinkReport,
    ScanReport,
    add_root,
    fill_facts,
    picture_names,
    relink,
    scan_root,
)
from slimsam_core.project.making import discard, new_project
from slimsam_core.project.order import order_classes
from slimsam_core.project.part_origin import PartOrigin
from slimsam_core.project.places import (
    FoundProject,
    beside_path,
    folder_of,
    home_name,
    kept_elsewhere,
    labels_below,
    linked_elsewhere,
    name_of_file,
    project_at,
    project_of,
    related_projects,
    user_path,
)
from slimsam_core.project.reader import Reader
from slimsam_core.project.removal import add_image, remove_category, remove_images, remove_root
from slimsam_core.project.sorting import natural_key
from slimsam_core.project.store import PROJECT_SUFFIX, Project

__all__ = [
    "CLASS_KEYS",
    "PROJECT_SUFFIX",
    "AnnotatorStatistics",
    "Change",
    "ClassStatistics",
    "Edit",
    "Entity",
    "FolderNotAgreed",
    "FoundProject",
    "ImageFilter",
    "JournalEntry",
    "PartOrigin",
    "Project",
    "Reader",
    "RelinkReport",
    "ScanReport",
    "Stamps",
    "Statistics",
    "add_image",
    "add_root",
    "annotator_of",
    "beside_path",
    "choose_annotator",
    "class_keys",
    "clean_name",
    "discard",
    "fill_facts",
    "folder_of",
    "home_name",
    "kept_elsewhere",
    "labels_below",
    "linked_elsewhere",
    "name_of_file",
    "natural_key",
    "new_project",
    "order_classes",
    "picture_names",
    "project_at",
    "project_of",
    "related_projects",
    "relink",
    "remove_category",
    "remove_images",
    "remove_root",
    "scan_root",
    "take_classes",
    "user_path",
    "with_key",
    "with_own_keys",
]
