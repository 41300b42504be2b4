"""What helps a person to label: quality rules, masks from boxes, edits of masks."""

__all__: list[str] = []
