"""Versions of the terms of sale, their parameters, their acceptance, and dated French law (CGV III.a, III.b)."""
