"""Many variants of one program: which they are, the processes that make them, and the folder that they stand in."""
