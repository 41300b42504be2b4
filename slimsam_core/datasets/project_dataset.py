"""A project's accepted objects as a data set to train on or to judge by."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.annotation import Annotation
from slimsam_core.datasets.labelled import LabelledImage, LabelledObject
from slimsam_core.pixels import mask as masks
from slimsam_core.project import ImageFilter, Project, project_at

_PAGE = 500


def _labelled(annotation: Annotation, category: str) -> LabelledObject:
    origin = annotation.provenance
    prompts = origin.prompts
    if prompts is not None and prompts.box is None and not (prompts.points and prompts.points[0].positive):
        prompts = None  # corrections of a mask that is not kept
    made_by = origin.model_hash if origin.source == "model" and not origin.human_edits else ""
    return LabelledObject(
        mask=annotation.mask, category=category, id=annotation.id, prompts=prompts, made_by=made_by
    )


class ProjectDataset:
    """The labelled pictures of a project, read once when it is opened; crowds are ignored pixels."""

    def __init__(self, path: Path) -> None:
        """A project file, or a folder that has one. Raises ProjectError."""
        self._name = path.name if path.is_dir() else path.stem
        path = project_at(path)
        self._images: list[LabelledImage] = []
        with Project.open(path, read_only=True) as project:
            names = {category.id: category.name for category in project.categories()}
            labelled = ImageFilter(unlabelled=False)
            for offset in range(0, project.count_images(labelled), _PAGE):
                for entry in project.images(labelled, offset, _PAGE):
                    found = project.annotations(entry.id)
                    crowds = [a.mask for a in found if a.iscrowd]
                    objects = tuple(
                        _labelled(a, names.get(a.category_id, "")) for a in found if not a.iscrowd
                    )
                    size = entry.size or found[0].mask.size
                    ignore = masks.union(crowds) if crowds else None
                    self._images.append(LabelledImage(project.image_path(entry), size, objects, ignore))

    @property
    def name(self) -> str:
        """The project's name."""
        return self._name

    def __len__(self) -> int:
        return len(self._images)

    def key(self, index: int) -> str:
        """Project and file name with its folder's name."""
        path = self._images[index].path
        return f"{self._name}/{path.parent.name}/{path.name}"

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture."""
        return self._images[index]
