"""Grammars estimated from what is seen: weights, distributions, structure."""
