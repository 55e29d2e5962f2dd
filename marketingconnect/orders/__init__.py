"""The contract: lines frozen at acceptance, states, what happens next (CGV III.a)."""
