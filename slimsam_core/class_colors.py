"""Colours that are told apart: a palette chosen by hand, then as many more as anybody can distinguish.

The further colours walk around the circle of hues by the golden angle, so that any number of them is spread
evenly, through three lightnesses, in OKLCH (Ottosson, *A perceptual color space for image processing*, 2020),
where equal distances look about equally large. One that is near to a colour before it is left out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

PALETTE = (
    "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46c7e6", "#f032e6", "#9bc400", "#e89ca0",
    "#008080", "#b48ade", "#9a6324", "#d4a800", "#800000", "#2fae7a", "#808000", "#e46894", "#3a3aa0",
)  # fmt: skip
SIDES = ("#2e7bff", "#ff7a00", "#12b886", "#e64980", "#fab005", "#7950f2")
"""Of people who differ, in their order; told apart also by those who see red and green alike."""
COUNT = 64
"""Colours before they begin again: with more classes colours alone tell nothing any more."""
_GOLDEN_ANGLE = math.tau * (2 - (1 + math.sqrt(5)) / 2)
_LIGHTNESS = (0.68, 0.52, 0.82, 0.4)
"""Readable on light and dark pictures; neighbours on the walk differ in it as well."""
_CHROMA = 0.16
"""As strong as most hues are on a screen; those that are not get as much as they can."""
_PALER = 0.95
"""A strength that no screen shows is lessened by this until one does: a step that nobody sees."""
_NEAR = 0.085
"""Distance in OKLab up to which two colours are taken for one: further than the nearest of the palette."""
_CLOSER = 0.9
"""When a whole walk finds nothing that far from all others, this part of the distance is asked for."""
_WALK = 96
"""Steps of a walk: each lightness sees 24 hues, as many as are told apart."""

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")

Lab = tuple[float, float, float]


def is_color(text: str) -> bool:
    """Whether a text is a colour ``#rrggbb``; in files of others a colour can be any text."""
    return _COLOR.fullmatch(text) is not None


def color_of(number: int) -> str:
    """The colour ``#rrggbb`` with this number, from 1; after ``COUNT`` they begin again."""
    at = (number - 1) % COUNT
    return PALETTE[at] if at < len(PALETTE) else _colors()[at]


class ColorsInUse:
    """The colours ``#rrggbb`` that classes have, and the next one that is near to none of them.

    Each is compared once, when it comes or goes: a list of others may have any number of classes.
    """

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._near = Counter[int]()
        """Number of a colour of ours -> how many in use are near to it."""
        self._count = 0
        for color in used:
            self.add(color)

    def add(self, color: str) -> None:
        """One more class has this colour."""
        self._near.update(_near_to(color))
        self._count += 1

    def remove(self, color: str) -> None:
        """One class less has it."""
        self._near.subtract(_near_to(color))
        self._count -= 1

    def free(self) -> str:
        """The first colour that is near to none of those in use; one of them when all are."""
        found = (number for number in range(1, COUNT + 1) if self._near[number] <= 0)
        return color_of(next(found, self._count + 1))


@lru_cache(4 * COUNT)
def _near_to(color: str) -> tuple[int, ...]:
    """The numbers of the colours of ours that nobody tells from this one."""
    lab = _lab(color)
    return tuple(n for n in range(1, COUNT + 1) if math.dist(_lab(color_of(n)), lab) < _SAME)


_SAME = 0.03
"""Distance of two colours that nobody tells apart side by side; one that a person chose is hit rarely."""


@cache
def _colors() -> tuple[str, ...]:
    """All ``COUNT`` of them."""
    found, labs, step, near = list(PALETTE), [_lab(color) for color in PALETTE], 0, _NEAR
    while len(found) < COUNT:
        lab = _lab(color := _on_the_walk(step))
        if all(math.dist(lab, other) >= near for other in labs):
            found.append(color)
            labs.append(lab)
        step += 1
        if step % _WALK == 0:
            near *= _CLOSER
    return tuple(found)


def _on_the_walk(step: int) -> str:
    hue, lightness = step * _GOLDEN_ANGLE, _LIGHTNESS[step % len(_LIGHTNESS)]
    chroma = _CHROMA
    while True:
        linear = _linear((lightness, chroma * math.cos(hue), chroma * math.sin(hue)))
        if all(-1e-4 <= value <= 1 + 1e-4 for value in linear):  # a rounding error beyond what screens show
            return "#" + "".join(f"{round(255 * _encoded(value)):02x}" for value in linear)
        chroma *= _PALER


def _linear(lab: Lab) -> tuple[float, float, float]:
    """Linear sRGB of OKLab; beyond 0..1 where no screen shows it."""
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


@lru_cache(4 * COUNT)
def _lab(color: str) -> Lab:
    """OKLab of ``#rrggbb``."""
    red, green, blue = (_decoded(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
