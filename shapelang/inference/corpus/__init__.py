"""Folders of meshes read back into programs: items, the processes that do them within limits, and the manifest."""
