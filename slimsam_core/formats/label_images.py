"""PNGs whose pixel values are ids: painted from objects, taken apart into masks, read without risk."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.context import checked_size
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import from_edges
from slimsam_core.pixels.picture_file import open_picture

Labels = NDArray[np.uint16]


def paint(objects: Sequence[Annotation], size: Size) -> tuple[Labels, list[Annotation]]:
    """Ids 1, 2, ... of the objects that stay visible (uint16 HxW), and these objects in the order given.

    Higher layers cover lower ones; of one layer the smaller object covers the larger, so that nothing
    vanishes that can be seen, and of equal ones the later covers the earlier.
    """
    labels: Labels = np.zeros(size.hw, np.uint16)
    order = sorted(range(len(objects)), key=lambda i: (objects[i].layer, -objects[i].mask.area, i))
    for index in order:
        labels[objects[index].mask.decode()] = index + 1
    seen = np.zeros(len(objects) + 1, np.bool_)
    for rows in stripes(labels):
        seen[rows] = True
    visible = np.flatnonzero(seen[1:]) + 1
    renumbered = np.zeros(len(objects) + 1, np.uint16)
    renumbered[visible] = np.arange(1, len(visible) + 1)
    for rows in stripes(labels):
        rows[:] = renumbered[rows]
    return labels, [objects[value - 1] for value in visible.tolist()]


STRIPE_PIXELS = 8_000_000
"""Pixels that are looked at together: what is taken on top of a label image stays under 200 MB."""


def stripes(labels: NDArray[np.generic]) -> Iterator[Any]:
    """Rows of a label image, some at a time, as views."""
    rows = max(1, STRIPE_PIXELS // max(1, labels.shape[1]))
    return (labels[top : top + rows] for top in range(0, len(labels), rows))


def take_apart(labels: Labels | NDArray[np.uint32]) -> dict[int, Rle]:
    """The mask of every id but 0, in the order of the ids."""
    size = Size.of(labels)
    values, starts, stops = _runs(labels)
    order = np.argsort(values, kind="stable")
    ids, firsts = np.unique(values[order], return_index=True)
    masks: dict[int, Rle] = {}
    if not ids.size:
        return masks
    for value, part in zip(ids.tolist(), np.split(order, firsts[1:]), strict=True):
        masks[value] = from_edges(np.stack([starts[part], stops[part]], axis=1).ravel(), size)
    return masks


def _runs(
    labels: Labels | NDArray[np.uint32],
) -> tuple[NDArray[np.generic], NDArray[np.int64], NDArray[np.int64]]:
    """The runs of one id down the columns, but for 0: ids, and the numbers of their first pixels and of those
    behind them, column by column."""
    found = []
    place = 0
    for columns in stripes(labels.T):
        flat = columns.ravel()
        starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
        stops = np.append(starts[1:], flat.size)
        some = flat[starts] != 0
        found.append((flat[starts[some]], starts[some] + place, stops[some] + place))
        place += flat.size
    values, starts, stops = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return values, starts, stops


def read_labels(path: Path, where: str) -> Labels:
    """The pixel values of a PNG (palette index, 8-bit or 16-bit grey), uint16 HxW. Raises FormatError."""
    try:
        with open_picture(path, ("PNG",)) as opened:
            checked_size(opened.stored.width, opened.stored.height, where)
            picture = opened.image
            if picture is None:
                raise FormatError("is not a PNG", where=where)
            if picture.mode not in ("P", "L", "1", "I;16", "I"):
                raise FormatError(
                    "has colours ({mode}), not ids or palette indices", where=where, mode=picture.mode
                )
            labels: Labels = np.empty((picture.height, picture.width), np.uint16)
            for top, values in _rows_of(picture):
                if values.dtype != np.bool_ and (values.min() < 0 or values.max() > 65535):
                    raise FormatError("has values that are no ids", where=where)
                labels[top : top + len(values)] = values
    except ImageReadError as error:
        raise FormatError("is not a readable PNG ({words})", where=where, words=error.message) from error
    return labels


def _rows_of(picture: Image.Image, mode: str = "") -> Iterator[tuple[int, NDArray[Any]]]:
    """Pixels of an opened picture, some rows at a time with the number of the first, in ``mode`` when one is
    given, so that a large one is there once."""
    step = max(1, STRIPE_PIXELS // picture.width)
    for top in range(0, picture.height, step):
        part = picture.crop((0, top, picture.width, min(top + step, picture.height)))
        yield top, np.asarray(part.convert(mode) if mode else part)


def read_colours(path: Path, where: str) -> NDArray[np.uint32]:
    """The pixels of an RGB PNG as ``0xRRGGBB``, uint32 HxW. Raises FormatError."""
    try:
        with open_picture(path, ("PNG",)) as opened:
            checked_size(opened.stored.width, opened.stored.height, where)
            if opened.image is None or opened.image.mode not in ("RGB", "RGBA", "P"):
                raise FormatError("has no colours", where=where)
            return colours_of(opened.image)
    except ImageReadError as error:
        raise FormatError("is not a readable PNG ({words})", where=where, words=error.message) from error


def colours_of(picture: Image.Image) -> NDArray[np.uint32]:
    """The pixels of an opened picture as ``0xRRGGBB``, uint32 HxW. Raises ImageReadError."""
    packed = np.empty((picture.height, picture.width), np.uint32)
    for top, rgb in _rows_of(picture, "RGB"):
        packed[top : top + len(rgb)] = packed_colours(rgb)
    return packed


def packed_colours(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The pixels of uint8 HxWx3 as ``0xRRGGBB``, uint32 HxW."""
    packed = rgb[..., 0].astype(np.uint32)
    for channel in (1, 2):  # in place: a picture of 500 megapixels has 2 GB of these numbers
        packed <<= np.uint32(8)
        packed |= rgb[..., channel]
    return packed


def colour_png(labels: Labels, colours: Sequence[int]) -> bytes:
    """An RGB PNG of a label image; ``colours``: the one of each id, ``0xRRGGBB``."""
    buffer = io.BytesIO()
    table = np.array([[colour >> bits & 255 for bits in (16, 8, 0)] for colour in colours], np.uint8)
    rgb = np.empty((*labels.shape, 3), np.uint8)
    for painted, some in zip(stripes(rgb), stripes(labels), strict=True):
        painted[:] = table[some]
    Image.fromarray(rgb).save(buffer, "PNG")
    return buffer.getvalue()


def png_bytes(labels: Labels, palette: bool, bits: int = 16) -> bytes:
    """A PNG of the values: 8-bit with the colours of Pascal VOC, or grey of 8 or 16 bits."""
    buffer = io.BytesIO()
    if palette:
        picture = Image.fromarray(labels.astype(np.uint8))
        picture.putpalette(voc_palette())
        picture.save(buffer, "PNG")
    else:
        Image.fromarray(labels.astype(np.uint8) if bits == 8 else labels).save(buffer, "PNG")
    return buffer.getvalue()


def voc_palette() -> bytes:
    """256 colours, RGB: the bits of the index, spread over the high bits of the channels."""
    colours = bytearray()
    for index in range(256):
        rgb = [0, 0, 0]
        for bit in range(8):
            channel = bit % 3
            rgb[channel] |= ((index >> bit) & 1) << (7 - bit // 3)
        colours += bytes(rgb)
    return bytes(colours)


def majorities(labels: Labels, classes: Labels) -> dict[int, int]:
    """For every id but 0 the most frequent class below it; class 0 does not count. Both uint16 HxW."""
    found = []
    for some, below in zip(stripes(labels), stripes(classes), strict=True):
        both = (some.astype(np.uint32) << 16 | below)[(some > 0) & (below > 0)]
        found.append(np.unique(both, return_counts=True))
    each, times = (np.concatenate(parts) for parts in zip(*found, strict=True))
    pairs, which = np.unique(each, return_inverse=True)
    counts = np.bincount(which, weights=times, minlength=pairs.size).astype(np.int64)
    # the last entry of an id wins: the largest count, and of equal ones the smaller class
    order = np.lexsort((-(pairs & 0xFFFF).astype(np.int64), counts, pairs >> 16))
    return {int(pairs[i]) >> 16: int(pairs[i]) & 0xFFFF for i in order}
