"""The basket being composed, its totals and minimum billing, and checkout (CGV II.1.b)."""
