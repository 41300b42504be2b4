"""The stored embeddings of this user."""

from __future__ import annotations

from pathlib import Path

from slimsam_app.workers.inference import KEPT_EMBEDDING_BYTES
from slimsam_core.files.user_folders import embeddings_dir, embeddings_quota
from slimsam_core.inference.embedding_store import EmbeddingStore


def store_of_user(settings: Path) -> EmbeddingStore:
    """The embeddings of this user, within what the settings file allows at each moment."""
    return EmbeddingStore(
        KEPT_EMBEDDING_BYTES, disk_dir=embeddings_dir(), disk_quota_bytes=lambda: embeddings_quota(settings)
    )
