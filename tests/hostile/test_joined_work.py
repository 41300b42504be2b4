"""Projects of several people made by hand, with right checksums: reviews, differences, origins, who did what.

Each is asked everything, merged with a good one in both directions, decided, compared, reviewed and split;
every seventh in each run of the tests, all nightly.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Variant
from slimsam_core.cli import main
from slimsam_core.pixels import mask
from slimsam_core.project.proof import proof_of
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, IMAGES
from slimsam_core.project.variant_table import VARIANTS
from tests.app_shell.test_plain_text import EVIL
from tests.hostile.conftest import write_project
from tests.hostile.test_damaged_projects import ask_everything

DEEP = "[" * 40 + "]" * 40
LONG = "n" * 1_000_000
GOOD = mask.encode(np.ones((30, 40), np.bool_)).counts

ODD: dict[str, tuple[str, str, object]] = {
    **{f"a review {text[:40]}": ("image", "review", text) for text in (
        '{"state": "x"}', "{}", "[]", "null", DEEP, '{"state": "rejected", "by": 5}',
        '{"state": "rejected", "notes": [[1e308, -1e308, "far", "me"]]}',
        '{"state": "rejected", "notes": [[1, 2]]}', '{"state": "rejected", "notes": [[NaN, 1, "a", "b"]]}',
        json.dumps({"state": "rejected", "by": EVIL, "notes": [[1, 2, EVIL * 50, EVIL]] * 1000}),
        json.dumps({"state": "rejected", "notes": [[1, 2, "a", "b"]] * 1001}))},
    "a state of a review": ("image", "review_state", EVIL),
    **{f"{table} of one name {uid[:9]!r}": (table, "uid", uid)
       for table in ("image", "annotation", "category") for uid in ("", "same", EVIL, LONG)},
    **{f"{table} written {text[:30]!r}": (table, "writes", text)
       for table in ("image", "annotation", "category")
       for text in ("", "{}", DEEP, "a:99999999999999999999999 b:-1", EVIL, LONG)},
    **{f"by {name[:9]!r}": ("annotation", "author", name) for name in ("", EVIL, LONG, "../../x")},
    **{f"history by {name[:9]!r}": ("journal", "author", name) for name in (EVIL, LONG)},
    **{f"a part {column} {value!r:.20}": ("part_origin", column, value) for column, value in (
        ("base_name", EVIL), ("annotator", "../../x"), ("annotator", EVIL), ("annotator", "n" * 999),
        ("classes_locked", 2**63 - 1), ("created", "no day"), ("split", ""), ("base", EVIL), ("base", LONG))},
    **{f"a project {uid[:9]!r}": ("project", "id", uid) for uid in ("", "../../x", EVIL, LONG)},
    **{f"another value {text[:50]}": ("variant", "content", text) for text in (
        "", "{}", "[]", "null", DEEP, '"text"', "x", '{"id": 3}',
        json.dumps({"image_id": 1, "category_id": 1, "height": 30, "width": 40, "counts": "5@5@5@"}),
        json.dumps({"image_id": 1, "category_id": 1, "height": 2**31, "width": 2**31, "counts": GOOD}),
        json.dumps({"image_id": 99, "category_id": 99, "height": 30, "width": 40, "counts": GOOD}),
        json.dumps({"path": "../../../etc/passwd", "root_id": 1}),
        json.dumps({"name": EVIL, "color": "url(x)"}))},
    "another value of none": ("variant", "kind", "journal"),
    "another value of no picture": ("variant", "image_id", -5),
    "another value by": ("variant", "author", EVIL),
    "another value from": ("variant", "source", EVIL * 100),
    "another value written": ("variant", "writes", DEEP),
}  # fmt: skip
"""What is odd -> table, column and value."""
TABLES = {table.name: table for table in (CATEGORIES, IMAGES, ANNOTATIONS, VARIANTS)}
KINDS = ("annotation", "image", "category")


def put(path: Path, title: str) -> None:
    """Write the value into every row of a closed project, with the checksums that go with it."""
    name, column, value = ODD[title]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.row_factory = sqlite3.Row
        connection.execute("INSERT INTO part_origin VALUES ('s', 'b', 'whole', 'me', 0, '2026-01-01')")
        uids = dict(zip(KINDS, (row[0] for kind in KINDS for row in connection.execute(
            f"SELECT uid FROM {kind} LIMIT 1")), strict=True))  # fmt: skip
        for number, kind in enumerate(KINDS, 1):
            made = Variant(
                id=number, kind=kind, uid=uids[kind] or "u", image_id=1, content="{}", writes="",
                author="they", source="theirs.slimsam",
            )  # fmt: skip
            row = VARIANTS.encode(made)
            connection.execute(
                f"INSERT INTO variant ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                [*row.values()],
            )
        connection.execute(f"UPDATE {name} SET {column} = ?", (value,))
        for table in TABLES.values():
            for found in connection.execute(f"SELECT * FROM {table.name}").fetchall():
                proof = proof_of(table, dict(found))
                connection.execute(f"UPDATE {table.name} SET proof = ? WHERE id = ?", (proof, found["id"]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("whole") / "pictures")


@pytest.mark.parametrize(
    "title",
    [
        title
        if number % 7 == 0 or title.startswith("history")
        else pytest.param(title, marks=pytest.mark.nightly)
        for number, title in enumerate(ODD)
    ],
)
def test_work_of_others_that_makes_no_sense(
    whole: Path,
    tmp_path: Path,
    title: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for place in (mine, theirs):
        shutil.copytree(whole.parent, place)
    own, other = str((mine / "p.slimsam").rename(mine / "m.slimsam")), str(theirs / "p.slimsam")
    put(Path(other), title)
    before = {path.name for path in tmp_path.iterdir()}
    for arguments in (
        ["project", "info", other], ["project", "check", other], ["project", "history", other],
        ["project", "conflicts", other], ["project", "review", other], ["project", "merge", own, other],
        ["project", "conflicts", own, "--take", "theirs"], ["project", "check", own],
        ["project", "compare", own, other, "--html", str(tmp_path / "page.html")],
        ["project", "conflicts", other, "--take", "theirs"], ["project", "undo", other],
        ["export", other, str(tmp_path / "e.json")], ["export", own, str(tmp_path / "o.json")],
        ["project", "merge", other, own],
        ["project", "split", other, "--among", "a,b", "--out", str(tmp_path / "parts")],
    ):  # fmt: skip
        code = main(arguments)
        told = "".join(capsys.readouterr())
        assert code in (0, 1), f"{arguments}: {told[-500:]}"
        assert "fault of the program" not in told
        assert not {*told} & {"\x1b", "\u202e", "\0"}, arguments
        assert len(told) < 30_000, arguments
        if arguments[1:3] == ["check", own]:
            assert code == 0, told
    ask_everything(Path(other))
    assert {path.name for path in tmp_path.iterdir()} - before <= {
        "page.html", "e.json", "o.json", "parts", "data", "config",
    }  # fmt: skip
