"""What a person decides before a model is compressed, as a frozen value, and the order that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from slimsam_core.compression.job_folder import Adaptation, CompressionJob
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import Precision, Ranking, Target, with_epochs
from slimsam_core.compression.sweeping.points import target_name
from slimsam_core.devices import AUTO, computes_on_cpu, usable_devices
from slimsam_core.files.runs import MODEL_FILE
from slimsam_core.own_process import in_processes
from slimsam_core.training import recipe as training_recipe

if TYPE_CHECKING:
    from slimsam_core.compression.recipe import Recipe

AdaptedParts = training_recipe.AdaptedParts
"""Lent to the page on which it is chosen: windows take nothing of the training itself."""
PRESETS = ("quick-look", "slimsam-50", "slimsam-77")
"""From the fastest to the most thorough; names of ``compression.presets``."""
LARGEST_RATIO, SMALLEST_RATIO = 0.9, 0.1


@dataclass(frozen=True, kw_only=True)
class Advanced:
    """What hardly anybody changes."""

    criterion: str = "disturbed_taylor"
    ranking: Ranking = Ranking.LOCAL
    epochs: int = 2
    """Of each of the two stages."""
    precision: Precision = Precision.AUTO
    device: str = AUTO
    seed: int = 0
    learning_rate: float = 3e-4
    batch: int = 4


class NotTaken(StrEnum):
    """What of a former run's settings cannot be taken."""

    TEACHER = "teacher"
    """Its model is not installed."""
    PICTURES = "pictures"
    """Those that were chosen here are used."""
    MASKS = "masks"
    """The annotated pictures that judged it are gone."""
    DEVICE = "device"
    """It computed on one that is not here."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The five decisions: model, pictures, goal, adapting, name."""

    teacher: str = ""
    """Name of an installed model; empty = the default of the library."""
    project: Path | None = None
    """The open project: its labels judge, and its pictures are used when ``use_project`` is set."""
    use_project: bool = True
    folders: tuple[Path, ...] = ()
    """Folders of pictures, also SA-1B ones, searched to the bottom."""
    most_pictures: int | None = 64
    """At most so many to learn from; None = all."""
    ratio: float = 0.5
    """Share of the channels to remove, 0.1..0.9."""
    preset: str = "quick-look"
    adapt: bool = False
    adapt_parts: AdaptedParts = AdaptedParts.DECODER
    adapt_steps: int = 200
    name: str = ""
    """Of the new model; empty = made from teacher and ratio."""
    typed: frozenset[str] = frozenset()
    """Fields, of this or of ``advanced``, that the user set himself: no preset changes them."""
    advanced: Advanced = field(default_factory=Advanced)
    taken: Recipe | None = None
    """Of a former run whose settings were taken: all of them that are not chosen here count, in place of
    those of ``preset``."""
    target: Target | None = None
    """How small that run made its model, until ``ratio`` is chosen."""
    not_taken: tuple[NotTaken, ...] = ()

    @property
    def aim(self) -> Target:
        """How small the model is to be."""
        return self.target or Target(residual=self.ratio, bottleneck=self.ratio)

    @property
    def image_size(self) -> int | None:
        """Side of the square that both models look at, in pixels; None = the model's own."""
        return self.taken.image_size if self.taken is not None else None

    @property
    def base(self) -> Recipe:
        """What the choices change."""
        return self.taken or preset(self.preset)

    @property
    def sources(self) -> tuple[Path, ...]:
        """What the pictures come from: the project and folders."""
        own = (self.project,) if self.project is not None and self.use_project else ()
        return (*own, *self.folders)

    def title(self, teacher: str) -> str:
        """The name of the new model when ``teacher`` is compressed."""
        small = target_name(self.aim) or f"slim{round(100 * self.aim.residual)}"
        return self.name or f"{teacher}-{small}"


def with_preset(choices: Choices, name: str) -> Choices:
    """The choices with what a preset says, but for what was typed. Raises RecipeError."""
    recipe = preset(name)
    of_preset = {
        "criterion": recipe.criterion.name,
        "ranking": recipe.ranking,
        "epochs": recipe.embedding_stage.epochs,
        "precision": recipe.performance.precision,
        "learning_rate": recipe.optimiser.learning_rate,
        "batch": recipe.optimiser.batch,
    }
    kept = {field: value for field, value in of_preset.items() if field not in choices.typed}
    own_count = "most_pictures" in choices.typed
    return replace(
        choices,
        preset=name,
        taken=None,
        target=None,
        not_taken=(),
        ratio=recipe.target.residual,
        most_pictures=choices.most_pictures if own_count else recipe.data.train_images,
        advanced=replace(choices.advanced, **kept),  # type: ignore[arg-type]  # each of its field's type
    )


def with_settings_of(
    choices: Choices, recipe: Recipe, teachers: Mapping[str, Path], *, masks_there: bool
) -> Choices:
    """The choices with everything that a former run's recipe says, but for its pictures and its name.

    Its model is found among ``teachers``, installed ones with their files; ``masks_there``: whether the
    pictures that judged it still are.
    What cannot be taken stays as it was chosen and is named in ``not_taken``.
    """
    missing = []
    teacher = next((n for n, path in teachers.items() if recipe.teacher in (n, str(path))), None)
    if teacher is None and recipe.teacher:
        missing.append(NotTaken.TEACHER)
    if recipe.data.images and recipe.data.images != tuple(map(str, choices.sources)):
        missing.append(NotTaken.PICTURES)
    if recipe.data.masks and not masks_there:
        missing.append(NotTaken.MASKS)
        recipe = replace(recipe, data=replace(recipe.data, masks=None))
    device = recipe.performance.device
    if device not in (AUTO, *usable_devices()):
        missing.append(NotTaken.DEVICE)
        device = choices.advanced.device
    budget = recipe.target.budget
    of_recipe = {"ratio", "most_pictures", *(known.name for known in fields(Advanced))}
    return replace(
        choices,
        teacher=choices.teacher if NotTaken.TEACHER in missing else teacher or "",
        most_pictures=recipe.data.train_images,
        ratio=recipe.target.residual if budget is None else choices.ratio,
        taken=recipe,
        target=recipe.target,
        not_taken=tuple(missing),
        typed=choices.typed - of_recipe,  # what the run says counts now, and a preset may change it
        advanced=Advanced(
            criterion=recipe.criterion.name,
            ranking=recipe.ranking,
            epochs=recipe.embedding_stage.epochs,
            precision=recipe.performance.precision,
            device=device,
            seed=recipe.seed,
            learning_rate=recipe.optimiser.learning_rate,
            batch=recipe.optimiser.batch,
        ),
    )


def preset_in_force(choices: Choices) -> str:
    """Name of the preset that says just what is chosen; empty once something of it was changed."""
    plain = with_preset(replace(choices, typed=frozenset()), choices.preset)
    return choices.preset if replace(plain, typed=choices.typed) == choices else ""


def recipe_of(choices: Choices, teacher: str) -> Recipe:
    """The recipe that the choices mean. Raises RecipeError."""
    base, advanced = choices.base, choices.advanced
    if advanced.epochs != base.embedding_stage.epochs:
        base = with_epochs(base, advanced.epochs)
    return replace(
        base,
        name=choices.title(teacher),
        teacher=teacher,
        data=replace(
            base.data,
            images=tuple(str(source) for source in choices.sources),
            train_images=choices.most_pictures,
        ),
        criterion=replace(base.criterion, name=advanced.criterion),
        target=choices.aim,
        ranking=advanced.ranking,
        optimiser=replace(base.optimiser, learning_rate=advanced.learning_rate, batch=advanced.batch),
        performance=replace(
            base.performance,
            precision=advanced.precision,
            device=advanced.device,
            # on the CPU one picture in a pass takes no longer than several (1.6 s for four pictures either
            # way with the bundled model), and pausing, cancelling and giving way wait for one only
            micro_batch=1 if computes_on_cpu(advanced.device) else base.performance.micro_batch,
        ),
        seed=advanced.seed,
    )


def job_of(choices: Choices, teacher: str) -> CompressionJob:
    """The whole order. Raises RecipeError."""
    adaptation = Adaptation(choices.adapt_parts, choices.adapt_steps) if choices.adapt else None
    project = str(choices.project) if choices.project is not None else ""
    return CompressionJob(
        title=choices.title(teacher),
        recipe=recipe_of(choices, teacher),
        project=project,
        adaptation=adaptation,
    )


@dataclass(frozen=True)
class ShellCommands:
    """What to type to repeat the run; each a line for a POSIX shell."""

    alone: str
    torchrun: str
    """Empty where a batch is a single picture, which processes cannot share."""


def shell_commands(job: CompressionJob, recipe_file: Path, out: Path) -> ShellCommands:
    """Commands that do what the window did: adapt (when that was asked), slim by ``recipe_file``, compare."""
    processes = _processes(job.recipe.optimiser.batch)
    return ShellCommands(
        _commands(job, recipe_file, out, "slimsam"),
        _commands(job, recipe_file, out, in_processes(processes)) if processes else "",
    )


def _processes(batch: int) -> int:
    """The fewest, from two on, that share so many pictures evenly; 0 for one picture."""
    return next((number for number in range(2, batch + 1) if batch % number == 0), 0)


def _commands(job: CompressionJob, recipe_file: Path, out: Path, program: str) -> str:
    """Only compressing is shared by the processes of ``program``: the rest takes little."""
    teacher, device = job.recipe.teacher, job.recipe.performance.device
    here = f"./{out}" if str(out).startswith("-") else str(out)  # no option
    lines: list[list[str]] = []
    taught_by: list[str] = []
    judged_on: list[str] = ["--on", job.project] if job.project else []
    if job.adaptation is not None:
        name = Path(teacher).stem if Path(teacher).is_file() else teacher
        adapted, adaptation = f"{here}/{name}-adapted.safetensors", job.adaptation
        lines.append(
            [
                "slimsam", "train", "--on", job.project, "--init", teacher, "--parts", adaptation.parts,
                "--steps", str(adaptation.steps), "--held-out", str(adaptation.held_out),
                "--seed", str(job.recipe.seed), "--device", device, "--out", f"{here}/training",
                "--adapted", adapted,
            ]
        )  # fmt: skip
        taught_by = ["--teacher", adapted]
        judged_on += ["--held-out", str(adaptation.held_out)]
    lines.append([*program.split(), "compress", str(recipe_file), *taught_by, "--out", f"{here}/slim"])
    lines.append(
        [
            "slimsam", "verdict", teacher, f"{here}/slim/{MODEL_FILE}", f"--name={job.title}", *judged_on,
            "--recipe", str(recipe_file), "--device", device, "--out", f"{here}/verdict.json",
        ]
    )  # fmt: skip
    return " && \\\n".join(map(join, lines))
