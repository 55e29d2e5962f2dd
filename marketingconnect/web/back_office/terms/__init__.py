"""Versions of the terms and price lists: written, published, told to clients (CGV III.b)."""
