"""A small project and small jobs for the tests of compression, with and without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from slimsam_core.annotation import Annotation, Category, Provenance
from slimsam_core.checkpoints import save_model
from slimsam_core.compression.job_folder import CompressionJob
from slimsam_core.compression.recipe import (
    CriterionSettings,
    DataSettings,
    OptimiserSettings,
    Performance,
    Recipe,
    StageSettings,
)
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.judging.clicks import centre_of
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.project import Edit, ImageFilter, Project, scan_root
from tests.compression.models import model
from tests.synthetic import write_sa1b


def labelled_project(folder: Path, pictures: int = 6) -> Path:
    """A project whose objects each have one stored click in two classes."""
    photos = write_sa1b(folder / "photos", pictures)
    (labels,) = open_datasets(photos)
    path = folder / "things.slimsam"
    with Project.create(path, [photos]) as project:
        scan_root(project, project.roots()[0].id)
        for name in ("round", "square"):
            project.apply("class", [Edit(None, Category(id=project.next_id(Category), name=name))])
        classes = [category.id for category in project.categories()]
        for index, entry in enumerate(project.images(ImageFilter())):
            for number, obj in enumerate(labels.labels(index).objects):
                x, y, _ = centre_of(obj.mask.decode())
                origin = Provenance(source="model", prompts=PromptSet((PointPrompt(x + 0.5, y + 0.5),)))
                new = Annotation(
                    id=project.next_id(Annotation),
                    image_id=entry.id,
                    category_id=classes[number % 2],
                    mask=obj.mask,
                    provenance=origin,
                )
                project.apply("object", [Edit(None, new)])
    return path


def tiny_teacher(folder: Path, kind: str = "lite") -> Path:
    """Weights of a tiny model."""
    path = folder / f"tiny-{kind}.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        save_model(model(kind), path)
    return path


def tiny_recipe(teacher: Path | str, images: Path, epochs: int = 2) -> Recipe:
    """A recipe that takes a second or two."""
    return Recipe(
        name="tiny",
        teacher=str(teacher),
        data=DataSettings((str(images),), None, 1),
        criterion=CriterionSettings(images=3),
        embedding_stage=StageSettings(epochs, 1),
        bottleneck_stage=StageSettings(epochs, 1),
        optimiser=OptimiserSettings(learning_rate=1e-3, batch=2),
        performance=Performance(device="cpu", precision="fp32", checkpoint_seconds=0.0),
    )


def tiny_job(folder: Path, epochs: int = 2) -> CompressionJob:
    """Slim the tiny teacher on the small project's pictures and judge by its labels."""
    project = labelled_project(folder)
    return CompressionJob(
        title="tiny-slim", recipe=tiny_recipe(tiny_teacher(folder), project, epochs), project=str(project)
    )


def with_epochs(job: CompressionJob, epochs: int) -> CompressionJob:
    """The job with other epochs in both stages."""
    stages = StageSettings(epochs, 1)
    return replace(job, recipe=replace(job.recipe, embedding_stage=stages, bottleneck_stage=stages))
