"""Offers and price lists by date (CGV II.1.b, III.b)."""
