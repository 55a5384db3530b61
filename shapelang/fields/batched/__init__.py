"""Fields of many assemblies at once on tensors, with gradients; imports torch."""
