"""Numbers as a person would write them: lengths on a grid, plain angles."""
