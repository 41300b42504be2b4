"""Limits of every number of an architecture, so that a header of some bytes cannot ask for a machine.

They are checked before anything is built. SAM ViT-H, the largest published model that is read here, is named
beside each limit.
"""

from __future__ import annotations

import math
from collections.abc import Sized

MAX_WIDTH = 16_384
"""Channels of any layer; the widest of ViT-H has 5,120."""
MAX_BLOCKS = 128
"""Blocks of an encoder; ViT-H has 32."""
MAX_STAGES = 32
"""Stages of an EfficientNet-Lite, blocks of a stage, and mixing blocks; Lite2 has 7, 5 and 3."""
MAX_LAYERS = 32
"""Layers of a decoder's transformer and of its IoU head; SAM has 2 and 3."""
MAX_HEADS = 128
"""Attention heads; ViT-H has 16."""
MAX_MASKS = 64
"""Candidates of a prompt; SAM has 3."""
MAX_SIDE = 4096
"""Pixels of the square input, and cells of a window; SAM has 1024 and 14."""
MAX_PATCH = 64
"""Pixels of a patch or of a kernel; SAM has 16."""
MAX_NAME = 200
"""Letters of a name; longer ones cannot be shown."""
MAX_PIXEL = 1e4
"""Size of a pixel's mean and deviation; pixels are 0..255."""
MIN_PIXEL_STD = 1e-4
"""Smaller deviations turn pixels into infinity in half precision."""
MAX_ATTENTION_BYTES = 4 << 30
"""Attention of all heads over one grid in float32: ViT-H has 16 x 4096 x 4096 values, 1.1 GB."""
MAX_MAP_VALUES = 1 << 28
"""Values of one feature map (1 GiB in float32); ViT-H has 64 x 64 x 5120, 21 million."""


def whole(limit: int, **values: object) -> None:
    """Raise ValueError unless every value is a whole number in 1..``limit``."""
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {short(value)}")
        if value > limit:
            raise ValueError(f"{name} may be at most {limit:,}, not {short(value)}")


def few(limit: int, **values: Sized) -> None:
    """Raise ValueError for a series of more than ``limit`` members."""
    for name, value in values.items():
        if len(value) > limit:
            raise ValueError(f"{name} may have at most {limit} members, not {len(value):,}")


def pixels(mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    """Raise ValueError for means and deviations that are no numbers about 0..255."""
    numbers = [*mean, *std]
    if not all(isinstance(v, float) and math.isfinite(v) and abs(v) <= MAX_PIXEL for v in numbers):
        raise ValueError("pixel_mean and pixel_std must be numbers about 0..255")
    if min(std) < MIN_PIXEL_STD:
        raise ValueError("pixel_std must be above 0")


def bounded(values: int) -> None:
    """Raise ValueError for a feature map of more values than any known model has."""
    if values > MAX_MAP_VALUES:
        raise ValueError(f"a feature map of {values:,} values is more than {MAX_MAP_VALUES:,}")


def text(value: object) -> str:
    """The value itself if it is a short text, else ValueError."""
    if not isinstance(value, str) or len(value) > MAX_NAME:
        raise ValueError(f"a text of at most {MAX_NAME} letters is needed, not {short(value)}")
    return value


def told(error: Exception) -> str:
    """The words of an error about a value, else its kind too; at most 300 letters."""
    return (str(error) if type(error) is ValueError else repr(error))[:300]


def three_numbers(values: object) -> tuple[float, float, float]:
    """Three numbers of a JSON list, one a channel. Raises ValueError."""
    if not isinstance(values, list) or len(values) != 3 or not all(type(v) in (int, float) for v in values):
        raise ValueError("pixel_mean and pixel_std need three numbers each")
    red, green, blue = map(float, values)
    return red, green, blue


def short(value: object) -> str:
    """A value of a file in few letters."""
    if isinstance(value, int) and abs(value) > 10**15:
        return "a number of more than 15 digits"
    if isinstance(value, (str, int, float)) or value is None:
        return repr(value[:60]) if isinstance(value, str) else repr(value)
    return f"a {type(value).__name__}"
