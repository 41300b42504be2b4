"""SlimSAM without a window: models, inference, projects, formats, training and compression."""

__all__ = [
    "adapting",
    "annotation",
    "carrying",
    "checkpoints",
    "compression",
    "datasets",
    "detecting",
    "errors",
    "export",
    "families",
    "formats",
    "inference",
    "judging",
    "library",
    "likeness",
    "models",
    "pixels",
    "progress",
    "project",
    "suggesting",
    "teamwork",
    "training",
]

__version__ = "0.1.0"
"""Written here and nowhere else: asking the installed package for it takes longer than telling it."""
