"""Adapting a model to a project while somebody works: on its accepted objects, judged by some of them."""

__all__ = ["outcome", "run"]
