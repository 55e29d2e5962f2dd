"""Cibles: criteria kept by name, counted, compared, looked at with an advisor."""
