"""Sub-programs that programs share, found and made parts of a library."""
