"""Shapes to learn from, each known by its index."""
