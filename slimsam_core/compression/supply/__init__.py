"""Pictures for a compression run: listed, split, loaded; embeddings of the teacher kept."""

__all__: list[str] = []
