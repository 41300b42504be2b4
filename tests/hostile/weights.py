"""Files of weights that are made to hurt whoever opens them; each is written by a few lines, none is kept."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from slimsam_core.checkpoints.writing import model_state
from slimsam_core.families import preset
from tests.tiny_models import tiny_sam

PROTOCOL, STOP = b"\x80\x02", b"."
MAGIC = b"".join(pickle.dumps(value, protocol=2) for value in (0x1950A86A20F9469CFC6C, 1001, {}))


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def text(value: str) -> bytes:
    return b"V" + value.encode() + b"\n"


def number(value: int) -> bytes:
    return f"I{value}\n".encode()


def storage(count: int, key: str = "0") -> bytes:
    return (
        b"("
        + text("storage")
        + name("torch", "FloatStorage")
        + text(key)
        + text("cpu")
        + number(count)
        + b"tQ"
    )


def tensor(count: int, size: tuple[int, ...], stride: tuple[int, ...], key: str = "0") -> bytes:
    shape = b"".join(b"(" + b"".join(map(number, values)) + b"t" for values in (size, stride))
    rest = b"I00\n" + name("collections", "OrderedDict") + b")RtR"
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + storage(count, key) + number(0) + shape + rest


def zipped(data: bytes, *members: tuple[str, bytes, int]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m/data.pkl", data)
        for path, content, compression in members:
            archive.writestr(f"m/{path}", content, compression)
    return buffer.getvalue()


def _doubled() -> bytes:
    pairs = (b"h%ch%c\x86q%c" % (i, i, i + 1) for i in range(200))
    return b"(I1\nI2\ntq\x00" + b"".join(pairs)


def nested_shared_tuples() -> bytes:
    """Each tuple holds the one before twice; as a key, its hash takes 2^200 steps."""
    return zipped(PROTOCOL + b"}" + _doubled() + b"I1\ns" + STOP)


def shared_tuples_in_a_reference() -> bytes:
    """The same where an error would show it."""
    return zipped(PROTOCOL + _doubled() + b"Q" + STOP)


def deep_nesting() -> bytes:
    """Half a million tuples in each other, as a key: a stack of 8 MB ends at a tenth of it."""
    return zipped(PROTOCOL + b"}" + b")" + b"\x85" * 500_000 + b"I1\ns" + STOP)


def deep_lists() -> bytes:
    return zipped(PROTOCOL + b"]" * 500_000 + b"a" * 499_999 + STOP)


def modules_of_modules() -> bytes:
    """Fourteen levels of modules, each holding the next ten times: 10^14 paths."""
    sam = name("segment_anything_kd.modeling.sam", "Sam") + b")\x81"
    body = sam + b"}" + text("_parameters") + b"}sbq\x00"
    for level in range(14):
        inner = b"".join(text(str(i)) + b"h" + bytes([level]) for i in range(10))
        body += sam + b"}" + text("_modules") + b"}(" + inner + b"usbq" + bytes([level + 1])
    return zipped(PROTOCOL + body + STOP)


def _calls(module: str, attribute: str, members: bytes, keep: bool) -> bytes:
    """One function that is given the same list of some 5,000 values 5,000 times."""
    given = b"(" + members + b"l\x85q\x000" + name(module, attribute) + b"q\x010"
    return zipped(
        PROTOCOL + b"(" + given + (b"h\x01h\x00R" if keep else b"h\x01h\x00R0") * 5000 + b"l" + STOP
    )


def dictionaries_of_one_list() -> bytes:
    """80 kB that would be 25 million entries, 2.5 GB."""
    pairs = b"".join(b"M%bM%b\x86" % ((struct.pack("<H", i),) * 2) for i in range(5000))
    return _calls("collections", "OrderedDict", pairs, keep=True)


def sets_of_one_list() -> bytes:
    return _calls("builtins", "set", b"".join(b"M" + struct.pack("<H", i) for i in range(5000)), keep=True)


def sizes_that_are_thrown_away() -> bytes:
    """Time instead of memory: each is made and taken from the stack."""
    return _calls("torch", "Size", b"K\x01" * 50_000, keep=False)


def half_a_million_calls() -> bytes:
    """Of a function that is given nothing, in 2 MB."""
    return zipped(
        PROTOCOL + name("collections", "OrderedDict") + b"q\x00(" + b"h\x00)R" * 500_000 + b"l" + STOP
    )


def compressed_byteorder() -> bytes:
    return zipped(PROTOCOL + b"}" + STOP, ("byteorder", bytes(400_000_000), zipfile.ZIP_DEFLATED))


def compressed_pickle() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/data.pkl", PROTOCOL + b"N0" * 100_000_000 + b"N" + STOP)
    return buffer.getvalue()


def compressed_storage() -> bytes:
    return zipped(
        PROTOCOL + b"}" + text("a") + tensor(50_000_000, (50_000_000,), (1,)) + b"s" + STOP,
        ("data/0", bytes(200_000_000), zipfile.ZIP_DEFLATED),
    )


def zip_of_many_members() -> bytes:
    """A list of a million members that are all the same place."""
    whole = zipped(PROTOCOL + b"}" + STOP)
    end = whole.index(b"PK\x05\x06")
    start = whole.index(b"PK\x01\x02")
    entry = whole[start:end]
    count = 400_000
    directory = entry * count
    where = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(directory), 1)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return whole[:start] + directory + where + locator + last


def stride_0_tensors() -> bytes:
    """One stored value shown 5 * 10^9 times (20 GB)."""
    names = model_state(tiny_sam())
    items = b"".join(text(n) + tensor(1, (50_000, 100_000), (0, 0)) for n in names)
    return zipped(PROTOCOL + b"}(" + items + b"u" + STOP, ("data/0", bytes(4), zipfile.ZIP_STORED))


def many_views() -> bytes:
    """A megabyte shown a thousand times."""
    items = b"".join(text(f"t{i}") + tensor(250_000, (250_000,), (1,)) for i in range(1000))
    return zipped(PROTOCOL + b"}(" + items + b"u" + STOP, ("data/0", bytes(1_000_000), zipfile.ZIP_STORED))


def build_on_a_tensor() -> bytes:
    body = tensor(1, (1,), (1,)) + b"}" + text("data") + text("x") + b"sb"
    return zipped(PROTOCOL + body + STOP, ("data/0", bytes(4), zipfile.ZIP_STORED))


def build_on_the_readers_tables() -> bytes:
    """Gives a class, a type of numbers and a function of the reader itself new attributes."""
    state = b"}(" + text("kind") + text("x") + text("dtype") + text("x") + text("__dict__") + b"}u"
    parts = [
        name("segment_anything_kd.modeling.sam", "Sam"), name("torch", "FloatStorage"),
        name("torch._utils", "_rebuild_tensor_v2"), name("collections", "OrderedDict"),
    ]  # fmt: skip
    return zipped(PROTOCOL + b"(" + b"".join(part + state + b"b" for part in parts) + b"l" + STOP)


def build_on_a_type_of_numbers() -> bytes:
    return zipped(PROTOCOL + name("torch", "FloatStorage") + b"}" + text("dtype") + text("x") + b"sb" + STOP)


def storages_nobody_wrote() -> bytes:
    """The older form, whose list of storages names none: the weights would be what lies in memory."""
    state = model_state(tiny_sam())
    body = b""
    for i, (key, value) in enumerate(state.items()):
        count = max(1, value.numel())
        body += text(key) + tensor(count, tuple(value.shape), value.stride(), str(i))
    return MAGIC + PROTOCOL + b"}(" + body + b"u" + STOP + pickle.dumps([], protocol=2) + bytes(4_000_000)


def number_of_ten_thousand_digits() -> bytes:
    return zipped(PROTOCOL + b"I" + b"9" * 10_000 + b"\n" + STOP)


def long_number() -> bytes:
    return zipped(PROTOCOL + b"\x8b" + struct.pack("<i", 5_000_000) + b"\x7f" * 5_000_000 + STOP)


def call_of_the_system() -> bytes:
    """What an ordinary reader of pickles would run."""
    return zipped(PROTOCOL + name("os", "system") + b"(" + text("touch canary") + b"tR" + STOP)


def members_that_are_links() -> bytes:
    """A zip whose members an unpacker would make links to a file of the user and to a device."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, place in (("m/data.pkl", "../../../canary"), ("m/data/0", "/dev/zero")):
            member = zipfile.ZipInfo(path)
            member.create_system, member.external_attr = 3, 0o120777 << 16
            archive.writestr(member, place)
    return buffer.getvalue()


def names_that_lead_out() -> bytes:
    """Members that an unpacker would write over a file of the user, and with an absolute path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../data.pkl", PROTOCOL + tensor(4, (4,), (1,)) + STOP)
        for path in ("../data/0", "../../../canary", "/tmp/slimsam-canary", "..\\..\\canary", "C:/canary"):
            archive.writestr(path, bytes(16))
    return buffer.getvalue()


def members_over_each_other() -> bytes:
    """A thousand storages that are the same megabyte of the file."""
    data = zipped(PROTOCOL + b"".join(tensor(250_000, (250_000,), (1,), str(i)) for i in range(1000)) + STOP)
    start = data.index(b"PK\x01\x02")
    body, buffer = data[:start], io.BytesIO()
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 10**6, 10**6, 0, 0)
    place = len(body)
    buffer.write(body + local + bytes(10**6))
    central = data[start : data.index(b"PK\x05\x06")]
    for i in range(1000):
        path = f"m/data/{i}".encode()
        sizes = struct.pack(
            "<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 10**6, 10**6, len(path), 0, 0, 0, 0, 0, place
        )
        central += b"PK\x01\x02" + sizes + path
    at = buffer.tell()
    buffer.write(central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1001, 1001, len(central), at, 0))
    return buffer.getvalue()


def pops_of_nothing() -> bytes:
    return zipped(PROTOCOL + b"0" * 10 + b"(1(1u" + STOP)


def header(value: Any, payload: bytes = b"") -> bytes:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return len(data).to_bytes(8, "little") + data + payload


def arch(**changes: Any) -> dict[str, Any]:
    found = preset("tiny_test").to_json()
    for path, value in changes.items():
        *way, last = path.split("__")
        inner = found
        for key in way:
            inner = inner[key]
        inner[last] = value
    return found


def native(architecture: Any, **metadata: Any) -> bytes:
    """A file of our own form whose header has this architecture and no tensors."""
    described = architecture if isinstance(architecture, str) else json.dumps(architecture)
    return header({"__metadata__": {"arch": described, "model_hash": "0" * 64, **metadata}})


def with_weights(change: Callable[[dict[str, torch.Tensor]], object], folder: Path) -> bytes:
    model = tiny_sam()
    state = model_state(model)
    change(state)
    path = folder / "changed.part"
    save_file(state, path, {"arch": json.dumps(model.arch.to_json())})
    data = path.read_bytes()
    path.unlink()
    return data


def spoiled(value: float) -> Callable[[dict[str, torch.Tensor]], object]:
    return lambda state: state["mask_decoder.iou_token.weight"].view(-1)[3:4].fill_(value)


NATIVE: dict[str, Callable[[], bytes]] = {
    "a billion layers in the decoder": lambda: native(arch(decoder__depth=10**9)),
    "a billion masks": lambda: native(arch(decoder__multimask_outputs=10**9)),
    "a billion layers in the IoU head": lambda: native(arch(decoder__iou_depth=10**9)),
    "an endless picture": lambda: native(arch(image_size=16 * 10**12)),
    "a patch of one pixel": lambda: native(arch(encoder__patch=1, image_size=4096)),
    "a stride of zero": lambda: native(arch(encoder__patch=0)),
    "wide blocks": lambda: native(arch(encoder__blocks=[[2**40, 2**40]])),
    "a hundred thousand blocks": lambda: native(arch(encoder__blocks=[[24, 48]] * 100_000)),
    "a million global blocks": lambda: native(arch(encoder__global_blocks=[1] * 1_000_000)),
    "no blocks": lambda: native(arch(encoder__blocks=[])),
    "numbers that are texts": lambda: native(arch(embed_dim="32", image_size=[128])),
    "numbers that are NaN": lambda: native(json.dumps(arch(pixel_std=[float("nan")] * 3))),
    "a name that is a list": lambda: native(arch(name=[1], family={"a": 1})),
    "a long name": lambda: native(arch(name="x" * 1_000_000)),
    "an architecture 100,000 deep": lambda: native("[" * 100_000 + "]" * 100_000),
    "a number of 10,000 digits": lambda: native('{"family": "sam_vit", "image_size": ' + "9" * 10_000 + "}"),
    "a hash that is a path": lambda: native(arch(), model_hash="../../../../tmp/canary"),
    "header fields that are no text": lambda: header(
        {"__metadata__": {"arch": 5, "model_hash": [1], "licence": {"a": 1}}}
    ),
    "metadata that is a list": lambda: header({"__metadata__": [1, 2]}),
    "a header 100,000 deep": lambda: header(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "a header with a number of 10,000 digits": lambda: header(b'{"a":' + b"9" * 10_000 + b"}"),
    "a header of 60 MB": lambda: header(b'{"__metadata__":{"a":"' + b"x" * 60_000_000 + b'"}}'),
    "a header longer than the file": lambda: (10**9).to_bytes(8, "little") + b"{}",
    "200,000 tensors": lambda: header(
        {f"t{i}": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for i in range(200_000)}
    ),
    "tensors that overlap": lambda: header(
        {f"t{i}": {"dtype": "F32", "shape": [250_000], "data_offsets": [0, 1_000_000]} for i in range(5000)},
        bytes(1_000_000),
    ),
    "a shape that overflows": lambda: header(
        {"a": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 4]}}, bytes(4)
    ),
    "offsets that run backwards": lambda: header(
        {"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}, bytes(4)
    ),
    "a layer number of 5,000 digits": lambda: header(
        {
            name: {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]}
            for i, name in enumerate(
                ("vision_encoder.layers.0.x", f"mask_decoder.iou_prediction_head.layers.{'9' * 5000}.weight")
            )
        },
        bytes(2),
    ),
}
PICKLED: dict[str, Callable[[], bytes]] = {
    function.__name__.replace("_", " "): function
    for function in (
        dictionaries_of_one_list, sets_of_one_list, sizes_that_are_thrown_away,
        half_a_million_calls,
        nested_shared_tuples, shared_tuples_in_a_reference, deep_nesting, deep_lists, modules_of_modules,
        compressed_byteorder, compressed_pickle, compressed_storage, zip_of_many_members, stride_0_tensors,
        many_views, build_on_a_tensor, build_on_the_readers_tables, build_on_a_type_of_numbers,
        storages_nobody_wrote, number_of_ten_thousand_digits, long_number, pops_of_nothing,
        call_of_the_system, members_that_are_links, names_that_lead_out, members_over_each_other,
    )
}  # fmt: skip
SPOILED: dict[str, Callable[[dict[str, torch.Tensor]], object]] = {
    "NaN in the weights": spoiled(float("nan")),
    "infinity in the weights": spoiled(float("inf")),
    "whole numbers as weights": lambda state: state.update(
        {"mask_decoder.iou_token.weight": torch.ones(1, 32, dtype=torch.int64)}
    ),
}


HOLLOW: dict[str, Callable[[], dict[str, str]]] = {
    "three gigabytes of holes that no model has": lambda: {"arch": json.dumps(arch())},
    "the same with a hash": lambda: {"arch": json.dumps(arch()), "model_hash": "0" * 64},
    "the same in the names of SAM": dict,
}
"""Files whose one tensor is a hole of the disk -> what their header says."""


def write_all(folder: Path) -> dict[str, Path]:
    """Every file, by what is wrong with it."""
    found = {}
    for i, (title, make) in enumerate([*NATIVE.items(), *PICKLED.items()]):
        path = folder / f"{i:02}{'.safetensors' if title in NATIVE else '.pth'}"
        path.write_bytes(make())
        found[title] = path
    for i, (title, change) in enumerate(SPOILED.items()):
        path = folder / f"spoiled-{i}.safetensors"
        path.write_bytes(with_weights(change, folder))
        found[title] = path
    for i, (title, metadata) in enumerate(HOLLOW.items()):
        path = folder / f"hollow-{i}.safetensors"
        count = 3 << 30
        with path.open("wb") as file:
            entry = {"dtype": "U8", "shape": [count], "data_offsets": [0, count]}
            file.write(header({"__metadata__": metadata(), "image_encoder.patch_embed.proj.weight": entry}))
            file.truncate(file.tell() + count)
        found[title] = path
    sparse = folder / "sparse.safetensors"
    with sparse.open("wb") as file:
        file.write(header({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}))
        file.truncate(2**42)
    found["four terabytes of nothing"] = sparse
    return found
