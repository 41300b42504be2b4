"""How the other values of a conflict lie in their table."""

from __future__ import annotations

from slimsam_core.annotation import ThingKind, Variant
from slimsam_core.project.table import Row, Table


def _encode(variant: Variant) -> Row:
    return {
        "id": variant.id,
        "kind": str(variant.kind),
        "uid": variant.uid,
        "image_id": variant.image_id,
        "content": variant.content or None,
        "writes": variant.writes,
        "author": variant.author,
        "source": variant.source,
    }


def _decode(row: Row) -> Variant:
    return Variant(
        id=row["id"],
        kind=ThingKind(row["kind"]),
        uid=row["uid"],
        image_id=row["image_id"],
        content=row["content"] or "",
        writes=row["writes"],
        author=row["author"],
        source=row["source"],
    )


VARIANTS = Table(
    name="variant",
    noun="other value",
    columns=("id", "kind", "uid", "image_id", "content", "writes", "author", "source"),
    encode=_encode,
    decode=_decode,
    numbers=frozenset({"id", "image_id"}),
    nullable=frozenset({"image_id", "content"}),
)
