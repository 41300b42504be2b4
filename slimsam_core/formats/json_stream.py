"""A JSON file of any size, walked one element at a time: memory holds one element, never the file."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import count_values, open_regular, too_many_values
from slimsam_core.sentences import mark, sentence

CHUNK_BYTES = 1 << 20
MAX_ELEMENT_CHARS = 256 << 20
MAX_SAFE_INT = 1 << 53
MOST_NAMED = 20
"""Of keys that stand twice; a file has one or two, or was made to have a million."""
_SPACE = " \t\r\n"
_WORDS = {
    "Expecting value": mark("a value is missing"),
    "Expecting property name enclosed in double quotes": mark("a name in double quotes is missing"),
    "Expecting ':' delimiter": mark("a “:” is missing"),
    "Expecting ',' delimiter": mark("a “,” is missing"),
    "Invalid control character at": mark("a text goes over the end of its line"),
    "Illegal trailing comma before end of object": mark("there is a comma too many"),
    "Illegal trailing comma before end of array": mark("there is a comma too many"),
}
"""What Python says of JSON that is none, in words of ours. Other things it says are rare."""
_TOO_EARLY = mark("it ends too early")


class DuplicateKeys(dict[str, Any]):
    """An object that named a key twice; the last value counts, ``duplicates`` has the first of the names."""

    duplicates: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    marked = DuplicateKeys(value)
    marked.duplicates = repeated(name for name, _ in pairs)
    return marked


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    """The names that come more than once, sorted, ``MOST_NAMED`` at most: they are told in one line."""
    found = sorted(name for name, count in Counter(names).items() if count > 1)
    return tuple(found[:MOST_NAMED])


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)


class JsonWalker:
    """Walks the top level of a JSON file: ``fields`` of the object, ``elements`` of an array in it.

    NaN and Infinity come through as floats: whoever reads a number checks it. Raises FormatError with the
    position for everything that is not UTF-8 JSON.
    """

    def __init__(self, path: Path, file: BinaryIO, decoder: json.JSONDecoder = _DECODER) -> None:
        self._path, self._file, self._decoder = path, file, decoder
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._buffer, self._at, self._ended = "", 0, False
        self._blank = True
        """Nothing but white space was seen."""
        self._lines, self._columns = 0, 0
        """Of what came before the buffer: whole lines, and characters of the last one."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Each key of the object at the top and the first character of its value.

        The value must be consumed by ``value``, ``elements`` or ``skip`` before the next key.
        """
        if self._peek() != "{":
            raise self.error(sentence("the file does not start with a JSON object"))
        self._at += 1
        if self._peek() == "}":
            self._at += 1
        else:
            while True:
                key = self.value() if self._peek() == '"' else None
                if not isinstance(key, str):
                    raise self.error(sentence("a name in double quotes is missing"))
                self._expect(":")
                yield key, self._peek()
                if self._separator("}"):
                    break
        self.expect_end()

    def expect_end(self) -> None:
        """Raise FormatError unless nothing but white space is left."""
        if self._peek():
            raise self.error(sentence("there is more text after the end"))

    def elements(self) -> Iterator[Any]:
        """Each element of the array that starts here."""
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self._separator("]"):
                return

    def top_is_array(self) -> bool:
        """Whether the file holds an array instead of an object."""
        return self._peek() == "["

    def top_is_object(self) -> bool:
        """Whether the file holds an object."""
        return self._peek() == "{"

    def skip(self) -> None:
        """Pass over the value that starts here without keeping it."""
        if self._peek() == "[":
            for _ in self.elements():
                pass
        else:
            self.value()

    def value(self) -> Any:
        """The whole value that starts here."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                near_end = len(self._buffer) - error.pos < 16 or error.msg.startswith("Unterminated")
                if self._ended or not near_end:
                    raise self._broken(error) from error
            except RecursionError as error:
                raise self.error(sentence("values are nested too deeply")) from error
            except ValueError as error:  # a number of thousands of digits
                raise self.error(sentence("a number is far too long")) from error
            else:
                # a number such as 1e-5 may go on behind the end of the buffer
                if end + 4 <= len(self._buffer) or self._ended:
                    self._at = end
                    return value
            self._read_more()

    def error(self, words: str, at: int | None = None) -> FormatError:
        """The error that says where in the file reading stopped: line and column, from 1 on."""
        place = self._at if at is None else at
        if self._ended and not self._buffer[place:].strip():
            if self._blank:
                return empty_file(self._path)
            words = sentence(_TOO_EARLY)
        lines, columns = self._count(place)
        return FormatError(
            "{path} is not valid JSON: {words} (line {line:,}, column {column:,}).",
            "Copy it again, or export it again from the program that made it; a text editor shows the place.",
            path=self._path,
            words=words,
            line=lines + 1,
            column=columns + 1,
        )

    def _broken(self, error: json.JSONDecodeError) -> FormatError:
        if self._ended and error.msg.startswith("Unterminated"):
            return self.error(sentence(_TOO_EARLY), error.pos)
        return self.error(sentence(_WORDS.get(error.msg, error.msg)), error.pos)

    def _count(self, place: int) -> tuple[int, int]:
        """Whole lines before a place of the buffer, and characters before it in its own line."""
        before = self._buffer[:place]
        last = before.rfind("\n")
        columns = place + self._columns if last < 0 else place - last - 1
        return self._lines + before.count("\n"), columns

    def _separator(self, closing: str) -> bool:
        sign = self._peek()
        if sign not in (",", closing) or not sign:
            raise self.error(sentence("a “,” is missing"))
        self._at += 1
        return sign == closing

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise self.error(sentence("a “:” is missing") if sign == ":" else sentence("a list is missing"))
        self._at += 1

    def _peek(self) -> str:
        """The next character that is not white space, not consumed; empty at the end of the file."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    self._blank = False
                    return self._buffer[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._read_more()

    def _read_more(self) -> None:
        rest = self._buffer[self._at :]
        if len(rest) > MAX_ELEMENT_CHARS:
            raise self.error(sentence("one element is larger than 256 million characters"))
        containers, commas = count_values(rest)
        if too_many_values(containers, commas):
            raise self.error(sentence("one element has more than four million objects and lists in it"))
        # a long element is read in growing steps, so that trying again costs little; what may be tried is
        # bounded, as each of its values takes many times what it has in the file
        texts, wanted = [rest], max(CHUNK_BYTES, len(rest))
        while wanted > 0 and not self._ended and not too_many_values(containers, commas):
            text = self._read_piece()
            more, further = count_values(text)
            containers, commas, wanted = containers + more, commas + further, wanted - CHUNK_BYTES
            texts.append(text)
        self._lines, self._columns = self._count(self._at)
        self._buffer, self._at = "".join(texts), 0

    def _read_piece(self) -> str:
        data = self._file.read(CHUNK_BYTES)
        self._ended = not data
        try:
            return self._decode.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise FormatError(
                "{path} is not UTF-8 text (byte {file:,}).",
                "Save it as UTF-8.",
                path=self._path,
                file=self._file.tell() - len(data) + error.start,
            ) from error


def empty_file(path: Path) -> FormatError:
    """The error of a file without a word in it."""
    return FormatError(
        "{path} is empty: there is nothing in it to read.",
        "Copy it again, or export it again from the program that made it.",
        path=path,
    )


@contextlib.contextmanager
def open_json(path: Path) -> Iterator[JsonWalker]:
    """A walker over a file, closed at the end. Raises FormatError when the file cannot be read."""
    try:
        with open_regular(path) as file:
            yield JsonWalker(path, file)
    except OSError as error:
        if error.filename is not None and Path(error.filename) != path:
            raise  # of another file that was looked at meanwhile
        raise FormatError(
            "{path} cannot be read: {strerror}.",
            "Check the path.",
            path=path,
            strerror=error.strerror or error,
        ) from error


def load_json(path: Path) -> Any:
    """The whole content of a small JSON file. Raises FormatError."""
    with open_json(path) as walker:
        value = walker.value()
        walker.expect_end()
        return value


def is_number(value: object) -> bool:
    """A finite JSON number: not a bool, NaN or infinity, and exact as a double where it is whole."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) <= MAX_SAFE_INT
    return isinstance(value, float) and value - value == 0


def plain_id(value: object) -> object:
    """``1.0``, ``"1"`` and ``"1.0"`` as the number 1, which other programs write; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SAFE_INT:
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"(0|[1-9][0-9]{0,14})(\.0{1,6})?", value):
        return int(value.partition(".")[0])
    return value


def is_id(value: object) -> bool:
    """A whole number from 1 to 2^53, the ids that every reader understands."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_SAFE_INT
