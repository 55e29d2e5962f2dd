"""Campaigns on their way out: frozen audience, chunks, outcomes; nobody skipped, nobody written to twice (CGV B.1.5)."""
