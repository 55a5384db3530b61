"""Networks from a code to a shape."""
