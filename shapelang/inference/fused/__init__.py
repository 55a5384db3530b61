"""The parts of one fused surface, read off its faces: each lies on the surface of one primitive."""
