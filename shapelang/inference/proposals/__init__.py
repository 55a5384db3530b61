"""Where the solids of a body may come from besides the search: sources that compete with it."""
