"""A small machine for the pickles of ``torch.save`` that can only build data.

It knows the instructions that such files have and nothing else. Every value it makes is of a kind listed
here, so a file cannot reach an object of this program, and nothing it makes is walked, compared or hashed
while it is read (keys are texts and whole numbers): shared and nested containers cost what they take in the
file. Functions copy what they are given; so all calls together may be given no more values than the file has
instructions, which is one for each value when nothing is given twice.
"""

from __future__ import annotations

import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Any

MAX_OPCODES = 2_000_000
"""About a second; the state dict of SAM ViT-H has 22,000."""
MAX_CALLS = 100_000
"""Each makes an object of some hundred bytes; the state dict of SAM ViT-H has 1,200."""
_MAX_PROTOCOL = 4
"""torch.save writes 2; what protocol 5 added (buffers) is refused unread."""
_MAX_INTEGER_BITS = 80
"""Of torch's own magic number, the largest one in such files."""

FindName = Callable[[str, str], Any]
LoadReference = Callable[[Any], Any]


class Stub:
    """What is left of a pickled module: its attributes, nothing callable. ``kind`` is the class it named."""

    kind = ""
    attributes: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Function:
    """A name that a file may call: ``call`` gets the arguments as the file has them and checks them."""

    name: str
    call: Callable[..., Any]


_MARK = object()
_PUSHES = {
    "NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": (),
}  # fmt: skip
_VALUES = frozenset(
    {
        "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "UNICODE",
        "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING", "SHORT_BINSTRING",
    }
)  # fmt: skip
_FRESH: Mapping[str, Callable[[], Any]] = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": set}


def run_pickle(file: IO[bytes], find_name: FindName, load_reference: LoadReference) -> Any:
    """The object of the next pickle in ``file``, which is left behind it.

    ``find_name`` gives what a module and a name in it stand for: a ``Function``, a subclass of ``Stub``, or
    an inert value. ``load_reference`` gives what a persistent reference stands for. Raises UnpicklingError,
    ValueError, or what these two raise.
    """
    machine = _Machine(find_name, load_reference)
    for number, (opcode, argument, _) in enumerate(_instructions(file)):
        if opcode.proto > _MAX_PROTOCOL:
            raise _refused(f"{opcode.name} is not in files of torch.save")
        if number > MAX_OPCODES:
            raise _refused(f"more than {MAX_OPCODES:,} instructions")
        machine.instructions = number
        if opcode.name == "STOP":
            break
        machine.step(opcode.name, argument)
    return machine.pop()


def _instructions(file: IO[bytes]) -> Iterator[tuple[pickletools.OpcodeInfo, Any, int | None]]:
    try:
        yield from pickletools.genops(file)
    except ValueError as error:  # its words may be as long as the file, or about a setting of Python
        raise _refused("an instruction that cannot be read") from error


def _refused(reason: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(reason)


class _Machine:
    def __init__(self, find_name: FindName, load_reference: LoadReference) -> None:
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._find_name = find_name
        self._load_reference = load_reference
        self.instructions = 0
        self._calls = 0
        self._given = 0

    def step(self, name: str, argument: Any) -> None:
        if name in _VALUES:
            self._stack.append(_scalar(argument))
        elif name in _PUSHES:
            self._stack.append(_PUSHES[name])
        elif name in _FRESH:
            self._stack.append(_FRESH[name]())
        elif name == "MARK":
            self._stack.append(_MARK)
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[argument] = self._top()
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            self._stack.append(self._memo[argument])
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = self._top()
        elif name not in ("PROTO", "FRAME"):
            action = _ACTIONS.get(name)
            if action is None:
                raise _refused(f"{name} is not in files of torch.save")
            action(self, argument)

    def pop(self) -> Any:
        """Take the upper value. Raises UnpicklingError where there is none."""
        if not self._stack or self._stack[-1] is _MARK:
            raise _refused("a value is missing")
        return self._stack.pop()

    def _top(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise _refused("a value is missing")
        return self._stack[-1]

    def _pop_to_mark(self) -> list[Any]:
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place] is _MARK:
                values = self._stack[place + 1 :]
                del self._stack[place:]
                return values
        raise _refused("a mark is missing")

    def _tuple(self, count: int | None) -> None:
        values = self._pop_to_mark() if count is None else [self.pop() for _ in range(count)][::-1]
        self._stack.append(tuple(values))

    def _name(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._stack.append(self._find_name(module, name))

    def _stack_name(self, _: Any) -> None:
        name, module = self.pop(), self.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise _refused("a name is no text")
        self._stack.append(self._find_name(module, name))

    def _reference(self, _: Any) -> None:
        self._stack.append(self._load_reference(self.pop()))

    def _reduce(self, _: Any) -> None:
        arguments, function = self.pop(), self.pop()
        if not isinstance(function, Function) or type(arguments) is not tuple:
            raise _refused("a call of something that is no function")
        self._calls += 1
        if self._calls > MAX_CALLS:
            raise _refused(f"more than {MAX_CALLS:,} calls")
        self._given += len(arguments) + sum(len(a) for a in arguments if type(a) in (list, tuple))
        if self._given > self.instructions:
            raise _refused("calls are given more values than the file has")
        self._stack.append(function.call(*arguments))

    def _new_object(self, _: Any) -> None:
        arguments, kind = self.pop(), self.pop()
        if not isinstance(kind, type) or not issubclass(kind, Stub) or arguments != ():
            raise _refused("a new object of something that is no module")
        self._stack.append(kind())

    def _build(self, _: Any) -> None:
        """Attributes of a module; those of a dictionary (versions of a state dict) are left out."""
        state, owner = self.pop(), self._top()
        if isinstance(owner, Stub):
            if type(state) is not dict:
                raise _refused(f"the state of {owner.kind} is not a dictionary")
            owner.attributes = state
        elif type(owner) is not OrderedDict:
            raise _refused(f"a {type(owner).__name__} cannot have a state")

    def _set_items(self, values: list[Any]) -> None:
        owner = self._top()
        if type(owner) not in (dict, OrderedDict) or len(values) % 2:
            raise _refused("an entry of something that is no dictionary")
        for place in range(0, len(values), 2):
            owner[_key(values[place])] = values[place + 1]

    def _append(self, values: list[Any]) -> None:
        owner = self._top()
        if type(owner) is not list:
            raise _refused("a member of something that is no list")
        owner.extend(values)

    def _add(self, values: list[Any]) -> None:
        owner = self._top()
        if type(owner) is not set:
            raise _refused("a member of something that is no set")
        owner.update(map(_key, values))

    def _dictionary(self, _: Any) -> None:
        values = self._pop_to_mark()
        self._stack.append({})
        self._set_items(values)

    def _set_item(self, _: Any) -> None:
        value, key = self.pop(), self.pop()
        self._set_items([key, value])

    def _discard(self, _: Any) -> None:
        if not self._stack:
            raise _refused("a value is missing")
        self._stack.pop()

    def _discard_to_mark(self, _: Any) -> None:
        self._pop_to_mark()


_ACTIONS: Mapping[str, Callable[[_Machine, Any], None]] = {
    "TUPLE": lambda machine, _: machine._tuple(None),
    "TUPLE1": lambda machine, _: machine._tuple(1),
    "TUPLE2": lambda machine, _: machine._tuple(2),
    "TUPLE3": lambda machine, _: machine._tuple(3),
    "LIST": lambda machine, _: machine._stack.append(machine._pop_to_mark()),
    "DICT": _Machine._dictionary,
    "SETITEM": _Machine._set_item,
    "SETITEMS": lambda machine, _: machine._set_items(machine._pop_to_mark()),
    "APPEND": lambda machine, _: machine._append([machine.pop()]),
    "APPENDS": lambda machine, _: machine._append(machine._pop_to_mark()),
    "ADDITEMS": lambda machine, _: machine._add(machine._pop_to_mark()),
    "GLOBAL": _Machine._name,
    "STACK_GLOBAL": _Machine._stack_name,
    "BINPERSID": _Machine._reference,
    "REDUCE": _Machine._reduce,
    "NEWOBJ": _Machine._new_object,
    "BUILD": _Machine._build,
    "POP": _Machine._discard,
    "POP_MARK": _Machine._discard_to_mark,
}


def _scalar(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > _MAX_INTEGER_BITS:
        raise _refused(f"a number of more than {_MAX_INTEGER_BITS} bits")
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return value


def _key(value: Any) -> str | int:
    if not isinstance(value, (str, int)):
        raise _refused(f"a {type(value).__name__} as a key")
    return value
