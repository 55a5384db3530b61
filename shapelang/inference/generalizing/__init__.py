"""Pieces of a program that are equal up to numbers, as one part with arguments."""
