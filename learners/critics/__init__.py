"""Nets from a shape to how real it seems."""
