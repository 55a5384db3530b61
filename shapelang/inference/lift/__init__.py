"""The symbolic lift: a program of plain numbers becomes one with parameters, and says what depends on what."""
