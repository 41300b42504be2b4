"""An XML file of any size, element by element, in pieces that its parser goes through once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

from defusedxml.ElementTree import iterparse

from slimsam_core.errors import FormatError

FIRST_BYTES, PIECE_BYTES = 64 << 10, 4 << 20
"""The parser looks through a tag or a comment that has not ended anew with each piece: of the usual 16 KiB,
one of 160 MB takes half an hour. Pieces grow while none ends, as all events of a piece are made at once."""
MAX_SILENT_BYTES = 8 << 20
"""That pass without the start or the end of an element; the longest mask of a picture has some hundred kB."""


def xml_events(stream: BinaryIO, where: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """``start`` and ``end`` with their elements. Raises FormatError for what goes on without any, and what
    the parser raises: ParseError, ValueError, and DefusedXmlException for entities."""
    pieces = _Pieces(stream, where)
    for event, element in iterparse(pieces, events=("start", "end")):
        pieces.silent = 0
        yield event, element


class _Pieces:
    """A stream that gives as much at a time as is good for the parser, whatever it asks for."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream, self._where = stream, where
        self.silent = 0
        """Bytes since the last event."""

    def read(self, _: int = -1) -> bytes:
        if self.silent > MAX_SILENT_BYTES:
            raise FormatError("has more than 8 MB without an element", where=self._where)
        piece = self._stream.read(min(max(FIRST_BYTES, self.silent), PIECE_BYTES))
        self.silent += len(piece)
        return piece
