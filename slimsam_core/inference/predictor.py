"""The predictor: a model and no picture. ``embed`` gives a value, ``predict`` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints import encoder_of as encoder_of_file
from slimsam_core.checkpoints import model_hash
from slimsam_core.inference import transforms
from slimsam_core.inference.calibration import honest
from slimsam_core.inference.evidence import Palette, with_clicks, with_colours, without_islands
from slimsam_core.inference.framing import finest_in, framed, previous_in
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, Prediction, Previous
from slimsam_core.inference.remembered import Remembered
from slimsam_core.inference.runtimes.protocol import Runtime, TokenBatch
from slimsam_core.inference.runtimes.select import load_runtime
from slimsam_core.inference.tokens import check_prompts, token_batch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import (
    CLICK_SHARE,
    CONVINCING,
    LARGE,
    CloseUp,
    Window,
    click_window,
    cut_share,
    extent,
    further_share,
    span,
    whole_of,
    window_of,
)
from slimsam_core.pixels.geometry import PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage

__all__ = ["ModelFile", "Predictor"]

if TYPE_CHECKING:
    from slimsam_core.models.sam import Sam


class ModelFile(Protocol):
    """What a predictor wants to know of weights in a file; an entry of the model library is one."""

    @property
    def name(self) -> str:
        """The name shown to people."""

    @property
    def path(self) -> Path:
        """Where the weights lie."""

    @property
    def model_hash(self) -> str:
        """Hash of the weights' content."""


KEPT_CLOSE_UPS = 8


class Predictor:
    """Embeds pictures and answers prompts with one model on one runtime. For one thread at a time."""

    def __init__(
        self,
        model: Sam | ArchSpec,
        runtime: Runtime | None = None,
        *,
        name: str = "",
        model_hash: str = "",
        encoder_of: str = "",
        note: str = "",
        preparable: bool = False,
    ) -> None:
        """``runtime`` defaults to torch on the model's own device; with one, the architecture is enough."""
        if isinstance(model, ArchSpec):
            if runtime is None:
                raise ValueError("an architecture without weights needs a runtime")
            self.arch = model
        else:
            self.arch = model.arch
            if runtime is None:
                from slimsam_core.inference.runtimes.torch_runtime import TorchRuntime

                runtime = TorchRuntime(model)
        self._runtime = runtime
        self.name = name or self.arch.name
        self.model_hash = model_hash
        self.encoder_of = encoder_of or model_hash
        """Hash of the model whose image encoder this one has: its own, but where only the rest was trained.
        Embeddings go by it."""
        self.note = note
        """Why a faster runtime is not used, in words; empty when there is no reason to."""
        self.preparable = preparable
        """Whether ``runtimes.background.prepare_in_child`` would make a faster runtime ready."""
        self.assisted = self.arch.encoder.light
        """Whether a light network is helped: prompts for small things look at a part of the picture again
        (``zoom``), and the picture's colours and the clicks correct the masks (``evidence``)."""
        self._palettes: Remembered[Palette] = Remembered(KEPT_CLOSE_UPS + 2)
        self._close_ups: Remembered[ImageEmbedding] = Remembered(KEPT_CLOSE_UPS)

    @staticmethod
    def load(model: ModelFile | Path | str, device: str = "auto", runtime: str = "auto") -> Predictor:
        """Load weights and choose a runtime.

        ``device`` and ``runtime``: see ``runtimes.select.load_runtime``. Raises CheckpointError,
        DeviceUnavailable.
        """
        if isinstance(model, Path | str):
            path = Path(model)
            name, digest = path.stem, model_hash(path)
        else:
            path, name, digest = model.path, model.name, model.model_hash
        choice = load_runtime(path, digest, device, runtime)
        return Predictor(
            choice.arch,
            choice.runtime,
            name=name,
            model_hash=digest,
            encoder_of=encoder_of_file(path, digest),
            note=choice.note,
            preparable=choice.preparable,
        )

    @property
    def runtime(self) -> str:
        """The engine, device and precision in words."""
        return self._runtime.description

    @property
    def device(self) -> str:
        """Where the model computes: ``cpu`` or a torch device name."""
        return self._runtime.device

    @property
    def batch_size(self) -> int:
        """How many prompts are decoded best at a time."""
        return self._runtime.batch_size

    def embed(self, rgb: RgbImage) -> ImageEmbedding:
        """Encode a picture, uint8 HxWx3. Raises OutOfMemory."""
        original = Size.of(rgb)
        features = self._runtime.encode(transforms.model_input(rgb, self.arch))
        return ImageEmbedding(
            features=features,
            original_size=original,
            input_size=self.arch.fit.inside(original, self.arch.image_size),
            fit=self.arch.fit,
            encoder_of=self.encoder_of,
            picture=rgb if self.assisted else None,
        )

    def predict(
        self,
        embedding: ImageEmbedding,
        prompts: PromptSet,
        previous: Previous | None = None,
        closer: bool = True,
    ) -> Prediction:
        """Masks for one prompt set.

        ``previous``: the candidate that these prompts refine, or its ``low_res_logits``, of this model or of
        another one. A box that reaches
        outside is clipped to the picture. Raises PromptError when there is no prompt, when a point lies
        outside the picture or a box has no part inside; OutOfMemory. ``closer=False``: a quick answer from
        the whole picture, even where a light model would look closer (see ``zoom``).
        """
        return self.predict_many(embedding, (prompts,), (previous,), closer)[0]

    def predict_many(
        self,
        embedding: ImageEmbedding,
        prompts: Sequence[PromptSet],
        previous: Sequence[Previous | None] | None = None,
        closer: bool = True,
    ) -> tuple[Prediction, ...]:
        """``predict`` for several prompt sets of one picture, those of equal form decoded together."""
        given = previous if previous is not None else [None] * len(prompts)
        if len(given) != len(prompts):
            raise ValueError(f"{len(prompts)} prompt sets need as many previous answers, not {len(given)}")
        prompts = [check_prompts(one, embedding.original_size) for one in prompts]
        zooms = closer and self.assisted and embedding.picture is not None
        original, fit, cells = embedding.original_size, self.arch.fit, self.arch.mask_size
        by_window: dict[Window | None, list[int]] = {}
        for index, (one, before) in enumerate(zip(prompts, given, strict=True)):
            window = self._window_for(one, before, embedding.original_size) if zooms else None
            by_window.setdefault(window, []).append(index)
        results: dict[int, Prediction] = {}
        for window, members in by_window.items():
            view = embedding if window is None else self._close_up(embedding, window)
            asked = [prompts[i] if window is None else window.prompts(prompts[i]) for i in members]
            logits = [previous_in(given[i], window, original, fit, cells) for i in members]
            answers = self._predict_in(view, asked, logits)
            for i, answer in zip(members, answers, strict=True):
                results[i] = answer if window is None else framed(answer, window, embedding.original_size)
        if zooms:
            for i, (one, before) in enumerate(zip(prompts, given, strict=True)):
                if _is_first_click(one, before):
                    results[i] = self._closest(embedding, one, results[i])
                if before is None:
                    results[i] = honest(results[i], one)
        return tuple(results[i] for i in range(len(prompts)))

    def encodes_first(
        self, embedding: ImageEmbedding, prompts: PromptSet, previous: Previous | None = None
    ) -> bool:
        """Whether ``predict`` would encode a part of the picture before it answers, or may have to.

        Then ``predict(..., closer=False)`` has something to show much sooner. Raises PromptError.
        """
        picture = embedding.picture
        if not self.assisted or picture is None:
            return False
        prompts = check_prompts(prompts, embedding.original_size)
        if _is_first_click(prompts, previous):
            return True
        window = self._window_for(prompts, previous, embedding.original_size)
        return window is not None and not self._close_ups.holds(picture, window)

    def _closest(self, embedding: ImageEmbedding, click: PromptSet, whole: Prediction) -> Prediction:
        """The most convincing of the answers from ``whole`` and from one or two windows around a click."""
        picture, found = embedding.original_size, whole.preferred
        spanned = span(found.low_res_logits, whole_of(picture), found.fit)
        if found.predicted_iou > CONVINCING and spanned > LARGE:
            return whole
        best, best_score = whole, found.predicted_iou
        share: float | None = CLICK_SHARE
        while share is not None and (window := click_window(click.points[0], picture, share)) is not None:
            view = self._close_up(embedding, window)
            answer = framed(self._predict_in(view, [window.prompts(click)], [None])[0], window, picture)
            found = answer.preferred
            close_up = CloseUp(window, found.finest.logits, found.fit)
            score = found.predicted_iou - min(1.0, cut_share(close_up, picture))
            if score > best_score:
                best, best_score = answer, score
            share = further_share(close_up, picture) if share == CLICK_SHARE else None
        return best

    def _close_up(self, embedding: ImageEmbedding, window: Window) -> ImageEmbedding:
        """The embedding of a part of the picture; the last few are kept."""
        picture = embedding.picture
        if picture is None:
            raise ValueError("without its pixels a picture cannot be looked at more closely")
        return self._close_ups.of(picture, lambda: self.embed(window.cut(picture)), window)

    def _predict_in(
        self,
        embedding: ImageEmbedding,
        prompts: Sequence[PromptSet],
        previous: Sequence[FloatArray | None],
    ) -> tuple[Prediction, ...]:
        """Masks in the frame of one embedding."""
        groups: dict[tuple[int, bool, bool], list[int]] = {}
        for index, (one, logits) in enumerate(zip(prompts, previous, strict=True)):
            key = (len(one.points), one.box is not None, logits is not None)
            groups.setdefault(key, []).append(index)
        results: dict[int, Prediction] = {}
        for (n_points, has_box, has_mask), members in groups.items():
            for start in range(0, len(members), self.batch_size):
                batch = members[start : start + self.batch_size]
                tokens = token_batch(
                    embedding.original_size,
                    embedding.input_size,
                    [prompts[i] for i in batch],
                    [m for i in batch if (m := previous[i]) is not None],
                    padded_boxes=self.arch.encoder.of_sam2,
                )
                logits_B4HW, iou_B4 = self.decode(embedding, tokens)
                first = 1 if n_points == 1 and not has_box and not has_mask else 0
                for i, logits_4HW, iou_4 in zip(batch, logits_B4HW, iou_B4, strict=True):
                    logits_MHW = self._assist(embedding, prompts[i], logits_4HW[first:])
                    best = self._best(logits_MHW, iou_4[first:], bool(first))
                    results[i] = _prediction(embedding, logits_MHW, iou_4[first:], best)
        return tuple(results[i] for i in range(len(prompts)))

    def _assist(self, embedding: ImageEmbedding, prompts: PromptSet, logits_MHW: FloatArray) -> FloatArray:
        """Logits as the picture's colours and the clicks correct them, for a light network.

        One click alone leaves open how far the object goes; there colours would answer in favour of more.
        """
        picture = embedding.picture
        if not self.assisted or picture is None:
            return logits_MHW
        palette = self._palettes.of(picture, lambda: Palette.of(picture, self.arch.mask_size, self.arch.fit))
        if prompts.box is not None or len(prompts.points) > 1:
            logits_MHW = with_colours(logits_MHW, palette, prompts.box)
        return without_islands(with_clicks(logits_MHW, palette, prompts.points), palette, prompts.points)

    def _window_for(self, prompts: PromptSet, previous: Previous | None, picture: Size) -> Window | None:
        """Where to look: see ``zoom.window_of``."""
        if previous is None or prompts.box is not None:
            return window_of(prompts, picture)
        logits, before, fit = finest_in(previous, self.arch.fit)
        if before == whole_of(picture):
            before = None
        return window_of(prompts, picture, before, extent(logits, before or whole_of(picture), fit))

    def _best(self, logits_MHW: FloatArray, iou_M: FloatArray, ambiguous: bool) -> int:
        """The candidate to show first: see ``Prediction``. A single mask of SAM 2 that is not stable gives
        way to the best of the others, as in its public code."""
        if ambiguous:
            return int(np.argmax(iou_M))
        if self.arch.encoder.of_sam2 and not transforms.is_stable(logits_MHW[0]):
            return 1 + int(np.argmax(iou_M[1:]))
        return 0

    def decode(self, embedding: ImageEmbedding, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """The runtime's ``decode`` of an embedding by this model's encoder. Raises ValueError for another."""
        if embedding.encoder_of != self.encoder_of:
            raise ValueError("this embedding was made by another model")
        return self._runtime.decode(embedding.features, tokens)

    def rest(self) -> None:
        """Give back the memory that is needed only while it computes: for somebody who looks at something
        else. The next picture or click takes some milliseconds more."""
        self._runtime.rest()


def _is_first_click(prompts: PromptSet, previous: Previous | None) -> bool:
    """Whether this is one click and nothing else."""
    return previous is None and prompts.box is None and len(prompts.points) == 1


def _prediction(
    embedding: ImageEmbedding, logits_MHW: FloatArray, iou_M: FloatArray, best: int
) -> Prediction:
    stability = transforms.stability_score(logits_MHW, embedding.original_size, embedding.fit)
    logits_MHW = np.ascontiguousarray(logits_MHW)
    logits_MHW.setflags(write=False)
    candidates = tuple(
        Candidate(
            low_res_logits=logits_MHW[i],
            fit=embedding.fit,
            predicted_iou=float(iou_M[i]),
            stability_score=float(stability[i]),
        )
        for i in range(len(logits_MHW))
    )
    return Prediction(candidates, best)
