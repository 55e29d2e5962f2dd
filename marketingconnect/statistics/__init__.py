"""Figures built from outcomes, binding on both parties once frozen (CGV B.1.6)."""
