"""A file is whole or not there, and what stood there before is never harmed."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_path, atomic_write_bytes, atomic_write_json


def test_success_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "ünï 图.json"
    atomic_write_bytes(target, b"old")
    atomic_write_json(target, {"a": "é"})
    assert json.loads(target.read_text("utf-8")) == {"a": "é"}
    assert list(tmp_path.iterdir()) == [target]
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask


def test_any_error_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")
    with pytest.raises(KeyError), atomic_path(target) as temporary:  # noqa: PT012 - the block is the point
        temporary.write_text("half")
        raise KeyError
    with pytest.raises(ValueError):
        atomic_write_json(target, float("nan"))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")
    with pytest.raises(OutputError, match="No space left") as caught, atomic_path(target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.hint
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_missing_folders_and_folders_as_targets(tmp_path: Path) -> None:
    for target in (tmp_path / "no" / "a.json", tmp_path):
        with pytest.raises(OutputError, match="Cannot write"):
            atomic_write_bytes(target, b"")
    assert list(tmp_path.iterdir()) == []
