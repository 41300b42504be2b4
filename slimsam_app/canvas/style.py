"""How the canvas shows things: one frozen value, replaced whole; no part of it changes data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from slimsam_core.pixels.levels import Levels, window_curve

BOX_COLOR = QColor("#ffd166")
BAND_COLOR = QColor("#6ea8fe")
"""Of what a person chooses with: bands, lassos, the frame of what is looked at closely."""


class ColorBy(StrEnum):
    """What the colours of objects tell apart."""

    CLASS = "class"
    INSTANCE = "instance"


@dataclass(frozen=True, kw_only=True)
class CanvasStyle:
    """Everything about the look of the canvas that a person can set."""

    mask_opacity: float = 0.25
    """Of the fill, 0..1; outlines stay."""
    outline_px: float = 2.0
    """Width of outlines in screen pixels; 0 = none."""
    color_by: ColorBy = ColorBy.CLASS
    show_objects: bool = True
    class_names: bool = False
    """The class of each object is written on it."""
    isolate: bool = False
    """Show only the selected objects."""
    brightness: float = 0.0
    """Added, -1..1 of the full range."""
    contrast: float = 0.0
    """-1 (grey) .. 0 (as is) .. 1 (two levels)."""
    gamma: float = 1.0
    """Above 1 lifts the shadows; greater than 0."""
    brush_px: float = 24.0
    """Diameter of brush and eraser, in screen pixels or in image pixels."""
    brush_on_screen: bool = True
    """The brush has the same size on the screen at every zoom."""
    wheel_zooms: bool = False
    """The plain wheel zooms instead of scrolling."""
    window: tuple[float, float] | None = None
    """Of pictures of more than 8 bits: values in the file shown as black and as white; None = automatic."""
    rulers: bool = False
    minimap: bool = True

    def __post_init__(self) -> None:
        if self.gamma <= 0 or self.brush_px <= 0:
            raise ValueError("gamma and brush size must be greater than 0")


def tone_curve(style: CanvasStyle) -> NDArray[np.uint8] | None:
    """The 256 output levels of brightness, contrast and gamma; None when they change nothing."""
    if style.brightness == 0 and style.contrast == 0 and style.gamma == 1:
        return None
    level = np.linspace(0.0, 1.0, 256)
    slope = np.tan((min(style.contrast, 0.999) + 1) * np.pi / 4)
    level = np.clip((level - 0.5) * slope + 0.5 + style.brightness, 0.0, 1.0) ** (1.0 / style.gamma)
    curve: NDArray[np.uint8] = np.rint(level * 255).astype(np.uint8)
    return curve


def shades(style: CanvasStyle, levels: Levels | None) -> NDArray[np.uint8] | None:
    """The shade of each value of a picture: 256, or 65,536 with levels; None = values are shades already."""
    tones = tone_curve(style)
    if levels is None:
        return tones
    chosen = style.window and (levels.level(style.window[0]), levels.level(style.window[1]))
    curve = window_curve(chosen or levels.window)
    return curve if tones is None else tones[curve]
