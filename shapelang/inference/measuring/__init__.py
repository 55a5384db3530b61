"""What a program is worth as an explanation of a mesh, measured on its text alone, and what to say about it."""
