"""Batches of pictures decoded ahead by threads, in a fixed order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from slimsam_core.arch import ArchSpec
from slimsam_core.compression.supply.data import PictureSource
from slimsam_core.inference.transforms import model_input, resize_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage, pixels_hash
from slimsam_core.pixels.square_fit import SquareFit


@dataclass(frozen=True, eq=False)
class PictureBatch:
    """Pictures ready for the model."""

    x_B3SS: Tensor
    """float32, normalised and padded, on the CPU."""
    keys: tuple[str, ...]
    """Hash of each picture's resized pixels."""
    positions: tuple[int, ...]
    """Where each picture stands in its source."""
    sizes: tuple[Size, ...]
    """Size of each picture inside the model's square, without the padding."""

    def halves(self) -> tuple[PictureBatch, PictureBatch]:
        """The batch in two parts; needs two pictures at least."""
        middle = (len(self.keys) + 1) // 2
        first, second = slice(0, middle), slice(middle, None)
        return self._part(first), self._part(second)

    def _part(self, part: slice) -> PictureBatch:
        return PictureBatch(self.x_B3SS[part], self.keys[part], self.positions[part], self.sizes[part])


def load_batches(
    source: PictureSource,
    batches: Iterable[NDArray[np.int64]],
    arch: ArchSpec,
    *,
    threads: int,
    prefetch: int,
    area_resize: bool = True,
) -> Iterator[PictureBatch]:
    """The pictures at the positions in ``batches`` as tensors; ``prefetch`` batches are decoded ahead.

    They are shrunk as when they are labelled, or by Pillow's bilinear filter (``area_resize`` off).

    Raises ImageReadError when pictures cannot be replaced. Closing the iterator stops the threads.
    """

    def read(position: int) -> _Picture:
        resize = resize_into if area_resize else _resize_by_pillow
        pixels = resize(source.read(position), arch.image_size, arch.fit)
        x_13SS = model_input(pixels, arch)
        return _Picture(x_13SS, pixels_hash(pixels), Size.of(pixels))

    waiting: deque[tuple[tuple[int, ...], list[Future[_Picture]]]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="slimsam-loader")
    try:
        for row in batches:
            positions = tuple(int(position) for position in row)
            waiting.append((positions, [pool.submit(read, position) for position in positions]))
            if len(waiting) > prefetch:
                yield _collect(*waiting.popleft())
        while waiting:
            yield _collect(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _resize_by_pillow(rgb: RgbImage, image_size: int, fit: SquareFit) -> RgbImage:
    """uint8 HxWx3 as large as it lies in the square, by a triangle filter as wide as it shrinks."""
    target = fit.inside(Size.of(rgb), image_size)
    shrunk = Image.fromarray(rgb).resize((target.width, target.height), Image.Resampling.BILINEAR)
    return np.asarray(shrunk)


@dataclass(frozen=True, eq=False)
class _Picture:
    x_13SS: NDArray[np.float32]
    key: str
    size: Size


def _collect(positions: tuple[int, ...], futures: list[Future[_Picture]]) -> PictureBatch:
    loaded = [future.result() for future in futures]
    x_B3SS = torch.from_numpy(np.concatenate([picture.x_13SS for picture in loaded]))
    keys = tuple(picture.key for picture in loaded)
    return PictureBatch(x_B3SS, keys, positions, tuple(picture.size for picture in loaded))
