"""From what a model holds of a shape to pictures of it."""
