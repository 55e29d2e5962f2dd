"""Proposals as advisors compose, send and follow them (CGV II.1.c)."""
