"""Proposals as clients read, accept or refuse them (CGV Def, III.a)."""
