"""What an encoder and a decoder say about a picture: embeddings, candidates, and the masks made of them."""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_core.inference import transforms
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import CloseUp, PlacedLogits
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.square_fit import SquareFit

__all__ = ["Candidate", "ImageEmbedding", "Prediction", "candidate_mask", "candidate_pixels", "candidate_rle"]


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageEmbedding:
    """What an encoder made of one picture. ``features`` is float32 (1, C, h, w), read-only."""

    features: FloatArray
    original_size: Size
    input_size: Size
    """Size of the resized picture inside the model's square, without the padding."""
    fit: SquareFit
    """How the picture lies in that square, and so in the square of the logits."""
    encoder_of: str
    """Hash of the model whose encoder made it; see ``Predictor.encoder_of``."""
    picture: RgbImage | None = None
    """The pixels, for a predictor that looks closer at small things; None = it does not."""

    def __post_init__(self) -> None:
        self.features.setflags(write=False)


@dataclass(frozen=True, eq=False, kw_only=True)
class Candidate:
    """One mask that a model offers. ``low_res_logits`` is float32 (hm, wm) over the square in which the
    picture lies as ``fit`` says."""

    low_res_logits: FloatArray
    fit: SquareFit
    predicted_iou: float
    stability_score: float
    """IoU of the masks at logits +1 and -1, on the low-resolution grid, 0..1."""
    close_up: CloseUp | None = None
    """The finer logits of a part of the picture, when the model looked closer; they make the mask."""

    @property
    def finest(self) -> PlacedLogits:
        """The logits that make the mask, and what they cover."""
        close_up = self.close_up
        if close_up is None:
            return PlacedLogits(self.low_res_logits, None, self.fit)
        return PlacedLogits(close_up.logits, close_up.window, close_up.fit)


Previous = FloatArray | PlacedLogits | Candidate
"""What further prompts refine: a candidate, its logits, or low-resolution logits over the whole picture as it
lies in the square of the model that is asked."""


@dataclass(frozen=True)
class Prediction:
    """Masks for one prompt set, in SAM's order, and the index of the one to show first.

    One point without history is ambiguous: its three candidates are SAM's part, sub-part and whole, and the
    one with the highest predicted IoU is best. Otherwise the first of four candidates is the mask of SAM's
    single-mask token, and best; the three others follow it. In SAM 2, when it is
    not stable, the best of those is shown.
    """

    candidates: tuple[Candidate, ...]
    best: int

    @property
    def preferred(self) -> Candidate:
        """The candidate to show first."""
        return self.candidates[self.best]


def candidate_mask(
    embedding: ImageEmbedding, candidate: Candidate, size: Size | None = None
) -> mask.BoolMask:
    """Pixels of a candidate, bool HxW, at the picture's own size or at ``size`` (for a preview)."""
    return candidate_pixels(candidate, embedding.original_size, size)


def candidate_pixels(candidate: Candidate, original: Size, size: Size | None = None) -> mask.BoolMask:
    """``candidate_mask`` for a picture of size ``original``."""
    logits, window, fit = candidate.finest
    if window is None:
        return transforms.upsample_mask(logits, original, fit, size)
    place = window.scaled(original, size or original)
    return place.place(transforms.upsample_mask(logits, window.size, fit, place.size), size or original)


def candidate_rle(embedding: ImageEmbedding, candidate: Candidate) -> mask.Rle:
    """A candidate at the picture's own size as a run-length code."""
    return mask.encode(candidate_mask(embedding, candidate))
