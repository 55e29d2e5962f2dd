"""Mail to clients: a row and a job in the caller's transaction, sent once (CGV II.2.a, III.b)."""
