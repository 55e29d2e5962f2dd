"""What an advisor proposes and a client accepts, or not (CGV Def, II.1.c, II.2.b, III.a, III.b)."""
