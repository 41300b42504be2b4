"""One family of detectors a module; each has ``recognised(network)``, a decoder or None."""

__all__: list[str] = []
