"""What else than a mesh a program can be inferred from: points and voxels, made into a closed mesh first."""
