"""What may be cut and compared in the models of each family: one file a family, found by its name."""
