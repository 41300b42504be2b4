"""Jobs from a teacher to a verdict."""
