"""Signatures as staff see them: what waits, and the proof of what is signed (CGV II.3)."""
