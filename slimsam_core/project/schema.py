"""The tables of a project file and the steps from each older version to the present one."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Callable

from slimsam_core.errors import ProjectError
from slimsam_core.progress import Progress, ProgressSink, ignore_progress
from slimsam_core.project.proof import PROOF, proof_of_values
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, FILES, IMAGES, ROOTS

APPLICATION_ID = 0x536C6D53
"""Marks the SQLite file as ours (``PRAGMA application_id``): "SlmS"."""

Migration = Callable[[sqlite3.Connection], None]

PAGE = 1000
"""Rows that are converted between two words about it; by eye: a page is there at once and takes little
memory."""

_VERSION_1 = (
    """CREATE TABLE project (
        id TEXT NOT NULL,
        created TEXT NOT NULL,
        home TEXT NOT NULL -- folder of the file when it was last open for writing
    )""",
    "CREATE TABLE root (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)",
    """CREATE TABLE category (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        color TEXT NOT NULL,
        supercategory TEXT NOT NULL,
        hotkey TEXT NOT NULL,
        attributes TEXT,
        extra TEXT,
        objects INTEGER NOT NULL DEFAULT 0 -- maintained: annotations of this class
    )""",
    """CREATE TABLE image (
        id INTEGER PRIMARY KEY,
        root_id INTEGER NOT NULL REFERENCES root(id) DEFERRABLE INITIALLY DEFERRED,
        path TEXT NOT NULL,
        height INTEGER,
        width INTEGER,
        content_hash TEXT NOT NULL,
        exif_orientation INTEGER NOT NULL,
        state TEXT NOT NULL,
        flags TEXT,
        comment TEXT NOT NULL,
        extra TEXT,
        sort_key TEXT NOT NULL,
        search_text TEXT NOT NULL,
        -- maintained: number of its annotations, and the range of their areas and confidences
        objects INTEGER NOT NULL DEFAULT 0,
        area_min INTEGER,
        area_max INTEGER,
        confidence_min REAL,
        confidence_max REAL,
        UNIQUE (root_id, path)
    )""",
    "CREATE INDEX image_order ON image(root_id, sort_key, id)",
    "CREATE INDEX image_state ON image(state)",
    "CREATE INDEX image_without_facts ON image(id) WHERE content_hash = ''",
    """CREATE TABLE annotation (
        id INTEGER PRIMARY KEY,
        image_id INTEGER NOT NULL REFERENCES image(id) DEFERRABLE INITIALLY DEFERRED,
        category_id INTEGER NOT NULL REFERENCES category(id) DEFERRABLE INITIALLY DEFERRED,
        height INTEGER NOT NULL,
        width INTEGER NOT NULL,
        counts TEXT NOT NULL,
        drawn TEXT,
        iscrowd INTEGER NOT NULL,
        attributes TEXT,
        note TEXT NOT NULL,
        group_id INTEGER,
        layer REAL NOT NULL,
        hidden INTEGER NOT NULL,
        locked INTEGER NOT NULL,
        score REAL,
        provenance TEXT,
        extra TEXT,
        area INTEGER NOT NULL,
        confidence REAL,
        time_spent_s REAL NOT NULL
    )""",
    "CREATE INDEX annotation_image ON annotation(image_id, area, confidence)",
    "CREATE INDEX annotation_facts ON annotation(category_id, image_id, area, confidence, time_spent_s)",
    # ids that were removed: brought back by undo and redo alone, never given to anything else
    "CREATE TABLE retired (kind TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo', 'prune')),
        target INTEGER, -- the 'do' entry that is done, undone or redone; itself for 'do'
        label TEXT NOT NULL,
        time TEXT NOT NULL,
        undo_top INTEGER, -- 'do' entry that undo takes back next
        redo_top INTEGER, -- 'undo' entry that redo takes back next
        below INTEGER -- what lies under this entry in its stack
    )""",
    "CREATE INDEX journal_target ON journal(target, seq)",
    """CREATE TABLE journal_part (
        id INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL REFERENCES journal(seq) ON DELETE CASCADE,
        records BLOB NOT NULL
    )""",
    "CREATE INDEX journal_part_seq ON journal_part(seq, id)",
)


def _create(connection: sqlite3.Connection) -> None:
    for statement in _VERSION_1:
        connection.execute(statement)


def _keep_what_files_say(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE imported_file (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            info TEXT,
            licences TEXT,
            extra TEXT
        )"""
    )


def _order_classes(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE category ADD COLUMN place INTEGER")


def _keep_drafts(connection: sqlite3.Connection) -> None:
    # no reference to the picture: one that is removed and brought back by undo has its draft again
    connection.execute(
        """CREATE TABLE draft (
            image_id INTEGER PRIMARY KEY,
            content TEXT NOT NULL, -- JSON of the window that kept it
            saved TEXT NOT NULL
        )"""
    )


def _prove_rows(connection: sqlite3.Connection, progress: ProgressSink = ignore_progress) -> None:
    """What stands in an older file is taken as it is: its damage, if any, was told by nothing before."""
    for table in (ROOTS, FILES, CATEGORIES, IMAGES, ANNOTATIONS):
        connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {PROOF} INTEGER")
        names = ", ".join(table.early)
        (total,) = connection.execute(f"SELECT count(id) FROM {table.name}").fetchone()
        last, done = -(1 << 63), 0
        # a page at a time: a row that is written while a cursor walks over its table costs it its place
        while rows := connection.execute(
            f"SELECT {names} FROM {table.name} WHERE id > ? ORDER BY id LIMIT {PAGE}", (last,)
        ).fetchall():
            connection.executemany(
                f"UPDATE {table.name} SET {PROOF} = ? WHERE id = ?",
                [(proof_of_values(table, (*row, *[None] * len(table.late))), row[0]) for row in rows],
            )
            if rows[-1][0] <= last:
                raise ValueError(f"its {table.name} rows are out of order")
            last, done = rows[-1][0], done + len(rows)
            progress(Progress(f"Converting the project: {table.noun}", done, total))


def _remember_removed(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE removed_image (
            id INTEGER PRIMARY KEY,
            root_id INTEGER NOT NULL REFERENCES root(id) DEFERRABLE INITIALLY DEFERRED,
            path TEXT NOT NULL,
            proof INTEGER,
            UNIQUE (root_id, path)
        )"""
    )
    _unstack_looks(connection)


LOOKS = ("Add pictures of ", "Add folder ", "Re-link ", "Follow moved folders")
"""How commands begin that tell where files are; until version 5 undo took them back like a person's."""


def _unstack_looks(connection: sqlite3.Connection) -> None:
    """Undo steps over what the program itself found in the folders."""
    beyond: dict[object, object] = {None: None}
    for seq, label, below in connection.execute(
        "SELECT seq, label, below FROM journal WHERE kind = 'do' ORDER BY seq"
    ).fetchall():
        below_now = beyond.get(below, below)
        beyond[seq] = below_now if isinstance(label, str) and label.startswith(LOOKS) else seq
        if below_now != below:
            connection.execute("UPDATE journal SET below = ? WHERE seq = ?", (below_now, seq))
    last = connection.execute("SELECT seq, undo_top FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    if last is not None and last[1] in beyond:
        connection.execute("UPDATE journal SET undo_top = ? WHERE seq = ?", (beyond[last[1]], last[0]))


def _name_annotators(connection: sqlite3.Connection) -> None:
    """Who did what, and what tells copies and parts of a project how to be joined again.

    Rows of before keep their checksums: of them nobody is known, and their uid is made of their id.
    """
    for table, names in {
        "journal": ("author",),
        "category": ("uid", "writes"),
        "image": ("uid", "writes", "review", "review_state"),
        "annotation": ("author", "uid", "writes"),
        # of what was removed on purpose: without `writes` a removal says nothing to other copies
        "retired": ("uid", "writes"),
    }.items():
        for name in names:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} TEXT")
    connection.execute(
        """CREATE TABLE variant (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            uid TEXT NOT NULL,
            image_id INTEGER, -- no reference: the picture may be removed and come back by undo
            content TEXT,
            writes TEXT NOT NULL,
            author TEXT NOT NULL,
            source TEXT NOT NULL,
            proof INTEGER
        )"""
    )
    connection.execute("CREATE INDEX variant_image ON variant(image_id)")
    connection.execute(
        "CREATE INDEX annotation_author ON annotation(author, image_id, time_spent_s)"
        " WHERE author IS NOT NULL"
    )
    connection.execute("CREATE INDEX image_review ON image(review_state) WHERE review_state IS NOT NULL")
    connection.execute(
        """CREATE TABLE part_origin (
            split TEXT NOT NULL,
            base TEXT NOT NULL, -- id of the project that was split
            base_name TEXT NOT NULL,
            annotator TEXT NOT NULL,
            classes_locked INTEGER NOT NULL,
            created TEXT NOT NULL
        )"""
    )


MIGRATIONS: tuple[Migration, ...] = (
    *(_create, _keep_what_files_say, _order_classes, _keep_drafts, _prove_rows),
    *(_remember_removed, _name_annotators),
)
"""``MIGRATIONS[n]`` takes a file of version n to version n + 1; version 0 is an empty file."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the file, 0 = empty."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_application(connection: sqlite3.Connection, path: object) -> None:
    """Raise ProjectError for a database of another program."""
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application != APPLICATION_ID:
        raise ProjectError(
            "{path} is a database of another program.", "Choose a SlimSAM project file.", path=path
        )


def check_readable(connection: sqlite3.Connection, path: object) -> int:
    """The version of a project file. Raises ProjectError for other files and for newer versions."""
    check_application(connection, path)
    version, newest = version_of(connection), len(MIGRATIONS)
    if version > newest:
        raise ProjectError(
            "{path} was written by a newer version of this program (format {version}, known: {newest}).",
            "Install the newer version; this one leaves the file as it is.",
            path=path,
            version=version,
            newest=newest,
        )
    return version


Part = tuple[str, str, str, str | None]
"""Type, name, table and SQL text of a table or an index; automatic indexes have no text."""


@functools.cache
def _ours(version: int) -> frozenset[Part]:
    """All that a file of this version consists of."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for step in MIGRATIONS[:version]:
            step(connection)
        return frozenset(connection.execute(_PARTS).fetchall())


_PARTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema"

MAX_PARTS = 200
"""Tables and indexes that are looked at; a project has about 20."""


def check_as_ours(connection: sqlite3.Connection, path: object) -> None:
    """Refuse a file whose tables are not, letter by letter, those that this program makes.

    Nothing of the file has been evaluated then: a view in place of a table, a trigger, an index or a column
    that computes, a check that never ends. Raises ProjectError with the name of the difference.
    """
    version = version_of(connection)
    ours = _ours(version)
    found = connection.execute(f"{_PARTS} LIMIT {MAX_PARTS}").fetchall()
    strange = [part for part in found if part not in ours]
    missing = ours.difference(found)
    if not strange and not missing and len(found) == len(ours):
        return
    kind, name = (strange or sorted(missing, key=str) or found)[0][:2]
    what = "of its own that no project has" if strange else "less than a project has"
    raise ProjectError(
        "{path} is damaged or was made by another program: it has the {kind} {name!r} {what}.",
        "Nothing of it was used. Go back to a copy of it. A repair takes what is whole into a new file:"
        " see the guide on projects.",
        command=("slimsam", "project", "repair", path, "NEW.slimsam"),
        path=path,
        kind=str(kind)[:20],
        name=str(name)[:80],
        what=what,
    )


def migrate(connection: sqlite3.Connection, progress: ProgressSink = ignore_progress) -> None:
    """Bring the file to the newest version in one transaction: old or new, never between.

    A file of the newest version is not written to, so that it opens on a full disk too.
    """
    if version_of(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(version_of(connection), len(MIGRATIONS)):
            step = MIGRATIONS[version]
            _prove_rows(connection, progress) if step is _prove_rows else step(connection)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
