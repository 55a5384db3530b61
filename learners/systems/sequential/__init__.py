"""Volumes written in several steps: D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", 2016."""
