"""Names, titles, looks and the statements of a program."""
