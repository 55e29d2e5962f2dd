"""Trap addresses (adresses pièges): who agreed, under which name in which delivery, and where."""
