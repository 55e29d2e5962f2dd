"""Sign what binds an order: read it, say who signs, type the code (CGV II.3, III.a)."""
