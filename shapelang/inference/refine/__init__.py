"""The numbers of all solids of a body moved at once."""
