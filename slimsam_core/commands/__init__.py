"""The sub-commands of ``slimsam``, one module each."""
