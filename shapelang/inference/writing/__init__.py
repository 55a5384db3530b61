"""Plain numbers, names and the text of a program."""
