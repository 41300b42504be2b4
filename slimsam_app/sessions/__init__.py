"""Use cases without widgets."""
