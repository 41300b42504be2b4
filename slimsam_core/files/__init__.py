"""Files and folders: written whole, locked, recorded, found."""

__all__: list[str] = []
