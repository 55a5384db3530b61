"""What a mesh is made of: bodies, mended, with their copies, in their own frame."""
