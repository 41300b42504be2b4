"""PNGs whose pixel values are ids: painted from objects, taken apart into masks, read without risk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from slimsam_core.annotation import Annotation
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.formats.context import checked_size
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Rle
from slimsam_core.pixels.mask_crop import paste
from slimsam_core.pixels.picture_file import open_picture

Labels = NDArray[np.uint16]

COVERED = "lose pixels under others"
HIDDEN = "vanish under others"


def paint(objects: Sequence[Annotation], size: Size) -> tuple[Labels, list[Annotation]]:
    """Ids 1, 2, ... of the objects that stay visible (uint16 HxW), and these objects in the order given.

    Higher layers cover lower ones; of one layer the smaller object covers the larger, so that nothing
    vanishes that can be seen, and of equal ones the later covers the earlier.
    """
    labels: Labels = np.zeros(size.hw, np.uint16)
    order = sorted(range(len(objects)), key=lambda i: (objects[i].layer, -objects[i].mask.area, i))
    for index in order:
        labels[objects[index].mask.decode()] = index + 1
    visible = np.unique(labels)
    visible = visible[visible > 0]
    renumbered = np.zeros(len(objects) + 1, np.uint16)
    renumbered[visible] = np.arange(1, len(visible) + 1)
    return renumbered[labels], [objects[value - 1] for value in visible.tolist()]


def take_apart(labels: Labels | NDArray[np.uint32]) -> dict[int, Rle]:
    """The mask of every id but 0, in the order of the ids."""
    size = Size(*labels.shape)
    ys, xs = np.nonzero(labels)
    values = labels[ys, xs]
    order = np.argsort(values, kind="stable")
    ids, starts = np.unique(values[order], return_index=True)
    masks: dict[int, Rle] = {}
    if not ids.size:
        return masks
    for value, part in zip(ids.tolist(), np.split(order, starts[1:]), strict=True):
        y, x = ys[part], xs[part]
        top, left = int(y.min()), int(x.min())
        crop: BoolMask = np.zeros((int(y.max()) - top + 1, int(x.max()) - left + 1), np.bool_)
        crop[y - top, x - left] = True
        masks[value] = paste(crop, left, top, size)
    return masks


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
            values = np.asarray(picture)
    except ImageReadError as error:
        raise FormatError("is not a readable PNG ({words})", where=where, words=error.message) from error
    if values.dtype == np.bool_:
        return values.astype(np.uint16)
    if values.min() < 0 or values.max() > 65535:
        raise FormatError("has values that are no ids", where=where)
    return values.astype(np.uint16)


def read_colours(path: Path, where: str) -> NDArray[np.uint32]:
    """The pixels of an RGB PNG as ``0xRRGGBB``, uint32 HxW. Raises FormatError."""
    try:
        with open_picture(path, ("PNG",)) as opened:
            checked_size(opened.stored.width, opened.stored.height, where)
            if opened.image is None or opened.image.mode not in ("RGB", "RGBA", "P"):
                raise FormatError("has no colours", where=where)
            rgb = np.asarray(opened.image.convert("RGB"))
    except ImageReadError as error:
        raise FormatError("is not a readable PNG ({words})", where=where, words=error.message) from error
    packed = np.zeros(rgb.shape[:2], np.uint32)
    for channel in range(3):  # one after the other: a picture of 500 megapixels has 2 GB of these numbers
        packed = (packed << np.uint32(8)) | rgb[..., channel]
    return packed


def colour_png(packed: NDArray[np.uint32]) -> bytes:
    """An RGB PNG of ``0xRRGGBB``."""
    buffer = io.BytesIO()
    rgb = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.uint8)
    Image.fromarray(rgb).save(buffer, "PNG")
    return buffer.getvalue()


def png_bytes(labels: Labels, palette: bool, bits: int = 16) -> bytes:
    """A PNG of the values: 8-bit with the colours of Pascal VOC, or grey of 8 or 16 bits."""
    buffer = io.BytesIO()
    if palette:
        picture = Image.fromarray(labels.astype(np.uint8)).convert("L")
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
    both = (labels.astype(np.uint32) << 16 | classes)[(labels > 0) & (classes > 0)]
    pairs, counts = np.unique(both, return_counts=True)
    # the last entry of an id wins: the largest count, and of equal ones the smaller class
    order = np.lexsort((-(pairs & 0xFFFF).astype(np.int64), counts, pairs >> 16))
    return {int(pairs[i]) >> 16: int(pairs[i]) & 0xFFFF for i in order}
