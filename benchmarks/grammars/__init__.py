"""Grammars that are learned, measured."""
