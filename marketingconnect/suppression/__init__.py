"""Oppositions and unsubscribes, asked at count, at freeze and just before each send (CGV B.5)."""
