"""Undelivered mail and what it gives right to (CGV CL.6, CL.9)."""
