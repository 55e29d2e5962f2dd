"""Selections frozen for an order: the rows, arrested one by one, and what they came from (CL.4)."""
