"""A program seen as a grammar, and its traces as derivations."""
