"""More than one answer: programs for one mesh that differ in structure."""
