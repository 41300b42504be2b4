"""Sentences of the core in the language of the program."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from slimsam_app import figures
from slimsam_app.i18n import mark, tr
from slimsam_core.sentences import Sentence


def in_words(text: str) -> str:
    """What the core says, in the language of the program; names and words of libraries as they are."""
    return text.said(_fill) if isinstance(text, Sentence) else text


MARK_AS, REMOVE_MANY = mark("Mark as “{name}”"), mark("Remove {name} images")
STEPS = (
    MARK_AS,
    REMOVE_MANY,
    mark("Remove image"),
    mark("Add images"),
    mark("Load classes of {name}"),
    mark("Boxes to masks"),
    mark("Import {name}"),
    mark("Add folder {name}"),
    mark("Add pictures of {name}"),
    mark("Re-link {name}"),
    mark("Follow moved folders"),
    mark("Repair"),
    mark("Split"),
    mark("Merge projects: {name}"),
)
"""Labels with values, and those that the core writes into the history: in English in every project."""


STAGES = (
    mark("Writing {name}"),
    mark("Reading back"),
    mark("Adding pictures"),
    mark("Reading pictures"),
    mark("Looking for pictures"),
    mark("Comparing pictures"),
    mark("Writing the part of {name}"),
    mark("Pictures of {name}"),
    mark("Merging pictures"),
    mark("Checking pictures"),
    mark("Checking every {name}"),
    mark("Converting the project: {name}"),
    mark("Carrying objects over"),
    mark("Looking for boxes"),
    mark("Looking for objects"),
    mark("Frames"),
    mark("Comparing images"),
    mark("Learning the class"),
    mark("Looking for more like these"),
    mark("Boxes to masks"),
    mark("Preparing"),
)
"""What the core is at while it reads and writes; ``Progress`` has it in English."""


CODES: Mapping[str, str] = {
    "download": mark("Downloading"),
    "prepare": mark("Preparing the model"),
    "everything": mark("Segmenting everything"),
    "evaluate": mark("Measuring masks"),
    "judge": mark("Comparing both models"),
    "train": mark("Learning"),
    "export": mark("Exporting the model"),
}
"""Stages that the core names for programs."""


def stage_words(stage: str) -> str:
    """What is being done, in the language of the program."""
    return tr(CODES[stage]) if stage in CODES else _filled(STAGES, stage)


def step_words(label: str) -> str:
    """A step of the history in the language of the program; it may have been written in another one."""
    return _filled(STEPS, label)


def _filled(templates: tuple[str, ...], label: str) -> str:
    for known in templates:
        before, blank, after = known.partition("{name}")
        if blank and label.startswith(before) and label.endswith(after):
            value = label[len(before) : len(label) - len(after)]
            return tr(known).format(name=tr(value) if value else "")  # a value may be a word of ours
    return tr(label) if label else ""


class _Formatter(Formatter):
    """Fills blanks with what is said in the language of the program, numbers too."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, str):
            return format(in_words(value), format_spec)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return figures.of_language(format(value, format_spec or ("," if isinstance(value, int) else "")))
        text: str = super().format_field(value, format_spec)
        return text


def _fill(template: str, values: Mapping[str, object]) -> str:
    words = tr(template)
    return _Formatter().vformat(words, (), values) if values else words
