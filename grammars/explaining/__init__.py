"""How a grammar made a shape: its choices, found from a mesh."""
