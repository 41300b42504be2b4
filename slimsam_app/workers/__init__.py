"""Where work is done that must not be done on the GUI thread."""
