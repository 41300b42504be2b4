"""The decisions of slimming a model, and what follows from them; no widgets."""
