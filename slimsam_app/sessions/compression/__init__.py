"""The decisions of compressing a model, and what follows from them; no widgets."""
