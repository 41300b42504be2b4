"""Find more of a class: what its labelled objects look like, searched for in the other pictures."""

__all__ = ["learning", "next_picture", "rest"]
