"""Versions of the terms of sale (CGV III.a, III.b), their parameters, acceptance, dated law."""
