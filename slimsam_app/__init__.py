"""The SlimSAM desktop window: one user of ``slimsam_core``."""
