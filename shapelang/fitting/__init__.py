"""The reals of a given program moved to a mesh by gradient."""
