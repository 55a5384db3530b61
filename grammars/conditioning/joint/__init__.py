"""Derivations of different structures run together: one run of the evaluator for all of them."""
