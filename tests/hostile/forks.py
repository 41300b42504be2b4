"""Doors of the program, each tried in a fork with little memory and little time.

A script beside this one names its doors and calls ``child``: it takes the files of a stranger through the
doors that its plan names and prints one JSON line for each. Torch and Qt are loaded once, before the forks.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import pkgutil
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import slimsam_core.commands
from tests.hostile.pace import slowness

MEMORY_BYTES = 4 << 30
"""Address space of a fork beside what Python and torch have reserved."""
SECONDS = 10
"""Processor time that a door may take on a quick machine, times how slow this one is measured to be."""
LONG_DOORS: Mapping[str, int] = {"window": 4}
"""Doors that are many in one -> how many times as long they may take: the window opens a file in seven places
and shows six dialogs, one of which times models for seconds."""
PEAK_BYTES = 2 << 30
"""Python with torch has 0.5 GB; the largest file of the generators has 60 MB."""
WRITTEN_BYTES = 1 << 30
"""The longest file that a door may write."""
PRIVATE, LOOKED = "private", "looked"
"""A folder of the user beside the stranger's, and where is noted what a door opens or lists in it."""
LONGEST_PATH = 3000
"""Letters; Linux takes 4,095 bytes, and folders that lie deeper are not looked at here."""
ROOT = Path(__file__).parents[2]

Places = Mapping[str, str]
Door = Sequence[str] | Callable[[Places], int]
"""Arguments of ``slimsam`` with places in braces, or what is done instead; the exit code of either."""
Plan = Mapping[str, Sequence[str]]
"""Name of a file -> doors that it goes through."""


def in_turn(files: Sequence[str], doors: Sequence[str], each: int, always: Sequence[str] = ()) -> Plan:
    """Every file through ``always`` and ``each`` of the doors in turns; each door has its share of files."""
    plan: dict[str, list[str]] = {}
    turn = 0
    others = [door for door in doors if door not in always]
    for file in files:
        chosen = [others[(turn + i) % len(others)] for i in range(each)]
        turn += each
        plan[file] = [*always, *chosen]
    return plan


def try_plan(base: Path, module: str, plan: Plan, timeout_s: float = 3600.0) -> list[dict[str, Any]]:
    """Take ``base/stranger/files`` through the doors of ``module``; what happened, in the order of the plan.

    Fails when anything beside ``base/stranger/out`` and the user's own folders is another file afterwards.
    """
    folder, home = base / "stranger", base / "user"
    home.mkdir(exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan))
    canary = base / "canary"
    canary.write_text("years of work")
    before = digests(base)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"), "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", module, str(folder)],
        cwd=base, env=environment, capture_output=True, text=True, timeout=timeout_s, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["file"], line["door"]) for line in lines] == [
        (file, door) for file, doors in plan.items() for door in doors
    ]
    changed = {name for name, _ in before.items() ^ digests(base).items()}
    assert not changed, f"files of the user or of the stranger were changed, or are new: {changed}"
    return lines


def digests(base: Path) -> dict[str, str]:
    """Every file that no door has a right to change -> hash of its bytes, or where it leads."""
    found = {}
    entries = (Path(top, name) for top, folders, files in os.walk(base) for name in (*folders, *files))
    for path in sorted(path for path in entries if len(str(path)) < LONGEST_PATH):
        name = path.relative_to(base).as_posix()
        if name.startswith(("stranger/out/", "user/")):
            continue
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and path.stat().st_size < 1 << 30:  # larger ones are holes
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def in_bounds(found: Mapping[str, Any]) -> str:
    """Judge what happened at a door: no traceback, no flood, in time and memory. Returns it in words."""
    said = (
        f"{found['file']} / {found['door']}: {found['code']} after {found['seconds']:.1f} s, "
        f"{found['peak'] >> 20} MiB: {found['text'][-1500:]}"
    )
    assert found["code"] in (0, 1), said
    assert "Traceback" not in found["text"], said
    assert not {*found["text"]} & {"\x1b", "\x07", "\u202e"}, said
    assert len(found["text"]) < 20_000, said
    assert not found["looked"], f"{said} looked at {found['looked']}"
    assert found["seconds"] < found["limit"], said
    assert found["peak"] < PEAK_BYTES, said
    return said


def child(doors: Mapping[str, Door]) -> None:
    """In the child process: everything that the plan in ``FOLDER/plan.json`` names, as JSON lines."""
    for module in pkgutil.iter_modules(slimsam_core.commands.__path__, "slimsam_core.commands."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()  # a fork that looks through what was loaded before it copies every page of it
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan.json").read_text())
    for number, (file, door) in enumerate((name, door) for name in plan for door in plan[name]):
        out = folder / "out" / f"{number}"
        out.mkdir(parents=True)
        if (folder / "pictures/p.slimsam").exists():
            shutil.copyfile(folder / "pictures/p.slimsam", out / "copy.slimsam")
        places = {
            "file": str(folder / "files" / file), "out": str(out), "picture": str(folder / "pictures/1.png"),
            "pictures": str(folder / "pictures"), "labels": str(folder / "labels.json"),
            "project": str(folder / "pictures/p.slimsam"), "model": str(folder / "model.safetensors"),
            "copy": str(out / "copy.slimsam"),
        }  # fmt: skip
        limit = round(SECONDS * slowness()) * LONG_DOORS.get(door, 1)
        print(json.dumps({"file": file, "door": door, **_try(doors[door], places, limit)}), flush=True)


def _try(door: Door, places: Places, limit: int) -> dict[str, Any]:
    """Exit code, what was printed, seconds and the most memory that was held; ``limit`` in seconds."""
    printed = Path(places["out"]) / "printed"
    start = time.monotonic()
    process = os.fork()
    if process == 0:
        _fork(door, places, printed, limit)
    _, status, used = os.wait4(process, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "text": printed.read_text(errors="replace"),
        "limit": limit,
        "seconds": used.ru_utime + used.ru_stime,
        "wall": time.monotonic() - start,
        "peak": used.ru_maxrss * 1024,
        "looked": looked.read_text() if (looked := Path(places["out"]) / LOOKED).exists() else "",
    }


def _fork(door: Door, places: Places, printed: Path, limit: int) -> None:
    handle = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    reserved = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (reserved + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    _listen(Path(places["out"]).parents[2] / PRIVATE, Path(places["out"]) / LOOKED)
    signal.alarm(30 * limit)  # for what waits instead of computing, on a busy machine
    code = 99
    try:
        if callable(door):
            code = door(places)
        else:
            from slimsam_core.cli import main

            code = main([argument.format(**places) for argument in door])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _listen(private: Path, note: Path) -> None:
    """Note every path in the user's folder that Python opens or lists from now on, links followed."""
    if not private.is_dir():
        return
    folder = f"{private.resolve()}/"

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if (
            event in ("open", "os.listdir", "os.scandir")
            and isinstance(arguments[0], str | bytes | os.PathLike)
            and f"{os.path.realpath(os.fsdecode(arguments[0]))}/".startswith(folder)
        ):
            with Path(note).open("a") as file:  # heard as well, and not in the folder
                file.write(f"{event} {arguments[0]}\n")

    sys.addaudithook(hear)
