"""A project's accepted objects as a data set to train on or to judge by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from slimsam_core.annotation import Annotation, ImageEntry, is_box
from slimsam_core.datasets.labelled import LabelledImage, LabelledObject
from slimsam_core.errors import ImageReadError, ProjectError
from slimsam_core.files.listing import is_folder
from slimsam_core.pixels import mask as masks
from slimsam_core.project import ImageFilter, Project, project_at
from slimsam_core.project.proof import Damage
from slimsam_core.project.reader import PAGE
from slimsam_core.visible_text import some_of


def _labelled(annotation: Annotation, category: str) -> LabelledObject:
    origin = annotation.provenance
    prompts = origin.prompts
    if prompts is not None and prompts.box is None and not (prompts.points and prompts.points[0].positive):
        prompts = None  # corrections of a mask that is not kept
    made_by = "" if origin.human_edits else origin.model_hash
    return LabelledObject(
        mask=annotation.mask, category=category, id=annotation.id, prompts=prompts, made_by=made_by
    )


@dataclass(frozen=True)
class _Unusable:
    """A picture that is left out, and why."""

    reason: str


Wanted = Callable[[ImageEntry, Annotation], bool]
"""Whether an object of a picture is one of the data set."""


def _all(_: ImageEntry, __: Annotation) -> bool:
    return True


def _image_of(
    project: Project, entry: ImageEntry, names: Mapping[int, str], damages: list[Damage], wanted: Wanted
) -> LabelledImage | _Unusable:
    """One picture; unusable when its folder was not agreed to, one of its objects is damaged, or all of them
    are boxes that have no masks yet. Such boxes are neither learned nor scored."""
    known = project.annotations(entry.id)
    found = [a for a in known if not is_box(a) and (a.iscrowd or wanted(entry, a))]
    if not found and any(not is_box(a) for a in known):
        return _Unusable(f"{entry.path} has no object that is asked for")
    if damages or not known:
        return _Unusable(some_of(damages) or f"{entry.path} has no objects")
    if not found:
        return _Unusable(
            f"{entry.path} has boxes alone, no masks (slimsam boxes-to-masks PROJECT gives them masks)"
        )
    try:
        path = project.image_path(entry)
    except ProjectError as error:
        return _Unusable(f"{entry.path}: {error}")
    crowds = [a.mask for a in found if a.iscrowd]
    objects = tuple(_labelled(a, names.get(a.category_id, "")) for a in found if not a.iscrowd)
    return LabelledImage(
        path=path,
        size=entry.size or found[0].mask.size,
        objects=objects,
        ignore=masks.union(crowds) if crowds else None,
    )


def _key(project: str, entry: ImageEntry) -> str:
    """Paths are of one folder: those of the second and further folders of a project say which, by a number
    that stays when folders are moved, added or removed."""
    folder = "" if entry.root_id <= 1 else f"#{entry.root_id}/"
    return f"{project}/{folder}{entry.path}"


class ProjectDataset:
    """The labelled pictures of a project, read once when it is opened; crowds are ignored pixels, boxes that
    have no masks yet count for nothing."""

    def __init__(self, path: Path, wanted: Wanted = _all) -> None:
        """A project file, or a folder that has one, and which of its objects (default: all). Raises
        ProjectError."""
        self._name = path.name if is_folder(path) else path.stem
        path = project_at(path)
        self._images: list[LabelledImage | _Unusable] = []
        self._keys: list[str] = []
        with Project.open(path, read_only=True) as project:
            damages: list[Damage] = []
            project.on_damage = damages.extend
            names = {category.id: category.name for category in project.categories()}
            labelled = ImageFilter(unlabelled=False)
            for offset in range(0, project.count_images(labelled), PAGE):
                for entry in project.images(labelled, offset, PAGE):
                    self._leave_out(damages)  # of pictures
                    self._images.append(_image_of(project, entry, names, damages, wanted))
                    self._keys.append(_key(self._name, entry))
                    damages.clear()
                self._leave_out(damages)
        unusable = [image for image in self._images if isinstance(image, _Unusable)]
        if unusable and len(unusable) == len(self._images):
            raise ProjectError(
                "No picture of {name} can be used: {reason}", name=path.name, reason=unusable[0].reason
            )

    def _leave_out(self, damages: list[Damage]) -> None:
        """Take pictures that cannot be read at all."""
        self._images += (_Unusable(str(damage)) for damage in damages)
        self._keys += (f"{self._name}/" for _ in damages)
        damages.clear()

    def former_key(self, index: int) -> str:
        """As runs called it that did not write down what they hold out: by the folder's name alone."""
        image = self._images[index]
        if isinstance(image, _Unusable):
            return self._keys[index]
        return f"{self._name}/{image.path.parent.name}/{image.path.name}"

    @property
    def name(self) -> str:
        """The project's name."""
        return self._name

    def __len__(self) -> int:
        return len(self._images)

    def key(self, index: int) -> str:
        """Project and path below the folder of pictures, and the number of that folder from the second on."""
        return self._keys[index]

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture. Raises ImageReadError when it, or an object in it, cannot be used."""
        image = self._images[index]
        if isinstance(image, _Unusable):
            raise ImageReadError(image.reason)
        return image
