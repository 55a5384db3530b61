"""Description length: bits of a program, and bits of what it leaves unsaid."""
