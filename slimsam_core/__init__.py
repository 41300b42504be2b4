"""SlimSAM without a window: models, inference, projects, formats, training and compression."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("slimsam-desktop")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0.1.0"
