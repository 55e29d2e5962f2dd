"""Clients' own contact files: import, mapping, legal basis, refusals (CGV B.1.3, B.5)."""
