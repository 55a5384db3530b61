"""Networks from what is seen of a shape to its code."""
