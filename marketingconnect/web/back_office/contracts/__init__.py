"""Contracts that stand still or end, formal notices, and the register of registered letters."""
