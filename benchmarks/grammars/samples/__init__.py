"""Samples of a learned grammar: whether they hang together and stand, and how they are distributed."""
