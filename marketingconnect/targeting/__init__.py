"""Criteria to exact counts, prices and frozen selections (CGV B.1.3, CL.4)."""
