"""Points and cells of a body, and whether they are inside."""
