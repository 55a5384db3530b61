"""The systems: what is trained, each composed of the shared parts."""
