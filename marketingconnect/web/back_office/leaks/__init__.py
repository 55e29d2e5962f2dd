"""Trap addresses and their register; where a leaked file comes from (CGV CL.2)."""
