"""Layout: what the user sees, without decisions."""
