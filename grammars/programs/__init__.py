"""Programs of cuboids that are attached to one another, and grammars of them with contexts, learned from examples."""
