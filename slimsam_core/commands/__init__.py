"""The sub-commands of ``slimsam``, one module each."""

__all__: list[str] = []
