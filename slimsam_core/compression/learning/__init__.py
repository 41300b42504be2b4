"""Distillation: what the smaller model is compared with, and how it learns."""
