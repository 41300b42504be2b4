"""Where a picture lies on a map: from the tags of a GeoTIFF, else from the world file beside the picture.

A world file (``a.tfw``, ``a.jgw``, ``a.pgw``, ``a.wld``) has six numbers: what a step to the right and down
is on the map, and where the centre of the first pixel lies. Of both the tags count, as for GDAL.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import is_file
from slimsam_core.formats.text_files import read_text
from slimsam_core.pixels.tiff_tags import read_tag_values

Transform = tuple[float, float, float, float, float, float]
PIXELS: Transform = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
"""``x' = a x + c y + e``, ``y' = b x + d y + f`` as (a, b, c, d, e, f): here coordinates stay pixels."""
_WORLD = {".tif": ".tfw", ".tiff": ".tfw", ".jpg": ".jgw", ".jpeg": ".jgw", ".png": ".pgw"}
MAX_WORLD_BYTES = 4096
_SCALE, _TIEPOINT, _MATRIX, _KEYS = 33550, 33922, 34264, 34735
_RASTER_TYPE, _GEOGRAPHIC, _PROJECTED = 1025, 2048, 3072
_PIXEL_IS_POINT = 2
_USER_DEFINED = 32767
"""Where a key could be the number of a known system of coordinates, and says that it is none."""
WGS84 = 4326


@dataclass(frozen=True)
class Georeference:
    """From pixels, the first one from 0 to 1, to the map."""

    transform: Transform = PIXELS
    source: str = "pixels, y down"
    epsg: int | None = None
    """The number of the map's system of coordinates, None where nothing says it."""


def georeference(picture: Path) -> Georeference:
    """Where a picture lies; pixels when neither its tags nor a file beside it say it in a usable way."""
    return _from_tags(picture) or _from_world_file(picture) or Georeference()


def _from_world_file(picture: Path) -> Georeference | None:
    for suffix in (_WORLD.get(picture.suffix.lower(), ".wld"), ".wld"):
        path = picture.with_suffix(suffix)
        if is_file(path):
            try:
                a, b, c, d, e, f = map(float, read_text(path, MAX_WORLD_BYTES).split())
            except (ValueError, FormatError):
                continue
            if a * d - b * c:
                return Georeference(_of_first_centre((a, b, c, d, e, f)), "world file")
    return None


def _from_tags(picture: Path) -> Georeference | None:
    if picture.suffix.lower() not in (".tif", ".tiff"):
        return None
    try:
        with open_regular(picture) as file:
            tags = read_tag_values(file, frozenset((_SCALE, _TIEPOINT, _MATRIX, _KEYS)))
    except OSError:
        return None
    keys = _geo_keys(tags.get(_KEYS, ()))
    transform = _tag_transform(tags)
    if transform is None or not transform[0] * transform[3] - transform[1] * transform[2]:
        return None
    if keys.get(_RASTER_TYPE) == _PIXEL_IS_POINT:
        transform = _of_first_centre(transform)
    epsg = keys.get(_PROJECTED) or keys.get(_GEOGRAPHIC)
    return Georeference(transform, "GeoTIFF", epsg if epsg != _USER_DEFINED else None)


def _tag_transform(tags: dict[int, tuple[float, ...]]) -> Transform | None:
    matrix, scale, tie = tags.get(_MATRIX, ()), tags.get(_SCALE, ()), tags.get(_TIEPOINT, ())
    if len(matrix) == 16:
        return (matrix[0], matrix[4], matrix[1], matrix[5], matrix[3], matrix[7])
    if len(scale) == 3 and len(tie) == 6:
        column, row, _, x, y, _ = tie
        return (scale[0], 0.0, 0.0, -scale[1], x - column * scale[0], y + row * scale[1])
    return None


def _geo_keys(directory: tuple[float, ...]) -> dict[int, int]:
    """The keys whose values stand in the directory itself: groups of key, place, count and value."""
    numbers = [int(value) for value in directory[4:]]
    groups = zip(*(numbers[start::4] for start in range(4)), strict=False)
    return {key: value for key, place, count, value in groups if place == 0 and count == 1}


def _of_first_centre(transform: Transform) -> Transform:
    """A transform that speaks of the centre of the first pixel, for its corner."""
    a, b, c, d, e, f = transform
    return (a, b, c, d, e - (a + c) / 2, f - (b + d) / 2)
