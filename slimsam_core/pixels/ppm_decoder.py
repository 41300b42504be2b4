"""PPM and PGM pictures of any brightest value, such as the 12 bits of cameras: decoded in arrays.

Pillow's own decoder takes them value by value, 2 s a megapixel; this one takes its place and gives the same.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFile

_VALUES = 1 << 20
"""That are looked up at a time, so that little memory is taken beside the picture's."""
_BRIGHTEST, _BRIGHTEST_BYTE = 65_535, 255


class PpmDecoder(ImageFile.PyDecoder):
    """``args`` end in the brightest value: 1..65535, in one byte up to 255, else in two, the higher first.

    The lines become ``I`` with 0..65535 or bytes with 0..255, values above the brightest as bright as it is.
    """

    _pulls_fd = True

    def decode(self, _: object) -> tuple[int, int]:
        """All of it. Raises ValueError where the file is too short."""
        assert self.fd is not None
        highest = int(self.args[-1])
        deep = self.mode == "I"
        top = _BRIGHTEST if deep else _BRIGHTEST_BYTE
        stored = np.dtype(np.uint8 if highest < 256 else ">u2")
        scaled = np.round(np.arange(_BRIGHTEST + 1) / highest * top)
        table = np.minimum(scaled, top).astype(np.int32 if deep else np.uint8)
        count = self.state.xsize * self.state.ysize * Image.getmodebands(self.mode)
        filled = bytearray(count * table.itemsize)
        pixels = np.frombuffer(filled, table.dtype)
        for start in range(0, count, _VALUES):
            wanted = min(_VALUES, count - start) * stored.itemsize
            data = self.fd.read(wanted)
            if len(data) < wanted:
                raise ValueError("not enough image data")
            pixels[start : start + _VALUES] = table[np.frombuffer(data, stored)]
        self.set_as_raw(filled, "I;32N" if deep else self.mode)
        return -1, 0


def register() -> None:
    """Use it instead of Pillow's own, also where Pillow itself opens such a file."""
    Image.register_decoder("ppm", PpmDecoder)
