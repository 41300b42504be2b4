"""Projects with accepted objects to adapt to."""

from __future__ import annotations

from pathlib import Path

from slimsam_core.annotation import Annotation, Category, Provenance
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.project import Edit, ImageFilter, Project, scan_root
from tests.synthetic import write_sa1b

DRAWN = Provenance()


def write_project(folder: Path, pictures: int, *, made: Provenance = DRAWN, seed: int = 0) -> Path:
    """``shapes.slimsam`` in ``folder``: up to three objects in each of ``pictures`` pictures."""
    shapes = write_sa1b(folder / "pictures", pictures, seed=seed)
    (labels,) = open_datasets(shapes)
    path = folder / "shapes.slimsam"
    with Project.create(path, [shapes]) as project:
        scan_root(project, project.roots()[0].id)
        project.apply("class", [Edit(None, Category(id=project.next_id(Category), name="shape"))])
        category = project.categories()[0]
        for index, entry in enumerate(project.images(ImageFilter())):
            for one in labels.labels(index).objects:
                new = Annotation(
                    id=project.next_id(Annotation), image_id=entry.id, category_id=category.id,
                    mask=one.mask, provenance=made,
                )  # fmt: skip
                project.apply("object", [Edit(None, new)])
    return path
