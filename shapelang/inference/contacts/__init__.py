"""The parts of one fused body, cut where the outline of one ends at the face of another."""
