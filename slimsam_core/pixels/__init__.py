"""Pictures and masks as arrays, and the frame that points live in."""

__all__ = ["geometry", "image_io"]
