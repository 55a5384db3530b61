"""Compiled loops of what is read."""
