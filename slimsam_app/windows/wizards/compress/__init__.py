"""Compressing a model: one page a decision, then the run, its verdict and what to do with the result."""
