"""Derivations by the million: programs whose choices do not hang on one another, drawn from compiled tables."""
