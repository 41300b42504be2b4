"""What a person decides before a model is compressed, as a frozen value, and the order that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from slimsam_core.compression.job_folder import Adaptation, CompressionJob
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import Precision, Ranking, with_ratio
from slimsam_core.devices import AUTO, computes_on_cpu
from slimsam_core.training.recipe import AdaptedParts as AdaptedParts

if TYPE_CHECKING:
    from slimsam_core.compression.recipe import Recipe

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

    @property
    def sources(self) -> tuple[Path, ...]:
        """What the pictures come from: the project and folders."""
        own = (self.project,) if self.project is not None and self.use_project else ()
        return (*own, *self.folders)

    def title(self, teacher: str) -> str:
        """The name of the new model when ``teacher`` is compressed."""
        return self.name or f"{teacher}-slim{round(100 * self.ratio)}"


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
        ratio=recipe.target.residual,
        most_pictures=choices.most_pictures if own_count else recipe.data.train_images,
        advanced=replace(choices.advanced, **kept),  # type: ignore[arg-type]  # each of its field's type
    )


def preset_in_force(choices: Choices) -> str:
    """Name of the preset that says just what is chosen; empty once something of it was changed."""
    plain = with_preset(replace(choices, typed=frozenset()), choices.preset)
    return choices.preset if replace(plain, typed=choices.typed) == choices else ""


def recipe_of(choices: Choices, teacher: str) -> Recipe:
    """The recipe that the choices mean. Raises RecipeError."""
    base, advanced = preset(choices.preset), choices.advanced
    aligned = base.embedding_stage.align_epochs / max(1, base.embedding_stage.epochs)
    aligned_late = base.bottleneck_stage.align_epochs / max(1, base.bottleneck_stage.epochs)
    recipe = replace(
        base,
        name=choices.title(teacher),
        teacher=teacher,
        data=replace(
            base.data,
            images=tuple(str(source) for source in choices.sources),
            train_images=choices.most_pictures,
        ),
        criterion=replace(base.criterion, name=advanced.criterion),
        ranking=advanced.ranking,
        embedding_stage=replace(
            base.embedding_stage, epochs=advanced.epochs, align_epochs=round(aligned * advanced.epochs)
        ),
        bottleneck_stage=replace(
            base.bottleneck_stage, epochs=advanced.epochs, align_epochs=round(aligned_late * advanced.epochs)
        ),
        optimiser=replace(base.optimiser, learning_rate=advanced.learning_rate, batch=advanced.batch),
        performance=replace(
            base.performance,
            precision=advanced.precision,
            device=advanced.device,
            # on the CPU one picture in a pass takes no longer than several (1.6 s for four pictures either
            # way with the bundled model), and pausing, cancelling and giving way wait for one only
            micro_batch=1 if computes_on_cpu(advanced.device) else None,
        ),
        seed=advanced.seed,
    )
    return with_ratio(recipe, choices.ratio)


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


def shell_commands(job: CompressionJob, recipe_file: Path, out: Path) -> ShellCommands:
    """Commands that adapt (when that was asked), slim by ``recipe_file`` and compare."""
    many = "torchrun --nproc_per_node=2 -m slimsam_core.cli"
    return ShellCommands(_commands(job, recipe_file, out, "slimsam"), _commands(job, recipe_file, out, many))


def _commands(job: CompressionJob, recipe_file: Path, out: Path, program: str) -> str:
    start, lines, teacher = program.split(), [], job.recipe.teacher
    arguments: Sequence[str] = ()
    if job.adaptation is not None:
        training, adaptation = out / "training", job.adaptation
        lines.append(
            join(
                [
                    *start, "train", "--on", job.project, "--init", teacher, "--parts", adaptation.parts,
                    "--steps", str(adaptation.steps), "--held-out", str(adaptation.held_out),
                    "--out", str(training),
                ]
            )
        )  # fmt: skip
        arguments = ["--teacher", str(training / "model.safetensors")]
    lines.append(join([*start, "compress", str(recipe_file), *arguments, "--out", str(out / "slim")]))
    if job.project:
        slim = str(out / "slim" / "model.safetensors")
        lines.append(join(["slimsam", "verdict", teacher, slim, "--on", job.project]))
    return " && \\\n".join(lines)
