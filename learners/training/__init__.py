"""The loop that trains every system, and what it keeps on disk."""
