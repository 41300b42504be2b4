"""Files and folders: written whole, locked, recorded, found."""
