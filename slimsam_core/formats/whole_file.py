"""Whether a file can be read at all, before anybody is asked what it means."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException

from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import is_file
from slimsam_core.formats.json_stream import empty_file, open_json
from slimsam_core.formats.xml_stream import xml_events

_JSON = (".json", ".geojson")


def check_whole(path: Path) -> None:
    """Raise FormatError for a JSON or XML file that is broken, cut off or empty, with the place in it.

    A folder, and a file with another ending, is nobody's here. Reads the whole file, an element at a time.
    """
    suffix = path.suffix.lower()
    if not is_file(path):
        return
    if suffix in _JSON:
        _walk_json(path)
    elif suffix == ".xml":
        _walk_xml(path)


def _walk_json(path: Path) -> None:
    with open_json(path) as walker:
        if walker.top_is_object():
            for _ in walker.fields():
                walker.skip()
        else:
            walker.skip()
            walker.expect_end()


def _walk_xml(path: Path) -> None:
    try:
        if not path.stat().st_size:
            raise empty_file(path)
        with open_regular(path) as stream:
            parents: list[ElementTree.Element] = []
            for event, element in xml_events(stream, path.name):
                if event == "start":
                    parents.append(element)
                else:
                    parents.pop()
                    if parents:
                        parents[-1].clear()  # with its children so far
    except ElementTree.ParseError as error:
        line, column = error.position
        raise FormatError(
            "{path} is not valid XML (line {line:,}, column {column:,}).",
            "Copy it again, or export it again from the program that made it; a text editor shows the place.",
            path=path,
            line=line,
            column=column + 1,
        ) from error
    except (DefusedXmlException, ValueError, LookupError, RecursionError, OSError):
        return  # who reads it says what is the matter
